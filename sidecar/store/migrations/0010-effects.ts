/** What followed the steps people took, worked out whenever the early warning is learned; null until then. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0010-effects';

export async function up(db: Db): Promise<void> {
  await sql`alter table models add column effects jsonb`.execute(db);
}
