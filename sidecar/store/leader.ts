/** The lease of the one process that fetches and sends (`sync.md` 20). */
import { sql } from 'kysely';
import { AppError } from '../errors.ts';
import type { Db } from './tables.ts';
import { releaseLeaders } from './work.ts';

export const LEADER_LEASE_MS = 15_000;
export const LEADER_RENEW_MS = 5_000;

/**
 * Takes or renews the lease; false while another process holds it. Who takes it over from another also takes what
 * that one had begun to fetch or to send: without the lead nothing of it could be stored any more.
 */
export async function takeLead(db: Db, me: string, now: number): Promise<boolean> {
  const until = now + LEADER_LEASE_MS;
  const renewed = await sql`update leader set until = ${until} where holder = ${me} returning id`.execute(db);
  if (renewed.rows.length > 0) return true;
  return db.transaction().execute(async (tx) => {
    const taken = await sql`
      update leader set holder = ${me}, until = ${until} where until < ${now} returning id`.execute(tx);
    if (taken.rows.length === 0) return false;
    await releaseLeaders(tx);
    return true;
  });
}

export async function giveUpLead(db: Db, me: string): Promise<void> {
  await sql`update leader set holder = '', until = 0 where holder = ${me}`.execute(db);
}

/**
 * Inside the transaction that stores what the site answered: the lead is still ours, and the answer belongs to the
 * pairing that holds. One of an earlier epoch would count as told, or as read, what a resync has just forgotten.
 * `toChange`: the caller changes the pairing's state itself.
 */
export async function assertPaired(
  tx: Db,
  { me, epoch, now, toChange = false }: { me: string; epoch: string; now: number; toChange?: boolean },
): Promise<void> {
  const held = await sql<{ leads: boolean; epoch: string | null }>`
    select holder = ${me} and until >= ${now} as leads, epoch from leader, state
    for share of leader for ${toChange ? sql`update` : sql`share`} of state`.execute(tx);
  const [row] = held.rows;
  if (row?.leads !== true) throw new AppError('leader.lost');
  if (row.epoch !== epoch) throw new AppError('site.fenced');
}

/** Inside the transaction that stores: nobody else can take the lead before it ends. */
export async function assertLead(tx: Db, me: string, now: number): Promise<void> {
  const held = await sql`
    select id from leader where holder = ${me} and until >= ${now} for share`.execute(tx);
  if (held.rows.length === 0) throw new AppError('leader.lost');
}
