/** One history of real processes: what befalls them is drawn from its seed, when exactly it does so is not. */
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../live/sidecar.ts';
import { createChance, type Chance } from './chance.ts';
import { Watch, mirrorDiffers, nothingWritten, shown } from './checker.ts';
import { doSomething } from './people.ts';
import { RealWorld } from './real-world.ts';
import type { SidecarProcess } from '../stand-in/sidecar-process.ts';
import type { Site } from '../stand-in/site.ts';

type Fault = (world: RealWorld, chance: Chance) => Promise<void> | void;

export interface RealHistory {
  broken: string[];
  lines: string[];
  site: Site;
  /** What the site shows at the end. */
  after: Map<string, string>;
}

const LONGEST_PAUSE_MS = 600;
const DEEDS_BETWEEN = 4;
const LONGEST_STALL_MS = 2_500;
const WATCHED_MS = 1_500;
const ASKED_WITHIN_MS = 300;
/** A start, or a new leader after a lease of 15 s: much longer, for a machine that has other work too. */
const LIMIT_MS = 120_000;

const NETWORK: Fault[] = [cut, cutShort, stall, refuse];
/** One process on the embedded database, or three on one PostgreSQL; a new leader takes some 20 s, so one change of it each. */
const PLANS = {
  'one process, PGlite': [kill, kill, ...NETWORK],
  'three processes, PostgreSQL, the leader killed': [kill, killLeader, restartDatabase, ...NETWORK],
  'three processes, PostgreSQL, the leader stopped': [freezeLeader, restartDatabase, ...NETWORK],
} satisfies Record<string, Fault[]>;
export type Plan = keyof typeof PLANS;
export const ALONE: Plan = 'one process, PGlite';

export async function runRealHistory(seed: number, plan: Plan): Promise<RealHistory> {
  const shared = plan !== ALONE;
  const chance = createChance(seed);
  const world = await RealWorld.begin({ shared });
  const watch = new Watch(world.site);
  try {
    for (const fault of shuffled(PLANS[plan], chance)) {
      for (let deeds = chance.between(0, DEEDS_BETWEEN); deeds > 0; deeds -= 1) {
        doSomething(world, chance);
        watch.look();
        await pause(chance.between(0, LONGEST_PAUSE_MS));
      }
      await fault(world, chance);
    }
    await pause(world.latestCommitMs);
    world.tell('calm');
    const broken = await world.settle();
    world.tell('at rest');
    if (shared) {
      const askers = await world.askers(WATCHED_MS);
      if (askers.length !== 1) broken.push(`${askers.length} of three processes asked the site`);
    }
    const store = await world.stop();
    broken.push(...(await mirrorDiffers(store.db, world.site)));
    await store.close();
    const after = shown(world.site);
    broken.push(...world.broken, ...watch.broken, ...watch.found, ...nothingWritten(watch, after));
    return { broken, lines: world.history, site: world.site, after };
  } catch (error) {
    throw new Error(`${String(error)}, after\n${world.history.join('\n')}`, { cause: error });
  } finally {
    await world.end();
  }
}

function shuffled(faults: readonly Fault[], chance: Chance): Fault[] {
  return faults
    .map((fault) => ({ fault, order: chance.between(0, 1_000_000) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ fault }) => fault);
}

/** Any of them, once it has begun to work. */
async function kill(world: RealWorld, chance: Chance): Promise<void> {
  const one = chance.one(world.processes);
  await until(LIMIT_MS, 'it has started', async () => !one.running() || (await one.health()) !== null);
  await pause(chance.between(0, 2_000));
  world.tell('kill -9');
  one.signal('SIGKILL');
  await one.ended;
}

async function killLeader(world: RealWorld): Promise<void> {
  const one = await leading(world);
  world.tell('kill -9 of the leader');
  one.signal('SIGKILL');
  await another(world, one);
}

/** It sleeps through its lease and wakes in the belief that it leads. */
async function freezeLeader(world: RealWorld): Promise<void> {
  const one = await leading(world);
  world.tell('the leader is stopped');
  one.signal('SIGSTOP');
  await another(world, one);
  one.signal('SIGCONT');
  world.tell('it goes on');
}

async function restartDatabase(world: RealWorld): Promise<void> {
  world.tell('the database is killed and started again');
  await world.postgres?.restart();
}

function cut(world: RealWorld): void {
  world.tell('every connection is cut');
  world.proxy.cut();
}

function cutShort(world: RealWorld): void {
  world.tell('the next answer is cut short');
  world.proxy.cutNextAnswer();
}

function stall(world: RealWorld, chance: Chance): void {
  const ms = chance.between(200, LONGEST_STALL_MS);
  world.tell(`nothing passes for ${ms} ms`);
  world.proxy.stall(ms);
}

async function refuse(world: RealWorld, chance: Chance): Promise<void> {
  const ms = chance.between(200, LONGEST_STALL_MS);
  world.tell(`the site is away for ${ms} ms`);
  await world.proxy.refuse(ms);
}

async function leading(world: RealWorld): Promise<SidecarProcess> {
  const found: SidecarProcess[] = [];
  await until(LIMIT_MS, 'one of them leads', async () => {
    found.push(...(await world.askers(ASKED_WITHIN_MS)));
    return found.length > 0;
  });
  const [one] = found;
  if (one === undefined) throw new Error('nobody leads');
  return one;
}

/** Also one that was only started since. */
async function another(world: RealWorld, before: SidecarProcess): Promise<void> {
  await until(LIMIT_MS, 'another of them leads', async () => {
    const others = world.processes.filter((process) => process !== before);
    return (await world.askers(ASKED_WITHIN_MS, others)).length > 0;
  });
  world.tell('another leads');
}
