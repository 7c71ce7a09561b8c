/** A claim and its end change no index: leases are looked up only when work is given back, and pages keep some room. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0007-leases';

export async function up(db: Db): Promise<void> {
  await sql`drop index work_lease`.execute(db);
  await sql`alter table work set (fillfactor = 60)`.execute(db);
}
