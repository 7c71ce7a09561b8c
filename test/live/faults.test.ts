/** Pairs the site with a sidecar of its own: whichever was connected before has to be connected again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../sidecar/config.ts';
import { createChance } from '../faults/chance.ts';
import { Proxy } from '../faults/proxy.ts';
import { startPostgres, type PostgresServer } from '../sidecar/databases.ts';
import { BenchServices, MISSING_SUPERVISOR } from './bench-services.ts';
import { changes, type Change } from './changes.ts';
import { difference, holding, type Holding } from './holding.ts';
import { RevisionWatch } from './revisions.ts';
import { connect, Sidecar, type SidecarOptions } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, SiteAnswer, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const FAULTS = 30;
const CHANGES_BETWEEN = 3;
const SEED = 1;
const PORT = 8796;
const LIMIT_MS = 600_000;
const OUTAGE_MS = 2_000;

describe.skipIf(site === null || bench === null)(`a real site and its bench (${MISSING_BENCH})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-faults-'));
  const envFile = join(scratch, 'sidecar.env');
  const chance = createChance(SEED);
  const refused: string[] = [];
  let postgres: PostgresServer | null = null;
  let web: Proxy;
  let socket: Proxy;
  let options: SidecarOptions;
  let sidecar: Sidecar;
  let pending: Change[] = [];

  beforeAll(async () => {
    if (site === null || bench === null) return;
    await site.update('AI Settings', 'AI Settings', { show: 1 });
    await connect(bench, envFile);
    const config = readConfig(envFile, {});
    postgres = startPostgres();
    web = await Proxy.start(config.frappeUrl);
    socket = await Proxy.start(config.socketUrl);
    const environment = {
      FRAPPE_URL: web.url,
      FRAPPE_SOCKET_URL: socket.url,
      ...(postgres === null ? {} : { DATABASE_URL: postgres.url }),
    };
    options = { envFile, dataDir: join(scratch, 'main'), port: PORT, environment };
    pending = await changes(site, FAULTS * CHANGES_BETWEEN);
  });
  afterAll(async () => {
    await sidecar.kill();
    await Promise.all([web.close(), socket.close()]);
    postgres?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** What may befall it, as often as it stands here in each round. */
  function faults(services: BenchServices): [string, () => Promise<void> | void][] {
    const ours: ReturnType<typeof faults> = [
      ['kill -9 of the sidecar', () => sidecar.kill()],
      ['its database is restarted', () => postgres?.restart() ?? sidecar.kill()],
      ['connections to the site are cut', () => web.cut()],
      ['an answer of the site is cut short', () => web.cutNextAnswer()],
      ['nothing passes', () => web.stall(OUTAGE_MS)],
      ['the site is away', () => web.refuse(OUTAGE_MS)],
      ['the socket is cut', () => socket.cut()],
      ['redis loses its clients', () => services.cutRedis('redis_cache')],
      ['the queue loses its clients', () => services.cutRedis('redis_queue')],
    ];
    if (!BenchServices.areSupervised()) return ours;
    return [
      ...ours,
      ['kill -9 of socketio', () => services.restart('socketio')],
      ['kill -9 of the workers', () => services.restart('worker')],
    ];
  }

  async function change(): Promise<void> {
    for (const each of pending.splice(0, CHANGES_BETWEEN)) {
      if (site === null) return;
      try {
        await each(site);
      } catch (error) {
        // The site itself may fail while its redis is away: then nothing was saved, and nothing is to be told.
        if (!(error instanceof SiteAnswer)) throw error;
        refused.push(String(error.status));
      }
    }
  }

  async function settled(of: SidecarOptions, databaseUrl: string | null): Promise<Holding> {
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
    await sidecar.stop();
    const { sealingKey } = readConfig(envFile, {});
    return holding({ databaseUrl, dataDir: of.dataDir, sealingKey });
  }

  test(
    `mirror and insights end as those of a clean first load, and no revision falls, over ${FAULTS} faults`,
    async () => {
      if (site === null || bench === null) return;
      const watch = new RevisionWatch(site);
      const possible = faults(new BenchServices(bench.folder));
      if (!BenchServices.areSupervised()) console.log(MISSING_SUPERVISOR);
      sidecar = Sidecar.start(options);
      await sidecar.ready(LIMIT_MS);
      await sidecar.idle(LIMIT_MS);
      await watch.look();
      const told: string[] = [];
      for (let turn = 0; turn < FAULTS; turn += 1) {
        await change();
        await pause(chance.between(0, 3_000));
        const [what, happen] = possible[turn % possible.length] ?? chance.one(possible);
        told.push(what);
        await happen();
        if (!sidecar.running) sidecar = Sidecar.start(options);
        await watch.look();
      }
      const survivor = await settled(options, postgres?.url ?? null);
      const clean = { envFile, dataDir: join(scratch, 'clean'), port: PORT };
      sidecar = Sidecar.start(clean);
      const anew = await settled(clean, null);
      await watch.look();
      console.log(
        `${told.length} faults, ${refused.length} of ${FAULTS * CHANGES_BETWEEN} changes refused by the site, ` +
          `${watch.risen} insights said anew, ${anew.size} rows and insights compared`,
      );
      expect(difference(survivor, anew), told.join('\n')).toEqual([]);
      expect(watch.fallen).toBe(0);
      expect(anew.size).toBeGreaterThan(1000);
      expect(watch.risen).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan((FAULTS * CHANGES_BETWEEN) / 2);
    },
    4 * LIMIT_MS,
  );
});
