/** Fifty histories on every run of the tests, in two files for two cores; `npm run test:faults` goes through thousands. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddedPglite } from '../sidecar/embedded.ts';
import { prepareGround, runHistory, type Ground } from './history.ts';

const EACH_MS = 60_000;

/** `count` seeds, from the first on every second one. */
export function histories(first: number, count: number): void {
  describe('whatever dies, is cut, lost, doubled, late or set back', () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await prepareGround(await embeddedPglite());
    }, EACH_MS);
    afterAll(() => ground.store.close());

    test.each(Array.from({ length: count }, (_, at) => first + 2 * at))(
      'mirror and insights end as those of a clean first load: seed %i',
      async (seed) => {
        const { broken, lines } = await runHistory(seed, ground);
        expect(broken, lines.join('\n')).toEqual([]);
      },
      EACH_MS,
    );
  });
}
