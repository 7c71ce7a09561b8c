/** What the analyses said (the design document's `ai_insights`, extended) and the rounded figures of classes. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0002-insights';

export async function up(db: Db): Promise<void> {
  // `confidence_score` stays empty until a model with a measured track record fills it.
  await sql`
    create table ai_insights (
      id uuid primary key default gen_random_uuid(),
      target_type varchar(50) not null,
      target_id varchar(140) not null,
      insight_type varchar(100) not null,
      insight_data jsonb,
      confidence_score float,
      generated_timestamp timestamptz not null,
      status varchar(50) not null default 'pending',
      synced_to_erpnext boolean generated always as (sent_revision >= revision) stored,
      created_at timestamptz not null default now(),
      owner_kind text not null,
      owner_name text collate "C" not null,
      address text collate "C" not null unique,
      content text not null,
      withdrawn boolean not null default false,
      revision bigint not null,
      sent_revision bigint not null default 0
    )`.execute(db);
  await sql`create index idx_insights_target on ai_insights (target_type, target_id)`.execute(db);
  await sql`create index idx_insights_owner on ai_insights (owner_kind, owner_name)`.execute(db);
  await sql`
    create table cohort_figures (
      course text collate "C" not null, student_group text collate "C" not null,
      academic_term text collate "C" not null,
      figures jsonb,
      primary key (course, student_group, academic_term)
    )`.execute(db);
  await sql`
    create table group_attendance (
      student_group text collate "C" not null, academic_term text collate "C" not null,
      figures jsonb,
      primary key (student_group, academic_term)
    )`.execute(db);
}
