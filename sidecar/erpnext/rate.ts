/**
 * How often the site is asked. Live requests draw on a bucket; a first load and the checks take what live ones
 * leave, and less of it while the site is slow. No request is refused, only made later.
 */
import type { Clock } from '../clock.ts';

/** So many live requests may follow each other at once; then they come as fast as the bucket fills. */
const BURST = 20;
/** What the background always leaves in the bucket, so that a change never waits behind a first load. */
const LEFT_FOR_LIVE = 10;
/** Slow: so many times the shortest answer to the same question, and long enough for a person to feel. */
const SLOW_FACTOR = 3;
const SLOW_MS = 250;
/** However slow the site is, a first load goes on: a page every two seconds. */
const SLOWEST_PER_MINUTE = 30;
const FASTER = 1.1;

export interface Rate {
  /** Resolves when the request may be made. */
  turn(background: boolean): Promise<void>;
  /** How long a background request took; null where it failed. `question`: what was asked, for comparison. */
  answered(question: string, ms: number | null): void;
}

/** `perMinute` 0: no limit. */
export function createRate(perMinute: number, clock: Clock): Rate {
  if (perMinute === 0) return { turn: () => Promise.resolve(), answered: () => undefined };
  const perMs = perMinute / 60_000;
  const shortest = new Map<string, number>();
  let tokens = BURST;
  let filledAt = clock.now();
  let backgroundPerMinute = perMinute;
  let nextBackgroundAt = 0;

  function fill(): void {
    const now = clock.now();
    // A clock that was set back fills nothing, and does not stop the filling either.
    tokens = Math.min(BURST, tokens + Math.max(0, now - filledAt) * perMs);
    filledAt = now;
  }

  /** Milliseconds until a request of this kind may be made; 0 when it may be made now. */
  function wait(background: boolean): number {
    fill();
    const missing = (background ? LEFT_FOR_LIVE : 0) + 1 - tokens;
    const forTokens = missing > 0 ? Math.ceil(missing / perMs) : 0;
    if (!background) return forTokens;
    // After a clock was set back the next turn would lie far ahead.
    nextBackgroundAt = Math.min(nextBackgroundAt, clock.now() + 60_000 / SLOWEST_PER_MINUTE);
    return Math.max(forTokens, nextBackgroundAt - clock.now());
  }

  return {
    async turn(background) {
      for (let ms = wait(background); ms > 0; ms = wait(background)) await clock.sleep(ms);
      tokens -= 1;
      if (background) nextBackgroundAt = clock.now() + Math.ceil(60_000 / backgroundPerMinute);
    },
    answered(question, ms) {
      const usual = shortest.get(question) ?? ms ?? 0;
      if (ms !== null) shortest.set(question, Math.min(usual, ms));
      const slow = ms === null || (ms > SLOW_MS && ms > SLOW_FACTOR * usual);
      backgroundPerMinute = slow
        ? Math.max(backgroundPerMinute / 2, Math.min(SLOWEST_PER_MINUTE, perMinute))
        : Math.min(backgroundPerMinute * FASTER, perMinute);
    },
  };
}
