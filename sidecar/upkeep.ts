/** Keeps the database in order while the sidecar runs: room is used again, old lines of the audit trail go. */
import type { Clock } from './clock.ts';
import { asAppError } from './errors.ts';
import type { Log } from './log.ts';
import { purgeLogs } from './store/logs.ts';
import type { Store } from './store/open.ts';
import { tidyBusy } from './store/upkeep.ts';

const TIDY_EVERY_MS = 600_000;

export async function runUpkeep(tools: {
  store: Store;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}): Promise<void> {
  const { store, clock, log, signal } = tools;
  while (!signal.aborted) {
    await clock.sleep(TIDY_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      await purgeLogs(store.db, clock.now());
      await tidyBusy(store);
    } catch (thrown) {
      log.error({ code: asAppError(thrown).code }, 'upkeep failed', thrown);
    }
  }
}
