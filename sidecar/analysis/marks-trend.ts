/** Whether a pupil's marks in a course fall or rise, the difficulty of the tests set aside. */
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { mannKendall, mannKendallTail, senChange } from './mann-kendall.ts';
import type { MarkedTest } from './marked-tests.ts';
import { clip } from './percent.ts';
import type { AnalysisSettings } from './records.ts';
import { MARKS_TREND_P, MARKS_TREND_POINTS, MARKS_TREND_Z, MIN_TESTS, TREND_TESTS } from './thresholds.ts';

/**
 * The last TREND_TESTS tests, in whole percent. A trend must show three times over:
 * in the order of the marks (Mann-Kendall, exact, one-sided p <= MARKS_TREND_P), in their size (Theil-Sen change of
 * MARKS_TREND_POINTS), and against the class: the same change in the distance to the class means, standing out
 * from the usual scatter (slope over its standard error, with `within` from the cohort, beyond MARKS_TREND_Z).
 * Without enough class means the first two decide.
 *
 * Falling: watch; act when the last mark is under the pass mark too. Rising: a strength. Minimum: MIN_TESTS.
 */
export function marksTrend(
  course: string,
  all: readonly MarkedTest[],
  within: number | null,
  settings: AnalysisSettings,
): Finding | null {
  const tests = all.slice(-TREND_TESTS);
  const first = tests[0];
  const last = tests.at(-1);
  if (tests.length < MIN_TESTS || first === undefined || last === undefined) return null;
  const direction = directionOf(tests.map((test) => test.mark));
  if (direction === 0 || !alsoAgainstClass(tests, within, direction)) return null;

  const change = Math.abs(senChange(tests.map((test) => test.mark)));
  const strength = clip(change / 50, 0, 1);
  const evidence = rows(
    'Assessment Result',
    tests.map((test) => test.name),
  );
  const counts = { course, tests: tests.length, first: first.mark, last: last.mark };
  if (direction > 0) {
    return { level: 'steady', strength, reason: say('strength.rising', course, counts, evidence) };
  }
  const level = last.mark < settings.pass_mark ? 'act' : 'watch';
  const marks = { ...counts, marks: list(tests.map((test) => test.mark)) };
  const classMeans = tests.map((test) => test.classMean);
  const reason = classMeans.every((value) => value === null)
    ? say('marks.trend_alone', course, marks, evidence)
    : say('marks.trend', course, { ...marks, class_marks: list(classMeans) }, evidence);
  return { level, strength, reason };
}

/** -1, 0 or 1: the direction of marks that the first two conditions agree on. */
function directionOf(marks: readonly number[]): number {
  const change = senChange(marks);
  const s = mannKendall(marks);
  if (Math.abs(change) < MARKS_TREND_POINTS || Math.sign(change) !== Math.sign(s)) return 0;
  return mannKendallTail(Math.abs(s), marks.length) <= MARKS_TREND_P ? Math.sign(s) : 0;
}

function alsoAgainstClass(tests: readonly MarkedTest[], within: number | null, direction: number): boolean {
  const distances = tests.flatMap((test) => (test.classMean === null ? [] : [test.mark - test.classMean]));
  if (distances.length < MIN_TESTS) return true;
  if (direction * senChange(distances) < MARKS_TREND_POINTS) return false;
  return within === null || direction * slopeZ(distances, within) >= MARKS_TREND_Z;
}

/** Least-squares slope on 0, 1, 2… over its standard error for a known scatter: b * sqrt(Sxx) / sigma. */
function slopeZ(values: readonly number[], sigma: number): number {
  const middle = (values.length - 1) / 2;
  let sxx = 0;
  let sxy = 0;
  for (const [x, y] of values.entries()) {
    sxx += (x - middle) ** 2;
    sxy += (x - middle) * y;
  }
  return sxy / Math.sqrt(sxx) / Math.max(1, sigma);
}

/** "71%, 62%, 54%"; a dash where the class has no mean yet. */
function list(values: readonly (number | null)[]): string {
  return values.map((value) => (value === null ? '–' : `${value}%`)).join(', ');
}
