/** The level of a class in one sentence, and where it is going. */
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { mannKendall, mannKendallTail, senChange } from './mann-kendall.ts';
import { mean } from './percent.ts';
import type { AnalysisSettings, CohortFigures } from './records.ts';
import { ALPHA, CLASS_STEADY_SPREAD, CLASS_TREND_TESTS, MARKS_TREND_POINTS } from './thresholds.ts';

/**
 * From the class means of the tests, whole percent, at least MIN_CLASS_TESTS (by the caller). From
 * CLASS_TREND_TESTS on: falling or rising by Mann-Kendall (exact, one-sided p <= ALPHA) and a Theil-Sen change of
 * MARKS_TREND_POINTS, else steady (means within CLASS_STEADY_SPREAD) or varying. Tests differ in difficulty, so a
 * fall is for the teacher to judge: watch; act where the last class mean is under the pass mark as well.
 */
export function classLevel(plans: CohortFigures['plans'], settings: AnalysisSettings): Finding {
  const means = plans.map((plan) => plan.mean);
  const counts = { tests: plans.length, mean: Math.round(mean(means)) };
  const evidence = rows(
    'Assessment Plan',
    plans.map((plan) => plan.plan),
  );
  if (plans.length < CLASS_TREND_TESTS) {
    return { level: 'steady', strength: 0, reason: say('class.level', '', counts, evidence) };
  }

  const ends = { ...counts, first: means[0] ?? 0, last: means.at(-1) ?? 0 };
  const s = mannKendall(means);
  const change = senChange(means);
  if (mannKendallTail(Math.abs(s), means.length) <= ALPHA && Math.abs(change) >= MARKS_TREND_POINTS) {
    if (s > 0)
      return { level: 'steady', strength: change / 100, reason: say('class.rising', '', ends, evidence) };
    const level = ends.last < settings.pass_mark ? 'act' : 'watch';
    return { level, strength: -change / 100, reason: say('class.falling', '', ends, evidence) };
  }
  const low = Math.min(...means);
  const high = Math.max(...means);
  const reason =
    high - low <= CLASS_STEADY_SPREAD
      ? say('class.steady', '', counts, evidence)
      : say('class.varies', '', { ...counts, low, high }, evidence);
  return { level: 'steady', strength: 0, reason };
}
