/** A school that is just large enough for every analysis to have something to say. */
import { addDays } from '../stand-in/school/days.ts';
import { document, type Row, type SchoolDocument } from '../stand-in/school/document.ts';

export const TODAY = '2026-11-23';
export const TERM = '2026-27 (Term 1)';
export const PUPILS = ['S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6'];
export const GROUPS = ['8A', '8B'];
export const COURSES = ['Mathematics', 'English'];
export const PLANS = COURSES.flatMap((course) =>
  GROUPS.flatMap((group) =>
    [1, 2, 3, 4].map((test) => ({ course, group, test, name: planName(course, group, test) })),
  ),
);

/** School days before today, oldest first. */
export const DAYS = Array.from({ length: 35 }, (_, ago) => addDays(TODAY, ago - 35)).filter((day) =>
  [1, 2, 3, 4, 5].includes(new Date(`${day}T12:00:00Z`).getUTCDay()),
);

export function groupOf(pupil: string): string {
  return PUPILS.indexOf(pupil) < 3 ? '8A' : '8B';
}

function planName(course: string, group: string, test: number): string {
  return `PLAN-${course}-${group}-${test}`;
}

export function attendance(student: string, date: string, status: string): SchoolDocument {
  const values = { student, student_group: groupOf(student), date, status, course_schedule: null };
  return document('Student Attendance', `ATT-${date}-${student}`, values, { docstatus: 1 });
}

export function result(
  student: string,
  plan: { course: string; group: string; name: string },
  score: number,
): SchoolDocument {
  const values = {
    student,
    assessment_plan: plan.name,
    course: plan.course,
    student_group: plan.group,
    academic_term: TERM,
    academic_year: '2026-27',
    total_score: score,
    maximum_score: 20,
  };
  const details = [{ assessment_criteria: 'Algebra', score, maximum_score: 20 }];
  return document('Assessment Result', `RES-${plan.name}-${student}`, values, {
    docstatus: 1,
    children: { details },
  });
}

function planDocument({ course, group, test, name }: (typeof PLANS)[number]): SchoolDocument {
  const values: Row = {
    student_group: group,
    course,
    academic_term: TERM,
    academic_year: '2026-27',
    assessment_name: `Test ${test}`,
    schedule_date: DAYS[test * 4] ?? TODAY,
    maximum_assessment_score: 20,
  };
  const criteria = [{ assessment_criteria: 'Algebra', maximum_score: 20 }];
  return document('Assessment Plan', name, values, {
    docstatus: 1,
    children: { assessment_criteria: criteria },
  });
}

function lesson(group: string, day: string, at: number): SchoolDocument {
  const course = COURSES[at % COURSES.length] ?? '';
  return document('Course Schedule', `LESSON-${group}-${day}`, {
    student_group: group,
    course,
    instructor: `Teacher of ${course}`,
    schedule_date: day,
    from_time: '08:00:00',
    to_time: '08:45:00',
  });
}

export function school(): SchoolDocument[] {
  return [
    document('Academic Year', '2026-27', { year_start_date: '2026-09-01', year_end_date: '2027-06-30' }),
    document('Academic Term', TERM, {
      academic_year: '2026-27',
      term_start_date: '2026-09-01',
      term_end_date: '2026-12-18',
    }),
    ...COURSES.map((course) => document('Course', course, {})),
    ...COURSES.map((course) => document('Instructor', `Teacher of ${course}`, { status: 'Active' })),
    ...GROUPS.flatMap((group) => DAYS.map((day, at) => lesson(group, day, at))),
    document(
      'Program',
      'Grade 8',
      {},
      { children: { courses: [...COURSES, 'Art'].map((course) => ({ course, required: 1 })) } },
    ),
    ...PUPILS.map((student) =>
      document(
        'Program Enrollment',
        `PE-${student}`,
        { student, program: 'Grade 8', academic_year: '2026-27' },
        { docstatus: 1, children: { courses: [] } },
      ),
    ),
    ...PUPILS.map((pupil) =>
      document('Student', pupil, {
        student_name: `Pupil ${pupil}`,
        enabled: 1,
        joining_date: '2026-09-01',
        date_of_leaving: null,
      }),
    ),
    ...GROUPS.map((group) =>
      document(
        'Student Group',
        group,
        { academic_term: TERM, disabled: 0 },
        {
          children: {
            students: PUPILS.filter((pupil) => groupOf(pupil) === group).map((student) => ({
              student,
              active: 1,
            })),
            instructors: [],
          },
        },
      ),
    ),
    ...PLANS.map(planDocument),
    ...PUPILS.flatMap((pupil, at) => [
      ...DAYS.map((day, index) => attendance(pupil, day, (index + at) % 6 === 0 ? 'Absent' : 'Present')),
      ...PLANS.filter(({ group }) => group === groupOf(pupil)).map((each) =>
        result(pupil, each, 8 + at + (each.course === 'Mathematics' ? -each.test : each.test)),
      ),
    ]),
  ];
}
