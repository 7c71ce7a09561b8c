import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres } from '../sidecar/databases.ts';
import { SiteClock } from '../stand-in/clock.ts';
import { Site } from '../stand-in/site.ts';
import { Watch, nothingWritten, shown, shownDiffers } from './checker.ts';
import { prepareGround, shownCleanly, type Ground } from './history.ts';
import { runRealHistory, type RealHistory } from './real-history.ts';

const LIMIT_MS = 600_000;
const ALONE = 'one process, PGlite';
const TOGETHER = 'three processes, PostgreSQL';
/** Without PostgreSQL all of them run on PGlite. */
const HISTORIES = [ALONE, ALONE, ALONE, TOGETHER, TOGETHER].map((wanted, at) => ({
  seed: at + 1,
  on: hasPostgres() ? wanted : ALONE,
}));

describe('real processes, killed with -9, their database restarted, their connections cut', () => {
  let ground: Ground;
  const histories = new Map<number, PromiseSettledResult<RealHistory>>();

  // All at once, for they mostly wait; the clean loads follow one by one, on a clock of their own.
  beforeAll(async () => {
    const ends = await Promise.allSettled(
      HISTORIES.map(({ seed, on }) => runRealHistory(seed, on === TOGETHER)),
    );
    for (const [at, end] of ends.entries()) histories.set(at + 1, end);
    ground = await prepareGround();
  }, LIMIT_MS);
  afterAll(() => ground.store.close());

  test.each(HISTORIES)(
    'mirror and insights end as those of a clean first load: seed $seed, $on',
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
