/** Priorities: what somebody waits for never stands behind a whole class. */
import { expect, test } from 'vitest';
import { readerTouches } from '../../sidecar/due.ts';
import type { Target } from '../../sidecar/store/targets.ts';

const NOW = 1_700_000_000_000;

/** How many readers are due at which moment, milliseconds from now. */
function turns(count: number): [number, number][] {
  const readers = Array.from({ length: count }, (_, n): Target => ({ kind: 'student', student: `S-${n}` }));
  const touches = readerTouches(readers, NOW);
  expect(new Set(touches.map(({ name }) => name)).size).toBe(count);
  return [...Map.groupBy(touches, ({ dueAt }) => dueAt - NOW)].map(([ms, due]) => [ms, due.length]);
}

test.each([
  { count: 1, due: [[1001, 1]] },
  { count: 10, due: [[1001, 10]] },
  {
    count: 25,
    due: [
      [1001, 10],
      [2001, 10],
      [3001, 5],
    ],
  },
  {
    count: 100,
    due: [
      [1001, 34],
      [2001, 34],
      [3001, 32],
    ],
  },
])(
  'the $count readers of a class are looked at again in few turns with room between them',
  ({ count, due }) => {
    expect(turns(count)).toEqual(due);
  },
);
