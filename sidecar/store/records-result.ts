/**
 * Submitted Assessment Results with their criteria, dated by their plan (a result has no date of its own).
 *
 * What cannot be placed is left out: a result without a submitted plan, a date, a class or a maximum says nothing yet;
 * the arrival of its plan touches its pupil.
 */
import { sql, type RawBuilder } from 'kysely';
import type { CohortKey, CriterionScore, ResultRow } from '../analysis/records.ts';
import { rowsOf } from './rows.ts';
import type { Db } from './tables.ts';

type Wanted =
  | { students: readonly string[] }
  | { cohorts: readonly CohortKey[] }
  | { groups: readonly Omit<CohortKey, 'course'>[] };

export async function readResults(db: Db, wanted: Wanted): Promise<ResultRow[]> {
  const which =
    'students' in wanted
      ? sql`r.student = any(${wanted.students})`
      : inClasses('cohorts' in wanted ? wanted.cohorts : wanted.groups);
  const rows = await rowsOf<
    Omit<ResultRow, 'details' | 'entered'> & { modified: string; details: CriterionScore[] | null }
  >(
    db,
    sql`
    select r.name, r.modified, r.student, r.assessment_plan as plan,
      coalesce(p.assessment_name, p.assessment_group, p.name) as title,
      r.course, r.student_group as "studentGroup", coalesce(r.academic_term, '') as "academicTerm",
      p.schedule_date as date, r.total_score as score, r.maximum_score as maximum,
      (select json_agg(json_build_object(
          'criterion', d.assessment_criteria, 'score', d.score, 'maximum', d.maximum_score) order by d.idx)
        from mirror_assessment_result__details d
        where d.parent = r.name and d.assessment_criteria is not null and d.score is not null
          and d.maximum_score > 0) as details
    from mirror_assessment_result r
    join mirror_assessment_plan p on p.name = r.assessment_plan and p.docstatus = 1
    where ${which} and r.docstatus = 1 and r.student is not null and r.course is not null
      and r.student_group is not null and p.schedule_date is not null
      and r.total_score is not null and r.maximum_score > 0
    order by p.schedule_date, r.name`,
  );
  return rows.map(({ modified, details, ...row }) => ({
    ...row,
    entered: enteredOn(modified, row.date),
    details: details ?? [],
  }));
}

/** Classes without a course: every course of the group. */
function inClasses(
  classes: readonly (Omit<CohortKey, 'course'> & Partial<CohortKey>)[],
): RawBuilder<boolean> {
  const groups = [...new Set(classes.map(({ studentGroup }) => studentGroup))];
  return sql<boolean>`r.student_group = any(${groups}) and exists (
    select from json_to_recordset(${JSON.stringify(classes)}::json)
      as c (course text, "studentGroup" text, "academicTerm" text)
    where coalesce(c.course, r.course) = r.course and c."studentGroup" = r.student_group
      and c."academicTerm" = coalesce(r.academic_term, ''))`;
}

/** So long after its test a change is a school's import of old records, or a correction. */
const LATEST_ENTRY_DAYS = 60;

/** The day on which a result was entered, as far as its last change tells; else the day of its test. */
export function enteredOn(modified: string, date: string): string {
  const day = modified.slice(0, 10);
  const latest = new Date(Date.parse(date) + LATEST_ENTRY_DAYS * 86_400_000).toISOString().slice(0, 10);
  return day <= latest ? day : date;
}
