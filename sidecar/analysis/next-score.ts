/** Where the next mark will most likely lie: an 80% interval, drawn to the class as far as the pupil is unknown. */
import { linearRegression, sampleVariance } from 'simple-statistics';
import type { MarkedTest } from './marked-tests.ts';
import { clip, mean } from './percent.ts';
import type { CohortFigures } from './records.ts';
import { MIN_TESTS, TREND_TESTS, Z_80 } from './thresholds.ts';

export interface Interval {
  low: number;
  high: number;
  /** Tests of this pupil behind it. */
  tests: number;
}

/**
 * How much of a pupil's own distance to the class is kept: n*between^2 / (n*between^2 + within^2), 0-1.
 *
 * Empirical Bayes for a normal mean with a normal prior whose spread is taken from the class itself:
 * B. Efron and C. Morris, JASA 70 (1975) 311-319; as best linear unbiased prediction in G. K. Robinson,
 * Statistical Science 6 (1991) 15-32.
 */
export function keptShare(tests: number, between: number, within: number): number {
  const known = tests * between ** 2;
  return known / (known + Math.max(1, within) ** 2);
}

/**
 * 80% interval of the next mark, whole percent, rounded outwards, within 0-100.
 *
 *   centre   = m + k * d        m mean of the class means, d distance of the pupil to them, k keptShare
 *   variance = within^2 + (1 - k) * between^2 + s^2 * (1 + 1/P)
 *
 * The three parts: the scatter of a single mark, what is still unknown of the pupil, and the difficulty of a
 * test nobody has seen (s^2, the variance of the P class means). `d` is the mean distance of the n tests; where
 * `moving` (marksTrend found a trend), the newest end of the least-squares line through the last of them, which
 * is known as well as a mean of n(n+1) / (4n-2) tests. The line is not drawn further.
 *
 * Minimum: MIN_TESTS with a class mean, and a cohort whose spreads are known; null otherwise. Class means
 * after the pupil's newest test are left out, so that a result's insight stays as it was.
 */
export function nextScore(
  tests: readonly MarkedTest[],
  cohort: CohortFigures | null,
  moving: boolean,
): Interval | null {
  const newest = tests.at(-1);
  if (newest === undefined || cohort === null || cohort.between === null || cohort.within === null)
    return null;
  const distances = tests.flatMap((test) => (test.classMean === null ? [] : [test.mark - test.classMean]));
  const plans = cohort.plans.filter((plan) => plan.date <= newest.date).map((plan) => plan.mean);
  if (distances.length < MIN_TESTS || plans.length === 0) return null;

  const own = moving
    ? endOfLine(distances.slice(-TREND_TESTS))
    : { distance: mean(distances), tests: distances.length };
  const kept = keptShare(own.tests, cohort.between, cohort.within);
  const centre = mean(plans) + kept * own.distance;
  const difficulty = plans.length < 2 ? 0 : sampleVariance(plans) * (1 + 1 / plans.length);
  const deviation = Math.sqrt(
    Math.max(1, cohort.within) ** 2 + (1 - kept) * cohort.between ** 2 + difficulty,
  );
  return {
    low: clip(Math.floor(centre - Z_80 * deviation), 0, 100),
    high: clip(Math.ceil(centre + Z_80 * deviation), 0, 100),
    tests: distances.length,
  };
}

/** The least-squares line at the newest test, and how many tests' mean would be known as well. */
function endOfLine(distances: readonly number[]): { distance: number; tests: number } {
  const n = distances.length;
  const { m: slope, b: start } = linearRegression(distances.map((distance, i) => [i, distance]));
  return { distance: start + slope * (n - 1), tests: (n * (n + 1)) / (4 * n - 2) };
}
