/** One request to the site about many things, and what became of each. */
import type { Clock } from '../clock.ts';
import type { Site } from '../erpnext/client.ts';
import type { WriteBackItem } from '../erpnext/contract.ts';
import { refusal, TARGET_LEFT } from '../erpnext/failure.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { LogEntry } from '../store/logs.ts';
import type { Store } from '../store/open.ts';

export interface SendTools {
  site: Site;
  store: Store;
  clock: Clock;
  metrics: Metrics;
  me: string;
}

export const ITEMS_PER_REQUEST = 200;

export interface Told<T> {
  about: T;
  outcome: 'stored' | 'unchanged' | 'stale' | 'error';
  code: string | null;
}

/** Results stand in the order of what was told. */
export async function tell<T extends { item: WriteBackItem }>(
  site: Site,
  epoch: string,
  things: readonly T[],
): Promise<Told<T>[]> {
  const told: Told<T>[] = [];
  for (let from = 0; from < things.length; from += ITEMS_PER_REQUEST) {
    const some = things.slice(from, from + ITEMS_PER_REQUEST);
    const { results } = await site.writeBack({ epoch, items: some.map(({ item }) => item) });
    if (results.length !== some.length) {
      throw new AppError('site.malformed', { detail: `${results.length} results for ${some.length} items` });
    }
    for (const [index, about] of some.entries()) {
      const result = results[index];
      if (result !== undefined) told.push({ about, ...result });
    }
  }
  return told;
}

/**
 * Whether the site will not have it, for a reason that does not pass by itself. A target that left is none: its own
 * event is on the way and withdraws what was said.
 */
export function isRefused({ outcome, code }: Told<unknown>): boolean {
  return outcome === 'error' && !TARGET_LEFT.has(code ?? '');
}

export function sentEntry(results: readonly Told<unknown>[]): LogEntry {
  const refused = results.filter(isRefused);
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const failed = refused.length === results.length ? 'failed' : 'partial';
  const code = refused.find((result) => result.code !== null)?.code ?? null;
  return {
    type: 'write_back',
    direction: 'to_erpnext',
    status: refused.length === 0 ? 'success' : failed,
    doctype: null,
    code: refused.length === 0 ? null : refusal(code).code,
    counts,
  };
}
