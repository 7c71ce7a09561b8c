/**
 * Whatever happens to either database, both heal by themselves: the sidecar's is deleted, or an old copy of it is
 * put back; the site's is put back as it was an hour ago. Pairs the site with a sidecar of its own.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../sidecar/config.ts';
import { changes } from './changes.ts';
import { difference, holding, type Holding } from './holding.ts';
import { connect, Sidecar } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const LIMIT_MS = 300_000;
/** The whole site is written out and read in again, and loaded twice. */
const RESTORE_MS = 600_000;
const PORT = 8798;

describe.skipIf(site === null || bench === null)(`both databases heal (${MISSING_BENCH})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-heal-'));
  const envFile = join(scratch, 'sidecar.env');
  const dir = (name: string): string => join(scratch, name);

  /** Runs a sidecar on `name` until nothing is left to do, with `during` in between; what it holds then. */
  async function run(name: string, during: () => Promise<void> = async () => {}): Promise<Holding> {
    const sidecar = Sidecar.start({ envFile, dataDir: dir(name), port: PORT });
    try {
      await sidecar.ready(LIMIT_MS);
      await sidecar.idle(LIMIT_MS);
      await during();
      await sidecar.idle(LIMIT_MS);
    } finally {
      await sidecar.stop();
    }
    const { sealingKey } = readConfig(envFile, {});
    return holding({ databaseUrl: null, dataDir: dir(name), sealingKey });
  }

  beforeAll(async () => {
    if (bench === null) return;
    await connect(bench, envFile);
    await run('main');
    cpSync(dir('main'), dir('old'), { recursive: true });
  });

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('a deleted sidecar database: the first load reaches the same insights', async () => {
    const kept = await run('main', () => change(30));
    const anew = await run('deleted');
    expect(anew.size).toBeGreaterThan(1000);
    expect(difference(kept, anew)).toEqual([]);
  });

  test('an old copy of the sidecar database: noticed, loaded anew, the same insights', async () => {
    const restored = await run('old');
    expect(difference(restored, await run('clean-1'))).toEqual([]);
  });

  test(
    'an old copy of the site: noticed, loaded anew, and the insights say what the site says now',
    async () => {
      if (bench === null) return;
      const output = await bench.onSite('backup', '--backup-path', scratch);
      const file = /\S+-database\.sql\.gz/.exec(output)?.[0];
      if (file === undefined) throw new Error(`no backup in:\n${output}`);
      await run('old', () => change(30));
      await bench.onSite(
        'restore',
        '--force',
        file.startsWith('/') ? file : join(bench.folder, 'sites', file),
      );
      await bench.onSite('clear-cache');
      const healed = await run('old');
      expect(difference(healed, await run('clean-2'))).toEqual([]);
    },
    RESTORE_MS,
  );
});

async function change(count: number): Promise<void> {
  if (site === null) return;
  for (const each of await changes(site, count)) await each(site);
}
