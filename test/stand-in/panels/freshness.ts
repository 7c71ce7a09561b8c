/** How old what is shown may be: whether a first load was finished, and since when the sidecar is silent. */
import type { Site } from '../site.ts';

const SILENT_AFTER_MS = 10 * 60_000;
export const NEVER_CHECKED = 'Not yet checked against past terms here.';

export interface Freshness {
  loaded: boolean;
  staleSince: string | null;
}

export function freshness(site: Site): Freshness {
  const seen = site.pairing.lastSeen;
  const silent = seen !== null && site.clock.instant().getTime() - seen.getTime() > SILENT_AFTER_MS;
  return {
    // analysis begins when everything is loaded
    loaded:
      site.records.count('AI Insight') > 0 ||
      site.records.all('AI Sync Report').some(({ values }) => values['code'] === 'backfill'),
    staleSince: silent ? site.clock.written(seen) : null,
  };
}
