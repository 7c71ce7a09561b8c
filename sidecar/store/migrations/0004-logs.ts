/** What was synchronised, batch by batch: the design document's `sync_logs`. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0004-logs';

export async function up(db: Db): Promise<void> {
  await sql`
    create table sync_logs (
      id uuid primary key default gen_random_uuid(),
      sync_type varchar(100) not null,
      erpnext_entity_type varchar(100),
      erpnext_entity_id varchar(140),
      sync_direction varchar(20) not null,
      sync_status varchar(50) not null,
      error_details text,
      data_payload jsonb not null,
      sync_timestamp timestamptz not null
    )`.execute(db);
  await sql`create index idx_sync_logs_entity on sync_logs (erpnext_entity_type, erpnext_entity_id)`.execute(
    db,
  );
  await sql`create index idx_sync_logs_time on sync_logs (sync_timestamp)`.execute(db);
}
