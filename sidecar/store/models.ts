/** What was learned from the school's finished terms, and is spoken by until it is learned anew. */
import type { Learned } from '../analysis/risk/learn.ts';
import { canonical } from './canonical.ts';
import type { Db } from './tables.ts';

export const RISK = 'risk';

export interface StoredModel {
  learned: Learned;
  /** The site's day on which it was learned. */
  day: string;
}

/** Null until something was learned. */
export async function readModel(db: Db): Promise<StoredModel | null> {
  const row = await db
    .selectFrom('models')
    .select(['learned', 'day'])
    .where('name', '=', RISK)
    .executeTakeFirst();
  return row ?? null;
}

/** Returns whether it says anything else than what was there. */
export async function storeModel(db: Db, learned: Learned, day: string): Promise<boolean> {
  const before = await readModel(db);
  if (before !== null && canonical(before.learned) === canonical(learned)) return false;
  const text = JSON.stringify(learned);
  await db
    .insertInto('models')
    .values({ name: RISK, learned: text, day })
    .onConflict((row) => row.column('name').doUpdateSet({ learned: text, day }))
    .execute();
  return true;
}
