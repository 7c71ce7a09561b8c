/** Fifty histories on every run of the tests; `npm run test:faults` goes through thousands. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareGround, runHistory, type Ground } from './history.ts';

const HISTORIES = 50;
const EACH_MS = 60_000;

describe('whatever dies, is cut, lost, doubled, late or set back', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await prepareGround();
  }, EACH_MS);
  afterAll(() => ground.store.close());

  test.each(Array.from({ length: HISTORIES }, (_, at) => at + 1))(
    'mirror and insights end as those of a clean first load: seed %i',
    async (seed) => {
      const { broken, lines } = await runHistory(seed, ground);
      expect(broken, lines.join('\n')).toEqual([]);
    },
    EACH_MS,
  );
});
