/** Runs one history from its seed and says what was broken in it. */
import type { PGlite } from '@electric-sql/pglite';
import FakeTimers from '@sinonjs/fake-timers';
import { sql } from 'kysely';
import type { Store } from '../../sidecar/store/open.ts';
import { storeOn, wipe } from '../sidecar/databases.ts';
import { SiteClock } from '../stand-in/clock.ts';
import type { SchoolDocument } from '../stand-in/school/document.ts';
import { Site } from '../stand-in/site.ts';
import { createChance } from './chance.ts';
import { Watch, mirrorDiffers, nothingWritten, shown, shownDiffers } from './checker.ts';
import { doSomething } from './people.ts';
import { TODAY, school } from './school.ts';
import { CALM, World, type Weather } from './world.ts';

export interface History {
  seed: number;
  broken: string[];
  lines: string[];
  deaths: number;
  written: number;
}

export interface Ground {
  pglite: PGlite;
  store: Store;
}

/** One embedded database for all histories; each begins with it empty. */
export async function prepareGround(pglite: PGlite): Promise<Ground> {
  return { pglite, store: await storeOn(pglite) };
}

const MOST_DEEDS = 25;
const MOST_PAUSE_MS = 40_000;
const SETTLE_STEP_MS = 30_000;
/** A check comes 15 minutes after each load; 25 deeds may set the clock back more than once. */
const SETTLE_MS = 24 * 3_600_000;
const LONGEST_JUMP_MS = 2 * 3_600_000;

export async function runHistory(seed: number, { pglite, store }: Ground): Promise<History> {
  await wipe(store);
  return onThatMorning(async (clock) => {
    const chance = createChance(seed);
    const site = newSite(school());
    const watch = new Watch(site);
    const world = new World({ site, pglite, clock, chance, weather: weatherOf(chance) });
    world.tell(JSON.stringify(world.weather));
    world.start();
    await world.pass(chance.between(0, 60_000));
    for (let deeds = chance.between(5, MOST_DEEDS); deeds > 0; deeds -= 1) {
      doSomething(world, chance);
      watch.look();
      if (chance.happens(0.02)) world.jump(chance.between(-LONGEST_JUMP_MS, LONGEST_JUMP_MS));
      if (chance.happens(0.02)) anotherSidecar(world);
      if (chance.happens(0.01)) await world.loseDatabase(() => empty(store));
      await world.pass(chance.between(0, chance.one([500, 5_000, MOST_PAUSE_MS])));
    }
    Object.assign(world.weather, CALM);
    world.tell('calm');
    const broken = await settle(world);
    broken.push(...watch.broken, ...(await mirrorDiffers(store.db, site)));
    // While a clock that was set back holds work back, a check may do that work first.
    if (world.setBackMs === 0) broken.push(...watch.found);
    const after = shown(site);
    broken.push(...nothingWritten(watch, after));
    world.stop();
    await wipe(store);
    broken.push(...shownDiffers(after, await cleanLoad(site, pglite, clock, broken)));
    const deaths = world.history.filter((line) => line.endsWith('dies')).length;
    return { seed, broken, lines: world.history, deaths, written: watch.written };
  });
}

/** What a site shows that is like this one, but had a sidecar that met no fault. */
export async function shownCleanly(from: Site, { pglite, store }: Ground, broken: string[]) {
  await wipe(store);
  return onThatMorning((clock) => cleanLoad(from, pglite, clock, broken));
}

/** On a clock that moves only when it is told to. */
async function onThatMorning<T>(work: (clock: FakeTimers.Clock) => Promise<T>): Promise<T> {
  const clock = FakeTimers.install({
    now: Date.parse(`${TODAY}T08:00:00Z`),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  try {
    return await work(clock);
  } finally {
    clock.uninstall();
  }
}

/** As a new database is: revisions begin at one again. */
async function empty(store: Store): Promise<void> {
  await wipe(store);
  await sql`alter sequence revision_seq restart`.execute(store.db);
}

function weatherOf(chance: ReturnType<typeof createChance>): Weather {
  return {
    crash: chance.one([0, 0.001, 0.004]),
    cut: chance.one([0, 0.001, 0.004]),
    fault: chance.one([0, 0.05, 0.2]),
    socket: chance.one(['works', 'silent', 'late', 'doubled']),
  };
}

function newSite(documents: SchoolDocument[]): Site {
  const site = new Site({ name: 'school.test', clock: new SiteClock('UTC') });
  site.settings = { ...site.settings, minimum_group_size: 2 };
  site.records.load(documents);
  return site;
}

/** Somebody starts a second sidecar with a database of its own; the first is fenced and must come back. */
function anotherSidecar(world: World): void {
  world.tell('another sidecar takes over for a moment');
  world.site.pairing.meet('another', 'another', true, new Date(0));
}

async function settle(world: World): Promise<string[]> {
  for (let passed = 0; passed < SETTLE_MS; passed += SETTLE_STEP_MS) {
    await world.pass(SETTLE_STEP_MS);
    // Long enough for the check that follows a load, which must find nothing.
    if (passed > 20 * 60_000 + world.setBackMs && (await world.idle())) return [];
  }
  return ['the sidecar did not come to rest'];
}

/** What a sidecar says that knew nothing before and meets no fault. */
async function cleanLoad(
  from: Site,
  pglite: PGlite,
  clock: FakeTimers.Clock,
  broken: string[],
): Promise<Map<string, string>> {
  const ours = new Set(['AI Insight', 'Assessment Insight', 'AI Sync Report', 'AI Model Card']);
  const theirs = from.records.everything().filter(({ doctype }) => !ours.has(doctype));
  const site = newSite(theirs);
  // With the days on which they were saved.
  for (const document of theirs) site.records.put(document);
  site.settings = from.settings;
  const world = new World({ site, pglite, clock, chance: createChance(0), weather: { ...CALM } });
  world.start();
  for (let step = 0; step < 20 && !(await world.idle()); step += 1) await world.pass(SETTLE_STEP_MS);
  if (!(await world.idle())) broken.push('the clean load did not come to rest');
  world.stop();
  return shown(site);
}
