import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateSchool } from '../stand-in/school/generate.ts';
import { freePort, startSidecar, type SidecarProcess } from '../stand-in/sidecar-process.ts';
import { startStandIn, type StandIn } from '../stand-in/stand-in.ts';
import { SEALING_KEY } from './databases.ts';

const school = generateSchool({ students: 20, seed: 7, today: new Date().toISOString().slice(0, 10) });
const folder = mkdtempSync(join(tmpdir(), 'education-ai-cli-'));
const envFile = join(folder, 'sidecar.env');

let standIn: StandIn;
let environment: Record<string, string>;

beforeAll(async () => {
  standIn = await startStandIn({ school });
  environment = {
    ...standIn.environment,
    SEALING_KEY: SEALING_KEY.toString('base64'),
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort(0)),
  };
  const lines = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
  writeFileSync(envFile, lines.join('\n'));
}, 60_000);
afterAll(async () => {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a person types, and sees. */
async function cli(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['sidecar/cli.ts', '--env', envFile, ...words]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...said };
}

const namesOf = (wanted: string) =>
  school.documents.filter(({ doctype }) => doctype === wanted).map(({ name }) => name);
const pupils = namesOf('Student');
const guardians = namesOf('Guardian');

/** The same promises whether a sidecar runs and holds the database, or none does. */
function commands(name: string): void {
  test('sync reads every document of a DocType again and says how many differed', async () => {
    const { code, out } = await cli('sync', '--doctype', 'Student', 'Course');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+ examined, 0 differed, 0 repaired$/m);
    expect(Number(/^(\d+) examined/m.exec(out)?.[1])).toBeGreaterThanOrEqual(pupils.length);
  });

  test('sync finds what SQL changed without a trace', async () => {
    // no insight depends on a guardian's name: the command has no class to wait for
    const guardian = standIn.site.records.get('Guardian', guardians[0] ?? '');
    if (guardian === undefined) throw new Error('no guardian');
    standIn.site.records.change(guardian, { guardian_name: `Changed while ${name}` }, true);
    const { out } = await cli('sync', '--doctype', 'Guardian');
    expect(out).toContain(', 1 differed, 1 repaired');
  });

  test('sync student says for whom it went well and for whom not', async () => {
    const { code, out } = await cli('sync', 'student', ...pupils.slice(0, 3), 'EDU-STU-NOBODY');
    expect(out).toContain('work.no_document\tEDU-STU-NOBODY');
    expect(out).toContain('3 done, 1 failed');
    expect(code).toBe(1);
  });

  test('check runs the check of that name', async () => {
    const { code, out } = await cli('check', 'daily');
    expect(code).toBe(0);
    expect(out).toContain('0 differed, 0 repaired');
  });

  test('dead-letters lists what was given up', async () => {
    expect((await cli('dead-letters')).out).toContain('0 given up');
  });

  test('backup writes a file that nobody else may read, and never over another', async () => {
    const file = join(folder, `${name}.backup`);
    expect((await cli('backup', file)).code).toBe(0);
    expect((await cli('backup', file)).code).toBe(1);
  });
}

describe('where no sidecar runs', { timeout: 60_000 }, () => {
  commands('alone');

  test('restore puts the backup back, and the next start loads everything anew', async () => {
    rmSync(join(folder, 'data'), { recursive: true });
    expect((await cli('restore', join(folder, 'alone.backup'))).out).toContain('restored');
    // the site takes a restored sidecar for another one, and would have it wait for a minute
    standIn.site.pairing.lastSeen = null;
    expect((await cli('check', 'daily')).out).toContain('0 differed');
  });
});

describe('where a sidecar runs and holds the database', { timeout: 60_000 }, () => {
  let sidecar: SidecarProcess;
  beforeAll(async () => {
    sidecar = await startSidecar(environment, join(folder, 'data'), Number(environment['PORT']));
    await vi.waitUntil(async () => (await sidecar.health())?.ready === true, {
      timeout: 60_000,
      interval: 100,
    });
  }, 60_000);
  afterAll(() => sidecar.stop());

  commands('running');

  test('its control answers nobody without the key', async () => {
    const at = `http://127.0.0.1:${environment['PORT']}/control`;
    for (const headers of [{}, { authorization: 'Bearer guessed' }])
      expect((await fetch(`${at}/dead`, { headers })).status).toBe(401);
  });
});

test('a wrong word is named, with what is possible', { timeout: 30_000 }, async () => {
  expect((await cli('check', 'yearly')).err).toContain('Allowed choices are hourly, daily, weekly, monthly');
  expect((await cli('sync', '--doctype', 'Spaceship')).err).toContain('not watched: Spaceship');
  expect((await cli('sync', '--since', 'yesterday')).err).toContain('YYYY-MM-DD');
});
