/** More is said of every pupil and course, from figures that hold more: all of it is worked out anew. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0008-own-fields';

export async function up(db: Db): Promise<void> {
  await sql`delete from cohort_figures`.execute(db);
  // Without a shape the mirror is filled again, and everything analysed after that.
  await sql`update state set mirror_shape = null`.execute(db);
}
