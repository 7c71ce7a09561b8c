/** Figures of classes, rounded (`sync.md` 17): pupils read these alone, and are touched only when one changes. */
import { sql } from 'kysely';
import type { CohortFigures, CohortKey, GroupAttendance } from '../analysis/records.ts';
import { canonical } from './canonical.ts';
import type { Db } from './tables.ts';

/** Figures null: the class has no records any more. Returns the keys whose figures changed. */
export async function storeCohortFigures(
  db: Db,
  entries: readonly { key: CohortKey; figures: CohortFigures | null }[],
  revision: number,
): Promise<CohortKey[]> {
  const changed: CohortKey[] = [];
  for (const { key, figures } of entries) {
    const place = db
      .selectFrom('cohort_figures')
      .select(['figures', 'run_revision'])
      .where('course', '=', key.course)
      .where('student_group', '=', key.studentGroup)
      .where('academic_term', '=', key.academicTerm);
    const before = await place.executeTakeFirst();
    if (before !== undefined && before.run_revision >= revision) continue;
    if (canonical(before?.figures ?? null) !== canonical(figures)) changed.push(key);
    await db
      .insertInto('cohort_figures')
      .values({
        course: key.course,
        student_group: key.studentGroup,
        academic_term: key.academicTerm,
        figures: figures === null ? null : JSON.stringify(figures),
        run_revision: revision,
      })
      .onConflict((conflict) =>
        conflict.columns(['course', 'student_group', 'academic_term']).doUpdateSet((eb) => ({
          figures: eb.ref('excluded.figures'),
          run_revision: eb.ref('excluded.run_revision'),
        })),
      )
      .execute();
  }
  return changed;
}

export async function storeGroupAttendance(
  db: Db,
  entries: readonly { studentGroup: string; academicTerm: string; figures: GroupAttendance | null }[],
  revision: number,
): Promise<string[]> {
  const changed: string[] = [];
  for (const { studentGroup, academicTerm, figures } of entries) {
    const before = await db
      .selectFrom('group_attendance')
      .select(['figures', 'run_revision'])
      .where('student_group', '=', studentGroup)
      .where('academic_term', '=', academicTerm)
      .executeTakeFirst();
    if (before !== undefined && before.run_revision >= revision) continue;
    if (canonical(before?.figures ?? null) !== canonical(figures)) changed.push(studentGroup);
    await db
      .insertInto('group_attendance')
      .values({
        student_group: studentGroup,
        academic_term: academicTerm,
        figures: figures === null ? null : JSON.stringify(figures),
        run_revision: revision,
      })
      .onConflict((conflict) =>
        conflict.columns(['student_group', 'academic_term']).doUpdateSet((eb) => ({
          figures: eb.ref('excluded.figures'),
          run_revision: eb.ref('excluded.run_revision'),
        })),
      )
      .execute();
  }
  return changed;
}

/** Who reads the figures of these cohorts and groups: members, and whoever has a result there. */
export async function readersOfFigures(
  db: Db,
  changed: { cohorts: readonly CohortKey[]; groups: readonly string[] },
): Promise<string[]> {
  const groups = [...new Set([...changed.groups, ...changed.cohorts.map((key) => key.studentGroup)])];
  if (groups.length === 0) return [];
  const found = await sql<{ student: string }>`
    select student from mirror_student_group__students where parent = any(${groups}) and student is not null
    union
    select r.student from mirror_assessment_result r
    join json_to_recordset(${JSON.stringify(changed.cohorts)}::json)
      as c (course text, "studentGroup" text, "academicTerm" text)
      on r.course = c.course and r.student_group = c."studentGroup"
      and coalesce(r.academic_term, '') = c."academicTerm"
    where r.docstatus = 1 and r.student is not null`.execute(db);
  return found.rows.map((row) => row.student);
}
