/** The pairing with the site, the leader's lease, the work table and the progress of the first load. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0001-work';

export async function up(db: Db): Promise<void> {
  await sql`create sequence work_seq`.execute(db);
  await sql`create sequence revision_seq`.execute(db);
  await sql`
    create table state (
      id int primary key check (id = 1),
      epoch text, token text, pending_ack text not null default '[]',
      site_id text, time_zone text, settings jsonb,
      sealing_check text, mirror_shape text,
      load int not null default 0, loaded boolean not null default false
    )`.execute(db);
  await sql`insert into state (id) values (1)`.execute(db);
  await sql`
    create table leader (id int primary key check (id = 1), holder text not null, until bigint not null)`.execute(
    db,
  );
  await sql`insert into leader (id, holder, until) values (1, '', 0)`.execute(db);
  await sql`
    create table backfill (
      doctype text primary key, cursor text not null default '',
      rows int not null default 0, total int not null default 0, done boolean not null default false
    )`.execute(db);
  // Times are milliseconds of the sidecar's own clock, which tests can set.
  await sql`
    create table work (
      stage text not null, kind text not null, name text collate "C" not null,
      seq bigint not null, done_seq bigint not null default 0,
      due_at bigint not null, attempts int not null default 0,
      lease text, lease_until bigint, code text,
      primary key (stage, kind, name)
    )`.execute(db);
  await sql`create index work_due on work (stage, due_at) where seq > done_seq and attempts < 8`.execute(db);
  await sql`create index work_lease on work (lease) where lease is not null`.execute(db);
}
