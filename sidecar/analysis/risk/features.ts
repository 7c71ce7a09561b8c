/**
 * What the risk models read of one pupil in one course on one day. Never gender, disability, religion, age,
 * address or anything that stands for income: only what the pupil's work and days at school show.
 */
import { dayNumber } from '../calendar.ts';
import type { Direction } from '../model/logistic.ts';
import { clip } from '../percent.ts';
import { markPercent } from './class-day.ts';
import type { PlanOnDay } from './class-day.ts';
import type { MarkedPlan, PupilOnDay } from './pupil-day.ts';

/** `words` name the number to a teacher; `of` gives NaN where nothing is known. */
export interface Feature {
  key: string;
  words: string;
  direction: Direction;
  of: (pupil: PupilOnDay) => number;
}

/** Six weeks ago counts half. */
const HALF_LIFE_DAYS = 42;
/** Two weeks late is as late as not at all. */
const MOST_LATE_DAYS = 14;
const MOST_SILENT_DAYS = 60;
const MOST_EARLIER = 3;

export const FEATURES: readonly Feature[] = [
  { key: 'elapsed', words: 'share of the term that is over', direction: 0, of: elapsed },
  { key: 'missed', words: 'share of the tests held, by points, without a result', direction: 1, of: missed },
  { key: 'mark', words: 'mean mark, recent tests more', direction: -1, of: markOf },
  { key: 'position', words: 'marks against the class, recent tests more', direction: -1, of: positionOf },
  { key: 'earned', words: 'share of the points so far that were earned', direction: -1, of: earned },
  { key: 'needed', words: 'share of the open points needed to pass', direction: 1, of: needed },
  { key: 'ahead', words: 'tests done before their day', direction: -1, of: ahead },
  { key: 'late', words: 'days behind the class in handing in, on average', direction: 1, of: late },
  { key: 'late_newest', words: 'days behind the class in the newest test', direction: 1, of: lateNewest },
  {
    key: 'early',
    words: 'days ahead of the class in handing in, all tests together',
    direction: -1,
    of: early,
  },
  { key: 'silent', words: 'days since the newest result', direction: 1, of: silent },
  { key: 'behind', words: 'days the newest result lies behind the class’s', direction: 1, of: behind },
  { key: 'absent', words: 'share of school days absent', direction: 1, of: absent },
  {
    key: 'absent_recent',
    words: 'share of school days absent, recent ones more',
    direction: 1,
    of: absentLately,
  },
  { key: 'lead', words: 'days enrolled before the term began (logarithm)', direction: 0, of: lead },
  { key: 'earlier', words: 'earlier attempts at the course', direction: 0, of: earlierAttempts },
];

export const DIRECTIONS: readonly Direction[] = FEATURES.map((feature) => feature.direction);

export function featuresOf(known: PupilOnDay): number[] {
  return FEATURES.map((feature) => feature.of(known));
}

function elapsed({ group }: PupilOnDay): number {
  return clip((group.day - group.from) / Math.max(1, group.to - group.from), 0, 1);
}

function missed({ held, results }: PupilOnDay): number {
  return orNone(
    weighted(
      held,
      (plan) => (results.has(plan.plan) ? 0 : 1),
      (plan) => plan.maximum,
    ),
  );
}

function markOf({ marked, group }: PupilOnDay): number {
  return weighted(
    marked,
    (test) => test.mark,
    (test) => recency(test.plan.day, group.day),
  );
}

function positionOf({ marked, group }: PupilOnDay): number {
  return weighted(
    marked.filter((test) => test.plan.mean !== null),
    (test) => position(test),
    (test) => recency(test.plan.day, group.day),
  );
}

/** -1 no points, 0 the class mean, 1 all points: the way to the end of the scale, on either side of the mean. */
function position({ plan, mark }: MarkedPlan): number {
  const mean = plan.mean ?? mark;
  if (mark >= mean) return mean >= 100 ? 1 : (mark - mean) / (100 - mean);
  return (mark - mean) / mean;
}

function earned({ marked, missed: none }: PupilOnDay): number {
  return weighted(
    [...marked, ...none.map((plan) => ({ plan, mark: 0 }))],
    (test) => test.mark,
    (test) => test.plan.maximum,
  );
}

/** Over 1 the pass mark is out of reach: kept at 1, so that a full mark on the way never makes it worse. */
function needed({ plans, held, results, passMark }: PupilOnDay): number {
  let total = 0;
  let have = 0;
  let open = 0;
  for (const plan of plans) {
    total += plan.maximum;
    const result = results.get(plan.plan);
    if (result !== undefined) have += (plan.maximum * markPercent(result)) / 100;
    else if (!held.includes(plan)) open += plan.maximum;
  }
  const lacking = (passMark / 100) * total - have;
  // Points add up to a hair beside the whole.
  if (lacking <= 1e-9 * total) return open <= 0 ? -1 : clip(lacking / open, -1, 0);
  return open <= 0 ? 1 : clip(lacking / open, -1, 1);
}

function ahead({ marked }: PupilOnDay): number {
  return marked.filter((test) => !test.plan.held).length;
}

function late(pupil: PupilOnDay): number {
  return orNone(
    weighted(
      pupil.held,
      (plan) => lateness(pupil, plan),
      () => 1,
    ),
  );
}

function lateNewest(pupil: PupilOnDay): number {
  const newest = pupil.held.at(-1);
  return newest === undefined ? 0 : lateness(pupil, newest);
}

function lateness({ results }: PupilOnDay, plan: PlanOnDay): number {
  const result = results.get(plan.plan);
  if (result === undefined || plan.entered === null) return MOST_LATE_DAYS;
  return clip(dayNumber(result.entered) - plan.entered, 0, MOST_LATE_DAYS);
}

function early({ marked }: PupilOnDay): number {
  let days = 0;
  for (const { plan, entered } of marked)
    days += clip((plan.entered ?? entered) - entered, 0, MOST_LATE_DAYS);
  return days;
}

function silent(pupil: PupilOnDay): number {
  return pupil.group.day - newestResult(pupil);
}

function behind(pupil: PupilOnDay): number {
  const { newest } = pupil.group;
  return newest === null ? 0 : clip(newest - newestResult(pupil), -MOST_SILENT_DAYS, MOST_SILENT_DAYS);
}

/** The day of it; as if MOST_SILENT_DAYS ago where there is none or an older one. */
function newestResult({ marked, group }: PupilOnDay): number {
  return Math.max(group.day - MOST_SILENT_DAYS, ...marked.map((test) => test.entered));
}

function absent({ absences }: PupilOnDay): number {
  return weighted(
    absences(),
    (day) => day.absent,
    () => 1,
  );
}

function absentLately({ absences, group }: PupilOnDay): number {
  return weighted(
    absences(),
    (day) => day.absent,
    ({ day }) => recency(day, group.day),
  );
}

function lead({ group, pupil }: PupilOnDay): number {
  return Math.log1p(Math.max(0, group.from - dayNumber(pupil.enrolled)));
}

function earlierAttempts({ pupil }: PupilOnDay): number {
  return Math.min(MOST_EARLIER, pupil.earlier);
}

function recency(day: number, today: number): number {
  return 2 ** (Math.min(0, day - today) / HALF_LIFE_DAYS);
}

function weighted<T>(rows: readonly T[], value: (row: T) => number, weight: (row: T) => number): number {
  let sum = 0;
  let weights = 0;
  for (const row of rows) {
    sum += weight(row) * value(row);
    weights += weight(row);
  }
  return weights === 0 ? Number.NaN : sum / weights;
}

function orNone(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
