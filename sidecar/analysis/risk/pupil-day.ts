/** One pupil in one course as of a day: what was held, missed, handed in and marked, and the days at school. */
import { dayNumber } from '../calendar.ts';
import { modeOf, schoolDays } from '../school-days.ts';
import { knownResults, markPercent } from './class-day.ts';
import type { ClassOnDay, PlanOnDay } from './class-day.ts';
import type { CoursePupil, EnteredResult } from './course-cohort.ts';

/** `entered`: days since 1970. */
export interface MarkedPlan {
  plan: PlanOnDay;
  mark: number;
  entered: number;
}

interface Absence {
  day: number;
  absent: number;
}

/** `absences`: one entry a school day on which attendance was taken, `absent` 0 or 1; worked out when first asked for. */
export interface PupilOnDay {
  group: ClassOnDay;
  passMark: number;
  pupil: CoursePupil;
  results: ReadonlyMap<string, EnteredResult>;
  /** The tests since the pupil came; `held` of them so far. */
  plans: PlanOnDay[];
  held: PlanOnDay[];
  missed: PlanOnDay[];
  marked: MarkedPlan[];
  absences: () => Absence[];
}

/** Only what was there on `day`: results entered by then, attendance dated by then. */
export function pupilOnDay(pupil: CoursePupil, group: ClassOnDay, day: string, passMark: number): PupilOnDay {
  const results = new Map(knownResults(pupil, day).map((result) => [result.plan, result]));
  let absences: Absence[] | null = null;
  const { since } = pupil;
  const plans = since === null ? group.plans : group.plans.filter((plan) => plan.date >= since);
  const held = plans.filter(
    (plan) =>
      plan.held &&
      (results.has(plan.plan) || plan.entered === null || group.day >= plan.entered + group.grace),
  );
  return {
    group,
    passMark,
    pupil,
    results,
    plans,
    held,
    missed: held.filter((plan) => !results.has(plan.plan)),
    marked: plans.flatMap((plan) => {
      const result = results.get(plan.plan);
      if (result === undefined) return [];
      return { plan, mark: markPercent(result), entered: dayNumber(result.entered) };
    }),
    absences: () => (absences ??= absencesOf(pupil, day)),
  };
}

function absencesOf({ attendance }: CoursePupil, day: string): Absence[] {
  if (attendance.length === 0) return [];
  const known = attendance.filter((row) => row.date <= day);
  return schoolDays(known, modeOf(known).mode).days.map(({ date, absent }) => ({
    day: dayNumber(date),
    absent: absent ? 1 : 0,
  }));
}
