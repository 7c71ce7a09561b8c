/** Steps that people took for pupils, and what was recorded about the pupil's class around one of them. */
import { sql } from 'kysely';
import type { StepRecords } from '../analysis/follow-up/effects.ts';
import type { Db } from './tables.ts';

export type StepTaken = Pick<StepRecords, 'student' | 'day' | 'course'>;

interface Days {
  from: string;
  to: string;
}

/** Oldest first; `course` is '' where the step was about attendance. */
export async function stepsTaken(db: Db, { from, to }: Days): Promise<StepTaken[]> {
  const steps = await sql<StepTaken>`
    select distinct target_student as student, answered_on as day, coalesce(course, '') as course
    from mirror_ai_insight
    where status = 'Acted Upon' and target_student is not null and answered_on between ${from} and ${to}
    order by day, student, course`.execute(db);
  return steps.rows;
}

/** The class is the group that most of the pupil's own rows of these days name. */
export async function attendanceOfClass(
  db: Db,
  student: string,
  { from, to }: Days,
): Promise<StepRecords['attendance']> {
  const rows = await sql<StepRecords['attendance'][number]>`
    select student, name, date, status, student_group as "studentGroup", course_schedule as lesson
    from mirror_student_attendance
    where docstatus = 1 and student is not null and status in ('Present', 'Absent', 'Leave')
      and date between ${from} and ${to} and student_group = (
        select student_group from mirror_student_attendance
        where student = ${student} and docstatus = 1 and student_group is not null
          and date between ${from} and ${to}
        group by student_group order by count(*) desc, student_group limit 1)
    order by student, date, name`.execute(db);
  return rows.rows;
}

/** Everybody's results in the tests of the course that the pupil has results of; of two for one test the later name. */
export async function resultsOfClass(
  db: Db,
  { student, course }: StepTaken,
  { from, to }: Days,
): Promise<StepRecords['results']> {
  const rows = await sql<StepRecords['results'][number]>`
    select distinct on (r.student, r.assessment_plan) r.student, r.assessment_plan as plan,
      p.schedule_date as date, r.total_score as score, r.maximum_score as maximum
    from mirror_assessment_result r join mirror_assessment_plan p on p.name = r.assessment_plan
    where r.docstatus = 1 and r.student is not null and r.total_score is not null and r.maximum_score > 0
      and p.schedule_date between ${from} and ${to}
      and r.assessment_plan in (
        select assessment_plan from mirror_assessment_result
        where student = ${student} and course = ${course} and docstatus = 1)
    order by r.student, r.assessment_plan, r.name desc`.execute(db);
  return rows.rows;
}
