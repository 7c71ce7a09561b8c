/** How far the first load has come: one row per DocType, with the cursor that the last stored page left. */
import { sql } from 'kysely';
import type { Db } from './tables.ts';

export interface LoadStep {
  doctype: string;
  cursor: string;
}

export async function beginLoad(
  db: Db,
  totals: readonly { doctype: string; total: number }[],
): Promise<void> {
  await db
    .insertInto('backfill')
    .values(totals.map(({ doctype, total }) => ({ doctype, total, cursor: '', rows: 0, done: false })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The DocTypes that are still to be loaded, each with its cursor; null when the load has not begun. */
export async function loadSteps(db: Db): Promise<LoadStep[] | null> {
  const rows = await db.selectFrom('backfill').select(['doctype', 'cursor', 'done']).execute();
  return rows.length === 0 ? null : rows.filter((row) => !row.done);
}

export async function advanceLoad(
  db: Db,
  step: { doctype: string; rows: number; next: string | null },
): Promise<void> {
  await sql`
    update backfill set rows = rows + ${step.rows}, cursor = ${step.next ?? ''}, done = ${step.next === null}
    where doctype = ${step.doctype}`.execute(db);
}

export async function completeLoad(db: Db): Promise<void> {
  await db.updateTable('state').set({ loaded: true }).execute();
}

/** The load that is not yet reported, running or complete, with how many documents it read so far; else null. */
export async function unreportedLoad(
  db: Db,
): Promise<{ load: number; loaded: boolean; documents: number } | null> {
  const rows = await sql<{ load: number; loaded: boolean; documents: number }>`
    select load, loaded, (select coalesce(sum(rows), 0)::int from backfill) as documents from state
    where reported_load < load`.execute(db);
  return rows.rows[0] ?? null;
}

export async function markLoadReported(db: Db, load: number): Promise<void> {
  await db.updateTable('state').set({ reported_load: load }).execute();
}

export interface LoadProgress {
  doctype: string;
  rows: number;
  total: number;
  done: boolean;
}

export async function loadProgress(db: Db): Promise<LoadProgress[]> {
  return db.selectFrom('backfill').select(['doctype', 'rows', 'total', 'done']).orderBy('doctype').execute();
}
