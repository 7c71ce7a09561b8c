/** How often the mark of the next test lay inside its 80% interval, on the presentation after the one learned from. */
import { addDays } from '../analysis/calendar.ts';
import { classOnDay, isInCourse, markPercent } from '../analysis/risk/class-day.ts';
import type { CourseCohort } from '../analysis/risk/course-cohort.ts';
import { finalMarkOf, finalMarkValues, trainFinalMark } from '../analysis/risk/final-mark.ts';
import type { FinalCase } from '../analysis/risk/final-mark.ts';
import { pupilOnDay } from '../analysis/risk/pupil-day.ts';
import type { RiskSettings } from '../analysis/risk/course-cohort.ts';
import type { Line } from './bars.ts';

/** Marks known of the pupil before a next one is foreseen. */
const LEAST_MARKS = 2;

/** One model a course; a course that nothing was learned of gets no interval. */
export function nextMarkLine(
  learned: readonly CourseCohort[],
  judged: readonly CourseCohort[],
  settings: RiskSettings,
): Line {
  let cases = 0;
  let inside = 0;
  for (const course of new Set(learned.map((cohort) => cohort.course))) {
    const ofCourse = (cohort: CourseCohort): boolean => cohort.course === course;
    const model = trainFinalMark(casesOf(learned.filter(ofCourse), settings));
    for (const row of casesOf(judged.filter(ofCourse), settings)) {
      const { low, high } = finalMarkOf(model, row.values);
      cases += 1;
      inside += low <= row.final && row.final <= high ? 1 : 0;
    }
  }
  const covered = inside / cases;
  return {
    figure: `OULAD coverage of 80% intervals of the next mark less 80%, either way (${(100 * covered).toFixed(1)}% of ${cases})`,
    value: Math.abs(covered - 0.8),
    bar: 0.03,
    better: 'lower',
  };
}

/** Every mark of a pupil in the course, with what was known on the day before its test. */
function casesOf(cohorts: readonly CourseCohort[], settings: RiskSettings): FinalCase[] {
  return cohorts.flatMap((cohort) =>
    cohort.plans.flatMap(({ plan, date }) => {
      const day = addDays(date, -1);
      const group = classOnDay(cohort, day, settings);
      return cohort.pupils.flatMap((pupil) => {
        const result = pupil.results.find((each) => each.plan === plan);
        if (result === undefined || result.entered <= day || !isInCourse(pupil, day)) return [];
        const known = pupilOnDay(pupil, group, day, settings.pass_mark);
        if (known.marked.length < LEAST_MARKS) return [];
        return { student: pupil.student, values: finalMarkValues(known), final: markPercent(result) };
      });
    }),
  );
}
