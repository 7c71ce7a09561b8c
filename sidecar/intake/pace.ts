/** Makes few calls out of many: the first at once, then at most one in each interval, and the last is never lost. */
import type { Clock } from '../clock.ts';

export function paced(everyMs: number, clock: Clock, signal: AbortSignal, call: () => void): () => void {
  let freeAt = -Infinity;
  let waiting = false;

  function pass(): void {
    freeAt = clock.now() + everyMs;
    call();
  }

  async function passLater(ms: number): Promise<void> {
    waiting = true;
    await clock.sleep(ms, signal);
    waiting = false;
    if (!signal.aborted) pass();
  }

  return () => {
    if (waiting) return;
    // A clock that was set back must not make anybody wait for longer than the interval.
    const ms = Math.min(freeAt - clock.now(), everyMs);
    if (ms <= 0) pass();
    else void passLater(ms);
  };
}
