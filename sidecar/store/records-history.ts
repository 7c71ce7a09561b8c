/** Finished terms as the mirror holds them, a few classes at a time: what the early warning learns from. */
import { sql } from 'kysely';
import type { EnrollmentRow, MirrorRows } from '../analysis/risk/course-cohort.ts';
import { enteredOn } from './records-result.ts';
import type { Db } from './tables.ts';

/** A class has a few thousand rows of attendance a term: so many are held in memory at once. */
const CLASSES_AT_ONCE = 5;

interface Term {
  name: string;
  academic_year: string;
  term_start_date: string;
  term_end_date: string;
}

/** Of all terms the number of pupil-terms (a pupil in a course of a term) times the weeks of the term. */
export async function historySize(db: Db, today: string): Promise<number> {
  const rows = await sql<{ weeks: number }>`
    select coalesce(sum(pupils * (t.term_end_date::date - t.term_start_date::date) / 7.0), 0)::float8 as weeks
    from (
      select p.academic_term, p.course, p.student_group,
        (select count(*) from mirror_student_group__students m where m.parent = p.student_group) as pupils
      from mirror_assessment_plan p where p.docstatus = 1 group by 1, 2, 3
    ) classes join mirror_academic_term t on t.name = classes.academic_term
    where t.term_end_date < ${today} and t.term_start_date is not null`.execute(db);
  return rows.rows[0]?.weeks ?? 0;
}

/** The day after the next term's end; null when none is known. */
export async function nextTermEnd(db: Db, today: string): Promise<string | null> {
  const rows = await sql<{ day: string | null }>`
    select (min(term_end_date)::date + 1)::text as day from mirror_academic_term
    where term_end_date >= ${today}`.execute(db);
  return rows.rows[0]?.day ?? null;
}

export async function* finishedClasses(db: Db, today: string): AsyncGenerator<MirrorRows> {
  const terms = await sql<Term>`
    select name, coalesce(academic_year, '') as academic_year, term_start_date, term_end_date
    from mirror_academic_term
    where term_end_date < ${today} and term_start_date is not null order by term_end_date, name`.execute(db);
  for (const term of terms.rows) {
    const groups = await sql<{ name: string }>`
      select distinct student_group as name from mirror_assessment_plan
      where academic_term = ${term.name} and docstatus = 1 and student_group is not null
      order by 1`.execute(db);
    const names = groups.rows.map(({ name }) => name);
    for (let at = 0; at < names.length; at += CLASSES_AT_ONCE)
      yield readClasses(db, term, names.slice(at, at + CLASSES_AT_ONCE));
  }
}

async function readClasses(db: Db, term: Term, groups: string[]): Promise<MirrorRows> {
  const plans = await sql<MirrorRows['assessmentPlans'][number]>`
    select name, course, student_group, academic_term, schedule_date, maximum_assessment_score
    from mirror_assessment_plan
    where student_group = any(${groups}) and academic_term = ${term.name} and docstatus = 1
      and course is not null and schedule_date is not null and maximum_assessment_score > 0`.execute(db);
  // Who is no longer in the group, but at the school, went to another one: what is missing here is there.
  const members = await sql<{ parent: string; student: string }>`
    select distinct m.parent, m.student from mirror_student_group__students m
    join mirror_student s on s.name = m.student
    where m.parent = any(${groups}) and (coalesce(m.active, 1) = 1 or s.enabled = 0)`.execute(db);
  const students = [...new Set(members.rows.map((row) => row.student))];
  const people = await sql<MirrorRows['students'][number]>`
    select name, coalesce(enabled, 1) as enabled, joining_date, date_of_leaving, modified
    from mirror_student where name = any(${students})`.execute(db);
  const attendance = await sql<MirrorRows['studentAttendance'][number]>`
    select name, student, date, status, student_group, course_schedule from mirror_student_attendance
    where student = any(${students}) and docstatus = 1 and status in ('Present', 'Absent', 'Leave')
      and date between ${term.term_start_date} and ${term.term_end_date}`.execute(db);
  const byGroup = Map.groupBy(members.rows, (row) => row.parent);
  return {
    academicTerms: [term],
    students: people.rows,
    studentGroups: groups.map((name) => ({ name, students: byGroup.get(name) ?? [] })),
    programEnrollments: await readEnrollments(db, students),
    assessmentPlans: plans.rows,
    assessmentResults: await readMarks(db, plans.rows),
    studentAttendance: attendance.rows,
  };
}

async function readMarks(
  db: Db,
  plans: MirrorRows['assessmentPlans'],
): Promise<MirrorRows['assessmentResults']> {
  const dates = new Map(plans.map((plan) => [plan.name, plan.schedule_date]));
  const rows = await sql<MirrorRows['assessmentResults'][number] & { modified: string }>`
    select name, student, assessment_plan, total_score, maximum_score, modified from mirror_assessment_result
    where assessment_plan = any(${[...dates.keys()]}) and docstatus = 1 and student is not null
      and total_score is not null and maximum_score > 0`.execute(db);
  return rows.rows.map(({ modified, ...row }) => ({
    ...row,
    creation: enteredOn(modified, dates.get(row.assessment_plan) ?? modified.slice(0, 10)),
  }));
}

/** Enrollments of every term, cancelled ones too: an earlier one in the same course is a fact, one ended early also. */
export async function readEnrollments(db: Db, students: readonly string[]): Promise<EnrollmentRow[]> {
  const rows = await sql<Omit<EnrollmentRow, 'courses'> & { courses: EnrollmentRow['courses'] | null }>`
    select name, student, coalesce(academic_year, '') as academic_year, academic_term, enrollment_date,
      docstatus, modified,
      (select json_agg(json_build_object('parent', c.parent, 'course', c.course) order by c.idx)
        from mirror_program_enrollment__courses c
        where c.parent = e.name and c.course is not null) as courses
    from mirror_program_enrollment e
    where student = any(${students}) and docstatus in (1, 2) and enrollment_date is not null
    order by name`.execute(db);
  return rows.rows.map(({ courses, ...row }) => ({ ...row, courses: courses ?? [] }));
}
