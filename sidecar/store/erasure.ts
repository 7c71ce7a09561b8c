/**
 * What goes when a pupil goes (`sync.md` 5): whoever the mirror no longer holds was deleted, renamed, merged away or
 * left out, and nothing of them is kept.
 */
import { sql, type RawBuilder } from 'kysely';
import { removeProposals } from './proposals.ts';
import type { Db } from './tables.ts';
import { MOST_ATTEMPTS } from './work.ts';

/** Of these pupils, those who left: what the site has been told no longer holds. The rest goes when it is told. */
export async function eraseLeavers(db: Db, students: readonly string[]): Promise<void> {
  if (students.length === 0) return;
  const left = await sql<{ name: string }>`
    select name from unnest(${students}::text[]) as given (name)
    where not exists (select from mirror_student m where m.name = given.name)`.execute(db);
  // Nearly always nobody: the searches below are not made for each answer of the site.
  const names = left.rows.map(({ name }) => name);
  await erase(db, names, sql`and withdrawn and sent_revision >= revision`);
}

/** Of these pupils, those who left: everything, since the site says that they are left out. */
export async function eraseStudents(db: Db, students: readonly string[]): Promise<void> {
  await removeProposals(db, 'Student', students);
  await erase(db, students, sql``);
}

async function erase(db: Db, students: readonly string[], which: RawBuilder<unknown>): Promise<void> {
  if (students.length === 0) return;
  const left = (name: string) => sql`
    ${sql.ref(name)} = any(${students}) and not exists (select from mirror_student m where m.name = ${sql.ref(name)})`;
  await sql`
    delete from ai_insights where owner_kind = 'student' and ${left('ai_insights.owner_name')} ${which}`.execute(
    db,
  );
  // Only what is dead: a pupil who comes back meanwhile touches it, and then it is not.
  await sql`
    delete from work where attempts >= ${sql.lit(MOST_ATTEMPTS)} and ${left('work.name')}
      and (stage = 'fetch_of' or kind in ('Student', 'student'))`.execute(db);
}
