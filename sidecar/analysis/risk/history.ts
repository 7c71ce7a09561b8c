/** What finished terms teach: every pupil in every course on a grid of days, from rows of the mirror. */
import { foldOf } from '../model/random.ts';
import { GRACE_DAYS, MIN_TESTS } from '../thresholds.ts';
import { courseCohorts } from './course-cohort.ts';
import type { MirrorRows, RiskSettings } from './course-cohort.ts';
import { outcomesOf } from './outcome.ts';
import { trainingCases } from './training-days.ts';
import type { OutcomeOf, RiskCase } from './training-days.ts';

const PARTS = 1000;
const SEED = 5;

/**
 * Days from the MIN_TESTS-th test on, since no warning is given before. `share` of the pupil-terms, the same ones
 * each time: more than a model needs would only fill the memory. Their classes are always whole.
 */
export function historyCases(
  rows: MirrorRows,
  school: Omit<RiskSettings, 'grace_days'>,
  share: number,
): RiskCase[] {
  const settings = { ...school, grace_days: GRACE_DAYS };
  return courseCohorts(rows).flatMap((cohort) => {
    const known = outcomesOf(cohort, settings);
    const sampled: OutcomeOf = (own, student) => {
      const key = JSON.stringify([student, own.course, own.academicTerm]);
      return foldOf(key, PARTS, SEED) < share * PARTS ? known(own, student) : null;
    };
    return trainingCases([cohort], settings, sampled).filter((row) => row.held >= MIN_TESTS);
  });
}
