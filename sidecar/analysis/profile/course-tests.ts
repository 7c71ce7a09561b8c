/** The tests of the current term by course, each beside the class: what a learning profile is read from. */
import { cohortOf } from '../marked-tests.ts';
import type { MarkedTest } from '../marked-tests.ts';
import type { CohortFigures } from '../records.ts';

/** Tests of one course oldest first; `distances` in percentage points to the class means, where there is one. */
export interface CourseTests {
  course: string;
  tests: readonly MarkedTest[];
  distances: number[];
  /** Usual scatter of single marks in the class; null where it is not known. */
  within: number | null;
}

export function courseTests(
  course: string,
  tests: readonly MarkedTest[],
  cohorts: readonly CohortFigures[],
): CourseTests {
  return {
    course,
    tests,
    distances: tests.flatMap((test) => (test.classMean === null ? [] : [test.mark - test.classMean])),
    within: cohortOf(tests, course, cohorts)?.within ?? null,
  };
}

/** Courses of which scatter and at least `least` distances are known. */
export function comparable(
  courses: readonly CourseTests[],
  least: number,
): (CourseTests & { within: number })[] {
  return courses.flatMap((course) =>
    course.within === null || course.distances.length < least ? [] : [{ ...course, within: course.within }],
  );
}
