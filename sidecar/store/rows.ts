/** Many rows in one value: the embedded database takes longer to hand over a thousand fields than to find them. */
import { sql, type RawBuilder } from 'kysely';
import type { Db } from './tables.ts';

/** What `query` selects, in its order, as JSON has it: no column may be larger than a number can hold. */
export async function rowsOf<T>(db: Db, query: RawBuilder<unknown>): Promise<T[]> {
  const found = await sql<{ rows: T[] }>`
    select coalesce(json_agg(q), '[]'::json) as rows from (${query}) as q`.execute(db);
  return found.rows[0]?.rows ?? [];
}
