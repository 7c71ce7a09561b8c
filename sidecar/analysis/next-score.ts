/** Where the next mark will most likely lie: an 80% interval, drawn to the class as far as the pupil is unknown. */
import { sampleVariance } from 'simple-statistics';
import type { MarkedTest } from './marked-tests.ts';
import { clip, mean } from './percent.ts';
import type { CohortFigures } from './records.ts';
import { MIN_TESTS, Z_80 } from './thresholds.ts';

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
 *   centre   = m + k * d        m mean of the class means, d mean distance of the pupil to them, k keptShare
 *   variance = within^2 + (1 - k) * between^2 + s^2 * (1 + 1/P)
 *
 * The three parts: the scatter of a single mark, what is still unknown of the pupil, and the difficulty of a
 * test nobody has seen (s^2, the variance of the P class means). It knows a level, not a trend.
 *
 * Minimum: MIN_TESTS with a class mean, and a cohort whose spreads are known; null otherwise. Class means
 * after the pupil's newest test are left out, so that a result's insight stays as it was.
 */
export function nextScore(tests: readonly MarkedTest[], cohort: CohortFigures | null): Interval | null {
  const newest = tests.at(-1);
  if (newest === undefined || cohort === null || cohort.between === null || cohort.within === null)
    return null;
  const distances = tests.flatMap((test) => (test.classMean === null ? [] : [test.mark - test.classMean]));
  const plans = cohort.plans.filter((plan) => plan.date <= newest.date).map((plan) => plan.mean);
  if (distances.length < MIN_TESTS || plans.length === 0) return null;

  const kept = keptShare(distances.length, cohort.between, cohort.within);
  const centre = mean(plans) + kept * mean(distances);
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
