/** What a pupil had mastered before the current term: points earned, by course. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import { pointsOf } from '../marked-tests.ts';
import { compare } from '../order.ts';
import { percent } from '../percent.ts';
import type { ResultRow } from '../records.ts';
import type { Window } from '../term.ts';
import { MAX_PROFILE_COURSES, MIN_TESTS } from '../thresholds.ts';

/**
 * Points of all tests before the first day of the term, so that tests count by their maxima. Minimum: MIN_TESTS in a
 * course; where no course has as many, how many there are. At most MAX_PROFILE_COURSES, those with most tests first.
 * Where the school uses no terms nothing lies before.
 */
export function priorMastery(results: readonly ResultRow[], window: Window): Reason[] {
  if (window.name === '') return [];
  const before = results.filter((row) => row.date < window.from && row.academicTerm !== window.name);
  const courses = [...Map.groupBy(before, (row) => row.course)].map(([course, rows]) => ({
    course,
    ...pointsOf(rows),
  }));
  courses.sort((a, b) => b.tests - a.tests || compare(a.course, b.course));
  const known = courses.filter(({ tests }) => tests >= MIN_TESTS);
  if (known.length === 0) {
    const have = courses[0]?.tests ?? 0;
    return [say('data.too_little_prior', '', { have, need: MIN_TESTS })];
  }
  return known.slice(0, MAX_PROFILE_COURSES).map(({ course, tests, score, maximum }) =>
    say('profile.prior', course, {
      course,
      tests,
      score: Math.round(score),
      maximum: Math.round(maximum),
      mark: percent(score, maximum),
    }),
  );
}
