import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paced } from '../../../sidecar/intake/pace.ts';
import { testClock } from '../clock.ts';

function counted(clock = testClock()) {
  const calls: number[] = [];
  const stopping = new AbortController();
  const ask = paced(500, clock, stopping.signal, () => calls.push(clock.now()));
  return { clock, calls, ask, stopping };
}

/** Lets whoever waits on the clock go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('pacing', () => {
  test('passes the first at once and the rest of a burst as one, half a second later', async () => {
    const { clock, calls, ask } = counted();
    for (let index = 0; index < 1000; index += 1) ask();
    expect(calls).toHaveLength(1);
    clock.advance(499);
    await settled();
    expect(calls).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(calls).toHaveLength(2);
    clock.advance(10_000);
    await settled();
    expect(calls).toHaveLength(2);
  });

  test('never passes more than two in a second, and never loses the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 400 }), { minLength: 5, maxLength: 60 }), async (pauses) => {
        const { clock, calls, ask } = counted();
        for (const pause of pauses) {
          clock.advance(pause);
          await settled();
          ask();
        }
        const last = clock.now();
        clock.advance(500);
        await settled();
        expect(calls.at(-1)).toBeGreaterThanOrEqual(last);
        for (const [index, at] of calls.entries()) {
          expect((calls[index + 2] ?? Infinity) - at).toBeGreaterThanOrEqual(1000);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('waits no longer than its interval where the clock was set back', async () => {
    const { clock, calls, ask } = counted();
    ask();
    clock.advance(-3_600_000);
    ask();
    clock.advance(500);
    await settled();
    expect(calls).toHaveLength(2);
  });

  test('passes nothing after the end', async () => {
    const { clock, calls, ask, stopping } = counted();
    ask();
    ask();
    stopping.abort();
    clock.advance(500);
    await settled();
    expect(calls).toHaveLength(1);
  });
});
