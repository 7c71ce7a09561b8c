/** How far each check of each DocType has come, and what it found since the site was last told. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0006-checks';

export async function up(db: Db): Promise<void> {
  await sql`
    create table checks (
      kind text not null, doctype text not null,
      phase text not null default '', cursor text not null default '',
      watermark text,
      total int not null default 0,
      examined int not null default 0, found int not null default 0, repaired int not null default 0,
      finished bigint, reported boolean not null default true,
      primary key (kind, doctype)
    )`.execute(db);
}
