/** A small school on the fake site: one class, one term, attendance and tests enough for both analyses. */
import type { FakeSite } from './fake-site.ts';

export const TERM = '2026-27 (Term 1)';
export const PUPILS = ['S-1', 'S-2', 'S-3', 'S-4'];

/** School days before 23 November 2026, newest last. */
export const DAYS = Array.from(
  { length: 60 },
  (_, index) => new Date(Date.UTC(2026, 10, 22) - (59 - index) * 86_400_000),
)
  .filter((day) => day.getUTCDay() >= 1 && day.getUTCDay() <= 5)
  .map((day) => day.toISOString().slice(0, 10));

export function addSchool(site: FakeSite, silent = true): void {
  const today = site.day;
  site.day = '2026-11-02';
  const options = { silent };
  const submitted = { silent, docstatus: 1 };
  site.save(
    'Academic Year',
    '2026-27',
    { year_start_date: '2026-09-01', year_end_date: '2027-06-30' },
    options,
  );
  const term = { academic_year: '2026-27', term_start_date: '2026-09-01', term_end_date: '2026-12-18' };
  site.save('Academic Term', TERM, term, options);
  site.save('Course', 'Mathematics', {}, options);
  for (const pupil of PUPILS) {
    site.save(
      'Student',
      pupil,
      { student_name: `Pupil ${pupil}`, enabled: 1, joining_date: '2026-09-01' },
      options,
    );
  }
  const students = PUPILS.map((student) => ({ student, active: 1 }));
  site.save('Student Group', '8A', { academic_term: TERM, disabled: 0, students }, options);
  for (const [index, day] of DAYS.entries()) {
    for (const pupil of PUPILS) {
      const status = pupil === 'S-1' && index % 5 === 0 ? 'Absent' : 'Present';
      site.save('Student Attendance', `ATT-${day}-${pupil}`, attendance(pupil, day, status), submitted);
    }
  }
  for (const test of [1, 2, 3, 4]) {
    site.save('Assessment Plan', `PLAN-${test}`, plan(test), submitted);
    for (const [index, pupil] of PUPILS.entries()) {
      site.save(
        'Assessment Result',
        `RES-${test}-${pupil}`,
        result(pupil, test, 10 + index + test),
        submitted,
      );
    }
  }
  site.day = today;
}

export function attendance(student: string, date: string, status: string) {
  return { student, student_group: '8A', date, status, course_schedule: null };
}

function plan(test: number) {
  return {
    assessment_name: `Test ${test}`,
    course: 'Mathematics',
    student_group: '8A',
    academic_term: TERM,
    schedule_date: DAYS[test * 5] ?? '',
    maximum_assessment_score: 20,
    assessment_criteria: [{ assessment_criteria: 'Fractions', maximum_score: 20 }],
  };
}

export function result(student: string, test: number, score: number) {
  return {
    student,
    assessment_plan: `PLAN-${test}`,
    course: 'Mathematics',
    student_group: '8A',
    academic_term: TERM,
    total_score: score,
    maximum_score: 20,
    details: [{ assessment_criteria: 'Fractions', score, maximum_score: 20 }],
  };
}
