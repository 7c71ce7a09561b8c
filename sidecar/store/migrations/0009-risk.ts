/** The early warning: what was learned, and figures of classes that hold more than before, so everything is read anew. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0009-risk';

export async function up(db: Db): Promise<void> {
  await sql`create table models (name text primary key, learned jsonb not null, day text not null)`.execute(
    db,
  );
  // Without its shape the mirror is dropped at start and loaded again; what was said so far stays until then.
  await sql`delete from cohort_figures`.execute(db);
  await sql`update state set mirror_shape = null`.execute(db);
}
