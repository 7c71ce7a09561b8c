/** What the AI side holds of a student (the design document's table), and what it proposes for fields that people edit. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';

export const id = '0005-profiles';

export async function up(db: Db): Promise<void> {
  // The JSON columns hold a sealed text: what they say is about a child.
  await sql`
    create table student_ai_profiles (
      id uuid primary key default gen_random_uuid(),
      erpnext_student_id varchar(140) collate "C" unique not null,
      learning_style_profile jsonb,
      ai_interaction_preferences jsonb,
      performance_analytics jsonb,
      last_sync_timestamp timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index idx_student_profiles_erpnext_id on student_ai_profiles (erpnext_student_id)`.execute(
    db,
  );
  // A student's proposal is the profile itself; `proposal` is empty there. `asked` keeps, for each key that a
  // person has to decide, keyed hashes of what was asked.
  await sql`
    create table proposals (
      doctype text not null, name text collate "C" not null, field text not null,
      proposal jsonb,
      settled boolean not null default false,
      asked jsonb not null default '{}',
      primary key (doctype, name, field)
    )`.execute(db);
}
