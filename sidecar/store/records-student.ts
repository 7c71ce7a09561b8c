/** Everything analysis reads about pupils, for a batch of them at once: one statement per kind of record. */
import { sql } from 'kysely';
import type {
  AttendanceRow,
  CohortFigures,
  FollowUps,
  GroupAttendance,
  ResultRow,
  StudentRecords,
} from '../analysis/records.ts';
import { readEnrollments } from './records-history.ts';
import { readResults } from './records-result.ts';
import { rowsOf } from './rows.ts';
import type { Db } from './tables.ts';
import { dirtyAmong } from './work.ts';

/** Pupils that the mirror does not hold are left out. */
export async function readStudentRecords(db: Db, names: readonly string[]): Promise<StudentRecords[]> {
  const students = await readStudents(db, names);
  if (students.length === 0) return [];
  const known = students.map((row) => row.name);
  const memberships = Map.groupBy(await readMemberships(db, known), (row) => row.student);
  const attendance = Map.groupBy(await readAttendance(db, known), (row) => row.student);
  const enrollments = Map.groupBy(await readEnrollments(db, known), (row) => row.student);
  const results = Map.groupBy(await readResults(db, { students: known }), (row) => row.student);
  const groups = new Set([
    ...[...memberships.values()].flat().map((row) => row.group),
    ...[...results.values()].flat().map((row) => row.studentGroup),
  ]);
  const { cohorts, rates } = await readFigures(db, [...groups]);
  const programs = Map.groupBy(await readPrograms(db, known), (row) => row.student);

  return students.map((row) => {
    const own = memberships.get(row.name) ?? [];
    const ownResults = results.get(row.name) ?? [];
    const memberOf = new Set(own.map((membership) => membership.group));
    const tested = new Set(ownResults.map((result) => cohortText(result)));
    return {
      student: row.name,
      enabled: row.enabled !== 0,
      joined: row.joined,
      left: row.left,
      terms: termsOf(own),
      groups: own.map((membership) => ({
        name: membership.group,
        course: membership.course,
        academicTerm: membership.term ?? '',
        active: membership.active !== 0 && membership.disabled !== 1,
      })),
      attendance: (attendance.get(row.name) ?? []).map(({ name, date, status, studentGroup, lesson }) => ({
        name,
        date,
        status,
        studentGroup,
        lesson,
      })),
      resultsComplete: !row.coming,
      enrollments: enrollments.get(row.name) ?? [],
      results: ownResults,
      cohorts: cohorts.filter((key) => memberOf.has(key.studentGroup) || tested.has(cohortText(key))),
      groupAttendance: rates.filter((rate) => memberOf.has(rate.studentGroup)),
      followUps: row.followUps,
      programs: (programs.get(row.name) ?? []).map(({ name, courses, taken }) => ({
        name,
        courses: (courses ?? []).map(({ course, required }) => ({ course, required: required !== 0 })),
        taken: taken ?? [],
      })),
    };
  });
}

interface StudentRow {
  name: string;
  enabled: number;
  joined: string | null;
  left: string | null;
  /** Results are still to be fetched, all of them. */
  coming: boolean;
  /** What people answered to the insights about the pupil; those that nobody answered are not in the mirror. */
  followUps: FollowUps;
}

async function readStudents(db: Db, names: readonly string[]): Promise<StudentRow[]> {
  const rows = await sql<StudentRow>`
    select s.name, s.enabled, s.joining_date as joined, s.date_of_leaving as left,
      s.name in (${dirtyAmong('fetch_of', 'Assessment Result', names)}) as coming,
      (select json_build_object(
          'reviewed', count(*) filter (where status = 'Reviewed'),
          'acted', count(*) filter (where status = 'Acted Upon'),
          'dismissed', count(*) filter (where status = 'Dismissed'),
          'steps', coalesce(
            json_agg(json_build_object('course', coalesce(course, ''), 'day', answered_on)
              order by answered_on, course)
            filter (where status = 'Acted Upon' and answered_on is not null), '[]'::json))
        from mirror_ai_insight where target_student = s.name) as "followUps"
    from mirror_student s where s.name = any(${names})`.execute(db);
  return rows.rows;
}

const cohortText = (key: Pick<ResultRow, 'course' | 'studentGroup' | 'academicTerm'>) =>
  JSON.stringify([key.course, key.studentGroup, key.academicTerm]);

interface Membership {
  student: string;
  group: string;
  active: number;
  disabled: number | null;
  course: string | null;
  term: string | null;
  from: string | null;
  to: string | null;
}

async function readMemberships(db: Db, students: string[]): Promise<Membership[]> {
  const rows = await sql<Membership>`
    select s.student, g.name as group, coalesce(s.active, 1) as active, g.disabled, g.course,
      g.academic_term as term, t.term_start_date as from, t.term_end_date as to
    from mirror_student_group__students s
    join mirror_student_group g on g.name = s.parent
    left join mirror_academic_term t on t.name = g.academic_term
    where s.student = any(${students})
    order by s.student, g.name, s.idx`.execute(db);
  return rows.rows;
}

function termsOf(memberships: readonly Membership[]): StudentRecords['terms'] {
  const terms = new Map<string, StudentRecords['terms'][number]>();
  for (const { term, from, to } of memberships) {
    if (term !== null && from !== null && to !== null) terms.set(term, { name: term, from, to });
  }
  return [...terms.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readAttendance(db: Db, students: string[]): Promise<(AttendanceRow & { student: string })[]> {
  return rowsOf(
    db,
    sql`
    select student, name, date, status, student_group as "studentGroup", course_schedule as lesson
    from mirror_student_attendance
    where student = any(${students}) and docstatus = 1 and date is not null
      and status in ('Present', 'Absent', 'Leave')`,
  );
}

/** Figures of the classes in these groups: their tests, and their attendance. */
async function readFigures(
  db: Db,
  groups: string[],
): Promise<{ cohorts: CohortFigures[]; rates: GroupAttendance[] }> {
  const rows = await sql<{ cohort: CohortFigures | null; rate: GroupAttendance | null }>`
    select figures as cohort, null as rate, course, student_group, academic_term from cohort_figures
    where student_group = any(${groups}) and figures is not null
    union all
    select null, figures, '', student_group, academic_term from group_attendance
    where student_group = any(${groups}) and figures is not null
    order by course, student_group, academic_term`.execute(db);
  return {
    cohorts: rows.rows.flatMap(({ cohort }) => cohort ?? []),
    rates: rows.rows.flatMap(({ rate }) => rate ?? []),
  };
}

interface EnrollmentRow {
  student: string;
  name: string;
  courses: { course: string; required: number | null }[] | null;
  taken: string[] | null;
}

/** Courses taken are those listed on the enrollment, and those enrolled in by themselves. */
async function readPrograms(db: Db, students: string[]): Promise<EnrollmentRow[]> {
  const rows = await sql<EnrollmentRow>`
    select e.student, e.name,
      (select json_agg(json_build_object('course', c.course, 'required', c.required) order by c.idx)
        from mirror_program__courses c where c.parent = e.program and c.course is not null) as courses,
      (select json_agg(course order by course) from (
        select course from mirror_program_enrollment__courses
        where parent = e.name and course is not null
        union
        select course from mirror_course_enrollment
        where student = e.student and program_enrollment = e.name and course is not null
      ) as own) as taken
    from mirror_program_enrollment e
    where e.student = any(${students}) and e.docstatus = 1 order by e.student, e.name`.execute(db);
  return rows.rows;
}
