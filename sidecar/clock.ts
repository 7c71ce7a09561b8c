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

/** The calendar day at the site, `YYYY-MM-DD`. */
export function siteDay(ms: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(ms);
}

const MINUTE_MS = 60_000;
/** No clock is farther from UTC than 14 hours. */
const FARTHEST_MINUTES = 15 * 60;

/** The first minute of a calendar day at the site: some clocks leave out midnight when they change, some show it twice. */
export function startOfSiteDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) / MINUTE_MS;
  let [before, from] = [midnight - FARTHEST_MINUTES, midnight + FARTHEST_MINUTES];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (siteDay(middle * MINUTE_MS, timeZone) < day) before = middle;
    else from = middle;
  }
  return from * MINUTE_MS;
}

/** Whether the runtime knows this time zone; the site may run on one that it does not. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
