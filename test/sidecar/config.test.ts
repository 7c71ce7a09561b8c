import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig, readConfig } from '../../sidecar/config.ts';

const RIGHT = {
  FRAPPE_URL: 'https://school.example.org/',
  FRAPPE_SITE: 'school.example.org',
  FRAPPE_SOCKET_URL: 'https://school.example.org',
  FRAPPE_API_KEY: 'key',
  FRAPPE_API_SECRET: 'secret',
  SEALING_KEY: Buffer.alloc(32, 1).toString('base64'),
};

function faultsOf(environment: Record<string, string | undefined>): ConfigError['faults'] {
  try {
    parseConfig(environment);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.faults;
    throw thrown;
  }
  return [];
}

describe('the configuration', () => {
  test('needs six variables and fills in the rest', () => {
    expect(parseConfig(RIGHT)).toMatchObject({
      frappeUrl: 'https://school.example.org',
      databaseUrl: null,
      webhookSecrets: [],
      dataDir: '.data/school.example.org',
      host: '127.0.0.1',
      port: 8787,
      killAt: null,
    });
  });

  test('names every fault at once, each with its variable and a remedy', () => {
    const faults = faultsOf({
      ...RIGHT,
      FRAPPE_URL: 'school',
      SEALING_KEY: 'c2hvcnQ=',
      FRAPPE_API_KEY: '',
      PORT: 'x',
    });
    expect(faults.map((fault) => fault.variable)).toEqual([
      'FRAPPE_URL',
      'FRAPPE_API_KEY',
      'SEALING_KEY',
      'PORT',
    ]);
    expect(faults.map((fault) => fault.remedy).join('\n')).toMatch(/is missing: run `bench/);
    expect(faultsOf({})).toHaveLength(6);
  });

  test('never repeats a secret in what it says', () => {
    const faults = faultsOf({
      ...RIGHT,
      SEALING_KEY: 'my-secret',
      DATABASE_URL: 'mysql://root:hidden@host/db',
    });
    expect(JSON.stringify(faults)).not.toMatch(/my-secret|hidden/);
  });

  test('refuses a site name that is an address', () => {
    expect(faultsOf({ ...RIGHT, FRAPPE_SITE: 'https://school.example.org' })).toHaveLength(1);
  });

  test('takes two webhook secrets during a rotation, none shorter than 32 characters', () => {
    const [present, previous] = ['p'.repeat(32), 'q'.repeat(32)];
    const both = { ...RIGHT, WEBHOOK_SECRET: present, WEBHOOK_SECRET_PREVIOUS: previous };
    expect(parseConfig(both).webhookSecrets).toEqual([present, previous]);
    expect(parseConfig({ ...RIGHT, WEBHOOK_SECRET: present }).webhookSecrets).toEqual([present]);
    const short = faultsOf({ ...both, WEBHOOK_SECRET: 's'.repeat(31), WEBHOOK_SECRET_PREVIOUS: 'short' });
    expect(short.map(({ variable }) => variable)).toEqual(['WEBHOOK_SECRET', 'WEBHOOK_SECRET_PREVIOUS']);
    expect(JSON.stringify(short)).not.toMatch(/sss|"short"/);
  });

  test('is read from a file, and the environment has the last word', () => {
    const folder = mkdtempSync(join(tmpdir(), 'education-ai-config-'));
    const file = join(folder, 'site.env');
    writeFileSync(
      file,
      Object.entries(RIGHT)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    );
    expect(readConfig(file, { PORT: '9999' })).toMatchObject({ site: 'school.example.org', port: 9999 });
    expect(() => readConfig(join(folder, 'none.env'), {})).toThrow(/cannot be read/);
    rmSync(folder, { recursive: true });
  });

  test('lets only a test say where to die', () => {
    expect(parseConfig({ ...RIGHT, KILL_AT: 'sync:3' }).killAt).toBeNull();
    expect(parseConfig({ ...RIGHT, NODE_ENV: 'test', KILL_AT: 'sync:3' }).killAt).toEqual({
      stage: 'sync',
      entry: 3,
    });
    expect(parseConfig({ ...RIGHT, NODE_ENV: 'test', KILL_AT: 'lunch:1' }).killAt).toBeNull();
  });
});
