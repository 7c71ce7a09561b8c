/** A class as of one day: what was held, what the class earned, and when its results came in. */
import { median } from 'simple-statistics';
import { dayNumber } from '../calendar.ts';
import { clip } from '../percent.ts';
import type { CourseCohort, CoursePlan, CoursePupil, EnteredResult, RiskSettings } from './course-cohort.ts';

/** Days are counted from 1970. */
export interface PlanOnDay extends CoursePlan {
  day: number;
  /** Its date has come, and enough of the class have a result: only then is a result that is not there missed. */
  held: boolean;
  /** Mean mark of the class, whole percent; null under the smallest group. */
  mean: number | null;
  /** The day by which half of the results that are there were entered; null without any. */
  entered: number | null;
}

export interface ClassOnDay {
  course: string;
  day: number;
  from: number;
  to: number;
  /** So many days after half of the class's results are there, a result that is not there is missing. */
  grace: number;
  plans: PlanOnDay[];
  /** Median over the pupils of the day their newest result was entered; null without any. */
  newest: number | null;
}

/** A quarter of the class: fewer results mean that a test is not entered yet, rather than missed by most. */
export const HELD_SHARE = 0.25;

/** In the course on that day: enrolled, and not gone. */
export function isInCourse(pupil: CoursePupil, day: string): boolean {
  return pupil.enrolled <= day && (pupil.left === null || pupil.left > day);
}

/** Results entered up to that day; the others did not exist yet. */
export function knownResults(pupil: CoursePupil, day: string): EnteredResult[] {
  return pupil.results.filter((result) => result.entered <= day);
}

/** Percent of the maximum, 0-100: a mark under 0 or above its maximum counts as 0 or full. */
export function markPercent({ score, maximum }: EnteredResult): number {
  return clip((100 * score) / maximum, 0, 100);
}

export function classOnDay(
  cohort: CourseCohort,
  day: string,
  { minimum_group_size: smallestGroup, grace_days: grace }: Omit<RiskSettings, 'pass_mark'>,
): ClassOnDay {
  const pupils = cohort.pupils.filter((pupil) => isInCourse(pupil, day));
  const marks = new Map<string, number[]>();
  const days = new Map<string, number[]>();
  const newest: number[] = [];
  for (const pupil of pupils) {
    const results = knownResults(pupil, day);
    for (const result of results) {
      push(marks, result.plan, markPercent(result));
      push(days, result.plan, dayNumber(result.entered));
    }
    if (results.length > 0) newest.push(Math.max(...results.map((result) => dayNumber(result.entered))));
  }
  const least = Math.max(1, pupils.length * HELD_SHARE);
  return {
    course: cohort.course,
    day: dayNumber(day),
    from: dayNumber(cohort.from),
    to: dayNumber(cohort.to),
    grace,
    plans: cohort.plans.map((plan) => {
      const own = marks.get(plan.plan) ?? [];
      return {
        ...plan,
        day: dayNumber(plan.date),
        held: plan.date <= day && own.length >= least,
        mean: own.length < smallestGroup ? null : Math.round(own.reduce((a, b) => a + b, 0) / own.length),
        entered: own.length === 0 ? null : median(days.get(plan.plan) ?? []),
      };
    }),
    newest: newest.length === 0 ? null : median(newest),
  };
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
