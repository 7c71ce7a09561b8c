/** Clocks that a test moves: one that stands still otherwise, and one that runs. */
import { systemClock, type Clock } from '../../sidecar/clock.ts';

export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function testClock(start = Date.UTC(2026, 10, 23, 8)): TestClock {
  let now = start;
  const sleepers = new Set<{ until: number; wake(): void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          until: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        if (signal?.aborted === true) resolve();
        else sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake);
      }),
    advance(ms) {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake();
    },
  };
}

/** The machine's own clock, for what talks over real connections; pushed ahead, it wakes whoever slept until then. */
export function runningClock(): TestClock {
  let ahead = 0;
  const sleepers = new Set<AbortController>();
  const now = () => Date.now() + ahead;

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return;
    const end = now() + ms;
    const pushed = new AbortController();
    sleepers.add(pushed);
    await systemClock.sleep(ms, AbortSignal.any([pushed.signal, ...(signal ? [signal] : [])]));
    sleepers.delete(pushed);
    await sleep(end - now(), signal);
  }

  return {
    now,
    sleep,
    advance(ms) {
      ahead += ms;
      for (const sleeper of sleepers) sleeper.abort();
    },
  };
}
