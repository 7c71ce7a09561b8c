/** Where the classes of an instructor are going, beside the other classes of the course; never a ranking. */
import { sampleStandardDeviation } from 'simple-statistics';
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import { senChange } from '../mann-kendall.ts';
import { clip, mean } from '../percent.ts';
import type { AnalysisSettings, CohortFigures, TaughtClass } from '../records.ts';
import { CLASS_TREND_TESTS, MIN_OTHER_CLASSES, Z_80 } from '../thresholds.ts';

/**
 * Change of the class means from the first to the last test along the Theil-Sen line. Beside it, where there are
 * MIN_OTHER_CLASSES other classes (of fewer, somebody's own figure could be read off), the 80% range in which the
 * change of a class of this course lies by chance:
 *
 *   mean of the others' changes +- Z_80 * their standard deviation * sqrt(1 + 1/k)
 *
 * A class inside it moves with the others. Minimum: CLASS_TREND_TESTS tests of at least the smallest group.
 */
export function classMovement(
  { course, studentGroup, figures, others }: TaughtClass,
  settings: AnalysisSettings,
): Reason {
  const about = JSON.stringify([course, studentGroup]);
  const place = { course, group: studentGroup };
  const own = figures === null ? null : movement(figures, settings);
  if (own === null) {
    const have = figures === null || isSmall(figures, settings) ? 0 : figures.plans.length;
    return say('data.too_little_movement', about, { ...place, have, need: CLASS_TREND_TESTS });
  }
  const means = figures?.plans.map((plan) => plan.mean) ?? [];
  const middle = mean(means);
  const counts = {
    ...place,
    tests: means.length,
    first: Math.round(clip(middle - own / 2, 0, 100)),
    last: Math.round(clip(middle + own / 2, 0, 100)),
  };
  const changes = others.flatMap((other) => movement(other, settings) ?? []);
  if (changes.length < MIN_OTHER_CLASSES) return say('teaching.class_alone', about, counts);
  const reach = Z_80 * sampleStandardDeviation(changes) * Math.sqrt(1 + 1 / changes.length);
  const beside = { ...counts, classes: changes.length };
  const apart = own - mean(changes);
  if (apart > Math.max(reach, 1)) return say('teaching.class_gains', about, beside);
  return apart < -Math.max(reach, 1)
    ? say('teaching.class_loses', about, beside)
    : say('teaching.class_with', about, beside);
}

function movement(figures: CohortFigures, settings: AnalysisSettings): number | null {
  if (isSmall(figures, settings) || figures.plans.length < CLASS_TREND_TESTS) return null;
  return senChange(figures.plans.map((plan) => plan.mean));
}

function isSmall({ pupils }: CohortFigures, settings: AnalysisSettings): boolean {
  return pupils < settings.minimum_group_size;
}
