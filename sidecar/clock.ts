/** Time as an argument: what the clock says, how to wait on it, and the site's own calendar day. */

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout fires at once for anything above this. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(Math.max(ms, 0), LONGEST_TIMER));
      signal?.addEventListener('abort', finish);
    }),
};

/** Making a format takes longer than an analysis, and a process knows one site. */
const formats = new Map<string, Intl.DateTimeFormat>();

function parts(ms: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(timeZone, format);
  return format.format(ms);
}

/** The calendar day at the site, `YYYY-MM-DD`. */
export function siteDay(ms: number, timeZone: string): string {
  return parts(ms, timeZone).slice(0, 10);
}

/**
 * The moment a calendar day begins at the site.
 *
 * Two rounds, because the offset may differ between the first guess and the answer (daylight saving).
 */
export function startOfSiteDay(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${parts(guess, timeZone).replace(' ', 'T')}Z`);
    guess -= shown - wanted;
  }
  return guess;
}

/** Whether the runtime knows this time zone; the site may run on one that it does not. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
