import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres } from '../sidecar/databases.ts';
import { embeddedPglite } from '../sidecar/embedded.ts';
import { SiteClock } from '../stand-in/clock.ts';
import { Site } from '../stand-in/site.ts';
import { Watch, nothingWritten, shown, shownDiffers } from './checker.ts';
import { prepareGround, shownCleanly, type Ground } from './history.ts';
import { ALONE, runRealHistory, type Plan, type RealHistory } from './real-history.ts';

const LIMIT_MS = 600_000;
const WANTED: Plan[] = [
  ALONE,
  ALONE,
  ALONE,
  'three processes, PostgreSQL, the leader killed',
  'three processes, PostgreSQL, the leader stopped',
];
const WITHOUT = hasPostgres() ? '' : ' (three on one PostgreSQL: skipped, needs its server program)';
const HISTORIES = WANTED.map((plan, at) => ({ seed: at + 1, plan: hasPostgres() ? plan : ALONE }));

describe(`real processes, killed, stopped, their database restarted, their connections cut${WITHOUT}`, () => {
  let ground: Ground;
  const histories = new Map<number, PromiseSettledResult<RealHistory>>();

  // All at once, for they mostly wait; the clean loads follow one by one, on a clock of their own.
  beforeAll(async () => {
    const ends = await Promise.allSettled(HISTORIES.map(({ seed, plan }) => runRealHistory(seed, plan)));
    for (const [at, end] of ends.entries()) histories.set(at + 1, end);
    ground = await prepareGround(await embeddedPglite());
  }, LIMIT_MS);
  afterAll(() => ground.store.close());

  test.each(HISTORIES)(
    'mirror and insights end as those of a clean first load: seed $seed, $plan',
    async ({ seed }) => {
      const end = histories.get(seed);
      if (end?.status !== 'fulfilled') throw end?.reason;
      const { broken, lines, site, after } = end.value;
      const clean = await shownCleanly(site, ground, broken);
      expect([...broken, ...shownDiffers(after, clean)], lines.join('\n')).toEqual([]);
    },
    LIMIT_MS,
  );

  test('a history in which nothing was written counts as broken', () => {
    const site = new Site({ name: 'school.test', clock: new SiteClock('UTC') });
    expect(nothingWritten(new Watch(site), shown(site))).toEqual(['nothing was written at all']);
  });
});
