/** Stage 4: tells the site what it has not been told: insights, and what follows from proposals (`propose.ts`). */
import { refusal } from '../erpnext/failure.ts';
import { AppError } from '../errors.ts';
import type { Pairing, Session } from '../pairing.ts';
import { eraseLeavers } from '../store/erasure.ts';
import { markSent, readUnsent } from '../store/insights.ts';
import { assertPaired } from '../store/leader.ts';
import { logBatch } from '../store/logs.ts';
import { claim, finish, nextDue, type Claim } from '../store/work.ts';
import type { Wake } from '../wake.ts';
import type { Stage } from '../work.ts';
import { sendProposals } from './propose.ts';
import { ITEMS_PER_REQUEST, isRefused, sentEntry, tell, type SendTools } from './tell.ts';

const LEASE_MS = 180_000;

export function writeBackStage(
  tools: SendTools & {
    pairing: Pairing;
    wake: Wake;
    /** Rung when a document is to be read again. */
    fetchWake: Wake;
  },
): Stage {
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
          const proposals = part.filter(({ kind }) => kind === 'proposal');
          const insights = part.filter(({ kind }) => kind !== 'proposal');
          if (insights.length > 0) await send(tools, session, insights);
          if (proposals.length > 0) {
            await sendProposals(tools, session, proposals);
            tools.fetchWake.ring();
          }
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
  const results = await tell(tools.site, session.epoch, unsent);
  const refused = results.filter(isRefused);
  const told = results.filter((result) => !refused.includes(result));
  const refusedIds = new Set(refused.map(({ about }) => about.id));

  await store.transaction(async (tx) => {
    await assertPaired(tx, { me: tools.me, epoch: session.epoch, now: clock.now() });
    await finish(
      tx,
      claims.filter((each) => !refusedIds.has(each.name)),
    );
    const pupils = await markSent(
      tx,
      told.map(({ about }) => about),
    );
    await eraseLeavers(tx, pupils);
    if (results.length > 0) await logBatch(tx, sentEntry(results), clock.now());
  });
  for (const { outcome } of results) tools.metrics.insights.inc({ outcome });
  // What was told is done; the refused ones alone still carry their claim and are judged.
  const [first] = refused;
  if (first !== undefined) throw refusal(first.code);
}
