/** Everybody who took a course in one group and term, with what is needed to tell who failed or left it. */
import { compare } from '../order.ts';
import type { AttendanceRow, CohortKey } from '../records.ts';

/**
 * Rows as the mirror's tables hold them, fields named as on the site; submitted ones only, except that a
 * cancelled Program Enrollment stays (docstatus 2): its `modified` tells when the pupil left.
 */
export interface MirrorRows {
  academicTerms: { name: string; academic_year: string; term_start_date: string; term_end_date: string }[];
  students: {
    name: string;
    enabled: number;
    joining_date: string | null;
    date_of_leaving: string | null;
    modified: string;
  }[];
  studentGroups: { name: string; students: { student: string }[] }[];
  programEnrollments: {
    name: string;
    student: string;
    academic_year: string;
    academic_term: string | null;
    enrollment_date: string;
    docstatus: number;
    modified: string;
    courses: { course: string }[];
  }[];
  assessmentPlans: {
    name: string;
    course: string;
    student_group: string;
    academic_term: string;
    schedule_date: string;
    maximum_assessment_score: number;
  }[];
  /** `creation`: the day the result was entered, which is when anybody could know of it. */
  assessmentResults: {
    name: string;
    student: string;
    assessment_plan: string;
    total_score: number;
    maximum_score: number;
    creation: string;
  }[];
  studentAttendance: {
    name: string;
    student: string;
    date: string;
    status: AttendanceRow['status'];
    student_group: string | null;
    course_schedule: string | null;
  }[];
}

export interface CoursePlan {
  plan: string;
  date: string;
  maximum: number;
}

export interface EnteredResult {
  name: string;
  plan: string;
  score: number;
  maximum: number;
  entered: string;
}

/** One pupil in the course. `left` is the first day on which the pupil was no longer in it. */
export interface CoursePupil {
  student: string;
  /** What was held before this day was never the pupil's to miss; null for a pupil who was always there. */
  since: string | null;
  enrolled: string;
  left: string | null;
  /** Earlier enrollments in the same course. */
  earlier: number;
  /** Courses taken at once, this one included. */
  atOnce: number;
  results: EnteredResult[];
  attendance: AttendanceRow[];
}

export interface CourseCohort extends CohortKey {
  from: string;
  to: string;
  plans: CoursePlan[];
  pupils: CoursePupil[];
}

export interface RiskSettings {
  pass_mark: number;
  minimum_group_size: number;
  grace_days: number;
}

/** One cohort per course, group and term that has a plan; plans and pupils in a fixed order. */
export function courseCohorts(rows: MirrorRows): CourseCohort[] {
  const cohorts = new Map<string, CourseCohort>();
  const terms = new Map(rows.academicTerms.map((term) => [term.name, term]));
  const groups = new Map(rows.studentGroups.map((group) => [group.name, group]));
  const results = Map.groupBy(rows.assessmentResults, (row) =>
    JSON.stringify([row.student, row.assessment_plan]),
  );
  const attendance = Map.groupBy(rows.studentAttendance, (row) => row.student);
  const enrollments = Map.groupBy(rows.programEnrollments, (row) => row.student);
  const students = new Map(rows.students.map((student) => [student.name, student]));

  const plans = Map.groupBy(rows.assessmentPlans, (plan) =>
    JSON.stringify([plan.course, plan.student_group, plan.academic_term]),
  );
  for (const [key, own] of plans) {
    const [first] = own;
    const term = terms.get(first?.academic_term ?? '');
    if (first === undefined || term === undefined) continue;
    const coursePlans = own
      .filter((plan) => plan.maximum_assessment_score > 0)
      .map((plan) => ({ plan: plan.name, date: plan.schedule_date, maximum: plan.maximum_assessment_score }))
      .sort((a, b) => compare(a.date, b.date) || compare(a.plan, b.plan));
    const members = new Set(groups.get(first.student_group)?.students.map((member) => member.student));
    cohorts.set(key, {
      course: first.course,
      studentGroup: first.student_group,
      academicTerm: first.academic_term,
      from: term.term_start_date,
      to: term.term_end_date,
      plans: coursePlans,
      pupils: [...members].sort(compare).map((student) => ({
        student,
        since: students.get(student)?.joining_date ?? null,
        ...enrollment(enrollments.get(student) ?? [], first.course, term, students.get(student)),
        results: coursePlans.flatMap(({ plan }) => resultsOf(results.get(JSON.stringify([student, plan])))),
        attendance: (attendance.get(student) ?? []).flatMap((row) => attendanceOf(row, term)),
      })),
    });
  }
  return [...cohorts].sort(([a], [b]) => compare(a, b)).map(([, cohort]) => cohort);
}

type Term = MirrorRows['academicTerms'][number];
export type EnrollmentRow = MirrorRows['programEnrollments'][number];

/** A pupil without an enrollment of the term has been in the course since the term began, alone in it. */
export function enrollment(
  rows: readonly EnrollmentRow[],
  course: string,
  term: Term,
  student: MirrorRows['students'][number] | undefined,
): Pick<CoursePupil, 'enrolled' | 'left' | 'earlier' | 'atOnce'> {
  const ofTerm = rows.filter((row) =>
    row.academic_term === null ? row.academic_year === term.academic_year : row.academic_term === term.name,
  );
  // An enrollment without a list of courses is one in all of the program's.
  const own = ofTerm.filter(
    (row) => row.courses.length === 0 || row.courses.some((each) => each.course === course),
  );
  const live = own.filter((row) => row.docstatus === 1);
  const cancelled = own.filter((row) => row.docstatus === 2).map((row) => row.modified.slice(0, 10));
  const gone = student === undefined || student.enabled !== 0 ? null : student.modified.slice(0, 10);
  const left = [
    live.length === 0 ? cancelled.sort(compare).at(-1) : null,
    student?.date_of_leaving ?? gone,
  ].filter((date) => date !== null && date !== undefined);
  const enrolled = own.map((row) => row.enrollment_date).sort(compare)[0] ?? term.term_start_date;
  const before = rows.filter(
    (row) =>
      !own.includes(row) &&
      row.enrollment_date < enrolled &&
      row.courses.some((each) => each.course === course),
  );
  const courses = new Set(ofTerm.flatMap((row) => row.courses.map((each) => each.course)));
  return {
    enrolled,
    left: left.sort(compare)[0] ?? null,
    earlier: before.length,
    atOnce: Math.max(1, courses.size),
  };
}

/** Of two results for one plan the later name stays, as everywhere. */
function resultsOf(rows: readonly MirrorRows['assessmentResults'][number][] = []): EnteredResult[] {
  const last = [...rows].sort((a, b) => compare(a.name, b.name)).at(-1);
  if (last === undefined || last.maximum_score <= 0) return [];
  const { name, assessment_plan, total_score, maximum_score, creation } = last;
  return [
    {
      name,
      plan: assessment_plan,
      score: total_score,
      maximum: maximum_score,
      entered: creation.slice(0, 10),
    },
  ];
}

function attendanceOf(row: MirrorRows['studentAttendance'][number], term: Term): AttendanceRow[] {
  if (row.date < term.term_start_date || row.date > term.term_end_date) return [];
  const { name, date, status, student_group, course_schedule } = row;
  return [{ name, date, status, studentGroup: student_group, lesson: course_schedule }];
}
