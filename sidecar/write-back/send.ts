/** Stage 4: tells the site what it has not been told, up to 200 insights in a request. */
import type { Clock } from '../clock.ts';
import type { Site } from '../erpnext/client.ts';
import { AppError, isErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Pairing, Session } from '../pairing.ts';
import { eraseLeavers } from '../store/erasure.ts';
import { markSent, readUnsent, type Unsent } from '../store/insights.ts';
import { assertLead } from '../store/leader.ts';
import { logBatch, type LogEntry } from '../store/logs.ts';
import type { Store } from '../store/open.ts';
import { claim, finish, nextDue, type Claim } from '../store/work.ts';
import type { Wake } from '../wake.ts';
import type { Stage } from '../work.ts';

export interface SendTools {
  site: Site;
  store: Store;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  me: string;
}

const ITEMS_PER_REQUEST = 200;
const LEASE_MS = 180_000;
/** The target went, or was left out, meanwhile: its own event is on the way and withdraws the insight. */
const TARGET_LEFT = new Set(['target.gone', 'target.excluded']);

export function writeBackStage(tools: SendTools & { pairing: Pairing; wake: Wake }): Stage {
  const { store, clock, pairing } = tools;
  return {
    name: 'write-back',
    wake: tools.wake,
    async take(lease) {
      if (pairing.session === null) return null;
      const now = clock.now();
      const claims = await claim(store.db, {
        stage: 'send',
        limit: ITEMS_PER_REQUEST,
        now,
        leaseMs: LEASE_MS,
        lease,
      });
      if (claims.length === 0) return null;
      return {
        claims,
        async run(part) {
          const { session } = pairing;
          if (session === null) throw new AppError('leader.lost');
          await send(tools, session, part);
        },
      };
    },
    nextDue: () => (pairing.session === null ? Promise.resolve(null) : nextDue(store.db, ['send'])),
  };
}

export async function send(tools: SendTools, session: Session, claims: Claim[]): Promise<void> {
  const { store, clock } = tools;
  const unsent = await readUnsent(
    store.db,
    claims.map((each) => each.name),
  );
  // The site locks rows in this order, so that two writers cannot deadlock.
  unsent.sort((a, b) => (JSON.stringify(a.item.address) < JSON.stringify(b.item.address) ? -1 : 1));
  const results = unsent.length === 0 ? [] : await ask(tools, session, unsent);
  const refused = results.filter(({ outcome, code }) => outcome === 'error' && !TARGET_LEFT.has(code ?? ''));
  const told = results.filter((result) => !refused.includes(result));
  const refusedIds = new Set(refused.map(({ unsent: each }) => each.id));

  await store.transaction(async (tx) => {
    await assertLead(tx, tools.me, clock.now());
    await finish(
      tx,
      claims.filter((each) => !refusedIds.has(each.name)),
    );
    const pupils = await markSent(
      tx,
      told.map(({ unsent: each }) => each),
    );
    await eraseLeavers(tx, pupils);
    if (results.length > 0) await logBatch(tx, sentEntry(results, refused), clock.now());
  });
  for (const { outcome } of results) tools.metrics.insights.inc({ outcome });
  // What was told is done; the refused ones alone still carry their claim and are judged.
  const [first] = refused;
  if (first !== undefined) throw refusal(first.code);
}

function sentEntry(results: Result[], refused: Result[]): LogEntry {
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

interface Result {
  unsent: Unsent;
  outcome: 'stored' | 'unchanged' | 'stale' | 'error';
  code: string | null;
}

async function ask(tools: SendTools, session: Session, unsent: Unsent[]): Promise<Result[]> {
  const answer = await tools.site.writeBack({ epoch: session.epoch, items: unsent.map(({ item }) => item) });
  if (answer.results.length !== unsent.length) {
    throw new AppError('site.malformed', {
      detail: `${answer.results.length} results for ${unsent.length} items`,
    });
  }
  return unsent.flatMap((each, index) => {
    const result = answer.results[index];
    return result === undefined ? [] : [{ unsent: each, ...result }];
  });
}

function refusal(code: string | null): AppError {
  const known = code !== null && isErrorCode(code) ? code : 'site.failed';
  return new AppError(known, { detail: code ?? 'write_back' });
}
