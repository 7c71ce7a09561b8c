/** Everything analysis reads about instructors: their lessons, and the classes they teach with tests and figures. */
import { sql } from 'kysely';
import type { CohortFigures, InstructorRecords, TaughtClass } from '../analysis/records.ts';
import type { Db } from './tables.ts';

/** Instructors that the mirror does not hold are left out. */
export async function readInstructorRecords(db: Db, names: readonly string[]): Promise<InstructorRecords[]> {
  if (names.length === 0) return [];
  const instructors = await sql<{ name: string; status: string | null }>`
    select name, status from mirror_instructor where name = any(${names}) order by name`.execute(db);
  const lessons = await readLessons(db, names);
  const taught = await readTaught(db, names);
  const plans = await readPlans(db, taught);
  const figures = await sql<{ figures: CohortFigures }>`
    select figures from cohort_figures where course = any(${[...new Set(taught.map((one) => one.course))]})
    order by course, student_group, academic_term`.execute(db);
  const allFigures = figures.rows.map((row) => row.figures);

  return instructors.rows.map(({ name, status }) => {
    const own = taught.filter((one) => one.instructor === name);
    return {
      instructor: name,
      active: status !== 'Left',
      terms: termsOf(own),
      lessons: lessons
        .filter((lesson) => lesson.instructor === name)
        .map(({ date, from, to, taken }) => ({ date, minutes: minutesBetween(from, to), taken })),
      classes: own.map((one) => classOf(one, plans, allFigures)),
    };
  });
}

interface LessonRow {
  instructor: string;
  date: string;
  from: string | null;
  to: string | null;
  taken: boolean;
}

async function readLessons(db: Db, instructors: readonly string[]): Promise<LessonRow[]> {
  const rows = await sql<LessonRow>`
    select instructor, schedule_date as date, from_time as from, to_time as to,
      exists (select from mirror_student_attendance a
        where a.course_schedule = s.name and a.docstatus = 1) as taken
    from mirror_course_schedule s
    where instructor = any(${instructors}) and schedule_date is not null
    order by instructor, schedule_date, name`.execute(db);
  return rows.rows;
}

interface Taught {
  instructor: string;
  course: string;
  studentGroup: string;
  academicTerm: string;
  from: string | null;
  to: string | null;
  pupils: number;
}

/** By the timetable, or named on a group that was made for one course. */
async function readTaught(db: Db, instructors: readonly string[]): Promise<Taught[]> {
  const rows = await sql<Taught>`
    select t.instructor, t.course, g.name as "studentGroup", coalesce(g.academic_term, '') as "academicTerm",
      a.term_start_date as from, a.term_end_date as to,
      (select count(distinct m.student) from mirror_student_group__students m
        join mirror_student p on p.name = m.student
        where m.parent = g.name and coalesce(m.active, 1) = 1 and coalesce(p.enabled, 1) = 1)::int as pupils
    from (
      select instructor, course, student_group from mirror_course_schedule
      where instructor = any(${instructors}) and course is not null
      union
      select i.instructor, own.course, own.name from mirror_student_group__instructors i
      join mirror_student_group own on own.name = i.parent
      where i.instructor = any(${instructors}) and own.course is not null
    ) as t
    join mirror_student_group g on g.name = t.student_group
    left join mirror_academic_term a on a.name = g.academic_term
    where coalesce(g.disabled, 0) = 0
    order by t.instructor, t.course, g.name`.execute(db);
  return rows.rows;
}

interface PlanRow {
  plan: string;
  date: string;
  course: string;
  studentGroup: string;
  academicTerm: string;
  /** The days on which results were last saved. */
  saved: string[] | null;
}

async function readPlans(db: Db, taught: readonly Taught[]): Promise<PlanRow[]> {
  const groups = [...new Set(taught.map((one) => one.studentGroup))];
  if (groups.length === 0) return [];
  const rows = await sql<PlanRow>`
    select p.name as plan, p.schedule_date as date, p.course, p.student_group as "studentGroup",
      coalesce(p.academic_term, '') as "academicTerm",
      (select json_agg(left(r.modified, 10) order by r.name) from mirror_assessment_result r
        where r.assessment_plan = p.name and r.docstatus = 1) as saved
    from mirror_assessment_plan p
    where p.student_group = any(${groups}) and p.docstatus = 1 and p.course is not null
      and p.schedule_date is not null
    order by p.schedule_date, p.name`.execute(db);
  return rows.rows;
}

function classOf(
  { course, studentGroup, academicTerm, pupils }: Taught,
  plans: readonly PlanRow[],
  figures: readonly CohortFigures[],
): TaughtClass {
  const ofTerm = figures.filter((one) => one.course === course && one.academicTerm === academicTerm);
  return {
    course,
    studentGroup,
    academicTerm,
    pupils,
    plans: plans
      .filter(
        (plan) =>
          plan.course === course && plan.studentGroup === studentGroup && plan.academicTerm === academicTerm,
      )
      .map(({ plan, date, saved }) => ({ plan, date, saved: saved ?? [] })),
    figures: ofTerm.find((one) => one.studentGroup === studentGroup) ?? null,
    others: ofTerm.filter((one) => one.studentGroup !== studentGroup),
  };
}

function termsOf(taught: readonly Taught[]): InstructorRecords['terms'] {
  const terms = new Map<string, InstructorRecords['terms'][number]>();
  for (const { academicTerm: name, from, to } of taught) {
    if (name !== '' && from !== null && to !== null) terms.set(name, { name, from, to });
  }
  return [...terms.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Times as the site writes them, `8:00:00`; null where they say no stretch of time. */
function minutesBetween(from: string | null, to: string | null): number | null {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  return begin === null || end === null || end <= begin ? null : end - begin;
}

function minuteOf(time: string | null): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})/.exec(time ?? '') ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}
