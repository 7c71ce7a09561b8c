/**
 * What a PostgreSQL server does by itself and the embedded database does not: room of deleted rows is used again,
 * and the planner learns what the tables hold.
 */
import { sql } from 'kysely';
import type { Store } from './open.ts';

/** After the mirror was filled: without it the first analyses would read whole tables. */
export async function tidyAll(store: Store): Promise<void> {
  await (store.shared ? sql`analyze` : sql`vacuum (analyze)`).execute(store.db);
}

/** The tables that every change goes through; a few milliseconds. */
export async function tidyBusy(store: Store): Promise<void> {
  if (store.shared) return;
  await sql`vacuum (analyze) work, state, leader, ai_insights, sync_logs`.execute(store.db);
}
