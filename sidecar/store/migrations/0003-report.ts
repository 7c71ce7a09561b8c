/** Which first load the site has been told is complete, everything that follows from it included. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0003-report';

export async function up(db: Db): Promise<void> {
  await sql`alter table state add column reported_load int not null default 0`.execute(db);
}
