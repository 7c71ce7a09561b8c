/** Figures of classes, rounded (`sync.md` 17): pupils read these alone, and are touched only when one changes. */
import { sql } from 'kysely';
import type { CohortFigures, CohortKey, GroupAttendance } from '../analysis/records.ts';
import { canonical } from './canonical.ts';
import type { Db } from './tables.ts';

/** Figures null: the class has no records any more. Returns the keys whose figures changed. */
export async function storeCohortFigures(
  db: Db,
  entries: readonly { key: CohortKey; figures: CohortFigures | null }[],
): Promise<CohortKey[]> {
  const changed: CohortKey[] = [];
  for (const { key, figures } of entries) {
    const place = { course: key.course, student_group: key.studentGroup, academic_term: key.academicTerm };
    const before = await db
      .selectFrom('cohort_figures')
      .select('figures')
      .where((eb) => eb.and(place))
      .executeTakeFirst();
    if (canonical(before?.figures ?? null) === canonical(figures)) continue;
    changed.push(key);
    if (figures === null) {
      await db
        .deleteFrom('cohort_figures')
        .where((eb) => eb.and(place))
        .execute();
      continue;
    }
    const text = JSON.stringify(figures);
    await db
      .insertInto('cohort_figures')
      .values({ ...place, figures: text })
      .onConflict((row) =>
        row.columns(['course', 'student_group', 'academic_term']).doUpdateSet({ figures: text }),
      )
      .execute();
  }
  return changed;
}

export async function storeGroupAttendance(
  db: Db,
  entries: readonly { studentGroup: string; academicTerm: string; figures: GroupAttendance | null }[],
): Promise<string[]> {
  const changed: string[] = [];
  for (const { studentGroup, academicTerm, figures } of entries) {
    const place = { student_group: studentGroup, academic_term: academicTerm };
    const before = await db
      .selectFrom('group_attendance')
      .select('figures')
      .where((eb) => eb.and(place))
      .executeTakeFirst();
    if (canonical(before?.figures ?? null) === canonical(figures)) continue;
    changed.push(studentGroup);
    if (figures === null) {
      await db
        .deleteFrom('group_attendance')
        .where((eb) => eb.and(place))
        .execute();
      continue;
    }
    const text = JSON.stringify(figures);
    await db
      .insertInto('group_attendance')
      .values({ ...place, figures: text })
      .onConflict((row) => row.columns(['student_group', 'academic_term']).doUpdateSet({ figures: text }))
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
