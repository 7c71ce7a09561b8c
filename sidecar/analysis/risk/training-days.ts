/** Turns courses into rows to learn from or to judge by: every pupil on a grid of days, with what came of it. */
import { addDays, dayNumber } from '../calendar.ts';
import { classOnDay, isInCourse } from './class-day.ts';
import type { CourseCohort, RiskSettings } from './course-cohort.ts';
import { featuresOf } from './features.ts';
import { pupilOnDay } from './pupil-day.ts';
import { riskRule } from './rule.ts';

/** One pupil in one course on one day. `outcome` 1: failed or left later. `values` as FEATURES orders them. */
export interface RiskCase {
  student: string;
  course: string;
  /** The academic term. */
  term: string;
  day: string;
  /** Days since the term's first. */
  termDay: number;
  values: number[];
  /** How many tests there were for the pupil so far. */
  held: number;
  flagged: boolean;
  outcome: number;
}

/** 1 where the pupil failed or left, 0 where not, null where nobody knows (yet): such a pupil teaches nothing. */
export type OutcomeOf = (cohort: CourseCohort, student: string) => number | null;

/** A fortnight: the day between two grid days differs less from them than pupils differ from each other. */
const EVERY_DAYS = 14;

/** Every fortnight from the term's first day on, its end left out: then everything is known. */
export function trainingDays({ from, to }: { from: string; to: string }): string[] {
  const count = Math.ceil((dayNumber(to) - dayNumber(from)) / EVERY_DAYS);
  return Array.from({ length: Math.max(0, count) }, (_, i) => addDays(from, i * EVERY_DAYS));
}

/** The pupils who are in the course on `day`, in the cohort's order. */
export function casesOn(
  cohort: CourseCohort,
  day: string,
  settings: RiskSettings,
  outcomeOf: OutcomeOf,
): RiskCase[] {
  const group = classOnDay(cohort, day, settings);
  return cohort.pupils.flatMap((pupil) => {
    const outcome = outcomeOf(cohort, pupil.student);
    if (outcome === null || !isInCourse(pupil, day)) return [];
    const known = pupilOnDay(pupil, group, day, settings.pass_mark);
    return {
      student: pupil.student,
      course: cohort.course,
      term: cohort.academicTerm,
      day,
      termDay: group.day - group.from,
      values: featuresOf(known),
      held: known.held.length,
      flagged: riskRule(known) !== null,
      outcome,
    };
  });
}

export function trainingCases(
  cohorts: readonly CourseCohort[],
  settings: RiskSettings,
  outcomeOf: OutcomeOf,
): RiskCase[] {
  return cohorts.flatMap((cohort) =>
    trainingDays(cohort).flatMap((day) => casesOn(cohort, day, settings, outcomeOf)),
  );
}
