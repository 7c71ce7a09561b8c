/** What was learned from the school's past, and is spoken by until it is learned anew. */
import type { Effects } from '../analysis/follow-up/effects.ts';
import type { Learned } from '../analysis/risk/learn.ts';
import { canonical } from './canonical.ts';
import type { Db } from './tables.ts';

export const RISK = 'risk';

export interface StoredModel {
  learned: Learned;
  /** What followed the steps that people took; null where an earlier release learned. */
  effects: Effects | null;
  /** The site's day on which it was learned. */
  day: string;
}

/** Null until something was learned. */
export async function readModel(db: Db): Promise<StoredModel | null> {
  const row = await db
    .selectFrom('models')
    .select(['learned', 'effects', 'day'])
    .where('name', '=', RISK)
    .executeTakeFirst();
  return row ?? null;
}

/** Returns whether it says anything else than what was there. */
export async function storeModel(
  db: Db,
  { learned, effects }: Pick<StoredModel, 'learned' | 'effects'>,
  day: string,
): Promise<boolean> {
  const before = await readModel(db);
  const said = canonical({ learned, effects });
  if (before !== null && canonical({ learned: before.learned, effects: before.effects }) === said)
    return false;
  const values = { learned: JSON.stringify(learned), effects: JSON.stringify(effects), day };
  await db
    .insertInto('models')
    .values({ name: RISK, ...values })
    .onConflict((row) => row.column('name').doUpdateSet(values))
    .execute();
  return true;
}
