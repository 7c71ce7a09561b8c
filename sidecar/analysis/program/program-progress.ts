/** How far a pupil is in the courses of a program, by the points of their tests. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import { pointsOf } from '../marked-tests.ts';
import type { Points } from '../marked-tests.ts';
import { percent } from '../percent.ts';
import type { AnalysisSettings, Enrollment, ResultRow } from '../records.ts';
import { MAX_PROFILE_COURSES, MIN_TESTS } from '../thresholds.ts';

/** Points of all tests of each course, whatever the term. */
export function courseMarks(results: readonly ResultRow[]): Map<string, Points> {
  const byCourse = Map.groupBy(results, (row) => row.course);
  return new Map([...byCourse].map(([course, rows]) => [course, pointsOf(rows)]));
}

/** A course has begun with the first test, or when the pupil was enrolled in it. */
export function hasBegun(course: string, { taken }: Enrollment, marks: ReadonlyMap<string, Points>): boolean {
  return taken.includes(course) || (marks.get(course)?.tests ?? 0) > 0;
}

/**
 * Counts over the program's courses: begun, with MIN_TESTS tests or more, and of these at the pass mark of AI Settings
 * or above. Then the courses with as many tests, in the program's order, at most MAX_PROFILE_COURSES. The Education
 * app knows neither credits nor dates of a program: nothing is said of being late.
 */
export function programProgress(
  enrollment: Enrollment,
  marks: ReadonlyMap<string, Points>,
  { pass_mark: passMark }: AnalysisSettings,
): Reason[] {
  const { courses } = enrollment;
  if (courses.length === 0) return [say('data.no_courses', '', {})];
  const begun = ({ course }: { course: string }): boolean => hasBegun(course, enrollment, marks);
  const required = courses.filter((one) => one.required);
  const marked = courses.flatMap(({ course }) => {
    const own = marks.get(course);
    if (own === undefined || own.tests < MIN_TESTS) return [];
    return [{ course, ...own, mark: percent(own.score, own.maximum) }];
  });
  return [
    say('progress.courses', '', {
      begun: courses.filter(begun).length,
      courses: courses.length,
      marked: marked.length,
      reached: marked.filter(({ mark }) => mark >= passMark).length,
      pass_mark: Math.ceil(passMark),
    }),
    ...(required.length === 0 || required.length === courses.length
      ? []
      : [say('progress.required', '', { begun: required.filter(begun).length, courses: required.length })]),
    ...marked.slice(0, MAX_PROFILE_COURSES).map(({ course, score, maximum, tests, mark }) =>
      say('progress.course', course, {
        course,
        score: Math.round(score),
        maximum: Math.round(maximum),
        tests,
        mark,
      }),
    ),
  ];
}
