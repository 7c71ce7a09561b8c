/** What came of a pupil in a finished course: failed or left, or passed. */
import { addDays } from '../calendar.ts';
import { MIN_TESTS } from '../thresholds.ts';
import { classOnDay, knownResults, markPercent } from './class-day.ts';
import type { ClassOnDay } from './class-day.ts';
import type { CourseCohort, CoursePupil, RiskSettings } from './course-cohort.ts';
import type { OutcomeOf } from './training-days.ts';

/** Results of the last tests come in after the term: they belong to what came of it. */
const MARKING_DAYS = 60;

/**
 * Left: disabled, or the enrollment cancelled, before the term's last day. Failed: of all points of the tests that
 * were held since the pupil came, fewer than the pass mark's share were earned; a test without a result earned
 * none. Nobody knows where fewer than MIN_TESTS tests were held.
 */
export function outcomesOf(cohort: CourseCohort, settings: RiskSettings): OutcomeOf {
  const end = addDays(cohort.to, MARKING_DAYS);
  const whole = { ...cohort, pupils: cohort.pupils.map((pupil) => ({ ...pupil, left: null })) };
  const group = classOnDay(whole, end, settings);
  const known = new Map(
    cohort.pupils.map((pupil) => [pupil.student, outcomeOf(pupil, cohort, group, end, settings)]),
  );
  return (_cohort, student) => known.get(student) ?? null;
}

function outcomeOf(
  pupil: CoursePupil,
  { to }: CourseCohort,
  group: ClassOnDay,
  end: string,
  settings: RiskSettings,
): number | null {
  if (pupil.left !== null && pupil.left <= to) return 1;
  const plans = group.plans.filter((plan) => plan.held && (pupil.since === null || plan.date >= pupil.since));
  if (plans.length < MIN_TESTS) return null;
  const marks = new Map(knownResults(pupil, end).map((result) => [result.plan, markPercent(result)]));
  let earned = 0;
  let possible = 0;
  for (const plan of plans) {
    earned += (plan.maximum * (marks.get(plan.plan) ?? 0)) / 100;
    possible += plan.maximum;
  }
  // Points add up to a hair beside the whole.
  return 100 * earned < settings.pass_mark * possible - 1e-9 * possible ? 1 : 0;
}
