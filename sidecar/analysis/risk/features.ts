/** What the risk models read of one pupil in one course on one day: counts and marks of the school's records. */
import { dayNumber } from '../calendar.ts';
import type { Direction } from '../model/logistic.ts';
import { clip } from '../percent.ts';
import type { ClassOnDay, PlanOnDay } from './class-day.ts';
import { knownResults, markPercent } from './class-day.ts';
import type { CoursePupil, EnteredResult } from './course-cohort.ts';

interface Pupil {
  pupil: CoursePupil;
  results: ReadonlyMap<string, EnteredResult>;
  group: ClassOnDay;
  passMark: number;
  held: PlanOnDay[];
  missed: PlanOnDay[];
  marked: { plan: PlanOnDay; mark: number; entered: number }[];
}

interface Feature {
  key: string;
  direction: Direction;
  of: (p: Pupil) => number;
}

const HALF_LIFE = 42;
const MOST_LATE = 14;

const recent = (p: Pupil, plan: PlanOnDay): number => 2 ** (Math.min(0, plan.day - p.group.day) / HALF_LIFE);

function mean<T>(rows: readonly T[], value: (row: T) => number, weight: (row: T) => number): number {
  let sum = 0;
  let weights = 0;
  for (const row of rows) {
    sum += weight(row) * value(row);
    weights += weight(row);
  }
  return weights === 0 ? Number.NaN : sum / weights;
}
const one = (): number => 1;

function position(p: Pupil, { plan, mark }: Pupil['marked'][number]): number {
  const m = plan.mean;
  if (m === null) return Number.NaN;
  if (mark >= m) return m >= 100 ? 1 : (mark - m) / (100 - m);
  return (mark - m) / m;
}
function streak(p: Pupil): number {
  const at = p.held.findLastIndex((plan) => p.results.has(plan.plan));
  return Math.min(4, p.held.length - 1 - at);
}
const lateOf = (p: Pupil, plan: PlanOnDay): number => {
  const r = p.results.get(plan.plan);
  if (r === undefined) return MOST_LATE;
  return clip(dayNumber(r.entered) - (plan.entered ?? 0), 0, MOST_LATE);
};
const earlyOf = (p: Pupil, row: Pupil['marked'][number]): number =>
  clip((row.plan.entered ?? row.entered) - row.entered, 0, MOST_LATE);

function needed(p: Pupil): number {
  let total = 0;
  let earned = 0;
  let open = 0;
  for (const plan of p.group.plans) {
    total += plan.maximum;
    const r = p.results.get(plan.plan);
    if (r !== undefined) earned += (plan.maximum * markPercent(r)) / 100;
    else if (!plan.held) open += plan.maximum;
  }
  const lacking = (p.passMark / 100) * total - earned;
  return open <= 0 ? (lacking <= 0 ? -1 : 2) : clip(lacking / open, -1, 2);
}
function earned(p: Pupil): number {
  const rows = [
    ...p.marked.map(({ plan, mark }) => ({ plan, mark })),
    ...p.missed.map((plan) => ({ plan, mark: 0 })),
  ];
  return mean(
    rows,
    (r) => r.mark,
    (r) => r.plan.maximum,
  );
}

export const FEATURES: readonly Feature[] = [
  { key: 'elapsed', direction: 0, of: (p) => (p.group.day - p.group.from) / (p.group.to - p.group.from) },
  {
    key: 'missed',
    direction: 1,
    of: (p) =>
      mean(
        p.held,
        (plan) => (p.results.has(plan.plan) ? 0 : 1),
        (plan) => plan.maximum,
      ) || 0,
  },
  {
    key: 'missed_recent',
    direction: 1,
    of: (p) =>
      mean(
        p.held,
        (plan) => (p.results.has(plan.plan) ? 0 : 1),
        (plan) => recent(p, plan),
      ) || 0,
  },
  { key: 'streak', direction: 1, of: streak },
  {
    key: 'mark',
    direction: -1,
    of: (p) =>
      mean(
        p.marked,
        (r) => r.mark,
        (r) => r.plan.maximum,
      ),
  },
  {
    key: 'mark_recent',
    direction: -1,
    of: (p) =>
      mean(
        p.marked,
        (r) => r.mark,
        (r) => recent(p, r.plan),
      ),
  },
  {
    key: 'lowest',
    direction: -1,
    of: (p) => (p.marked.length === 0 ? Number.NaN : Math.min(...p.marked.map((r) => r.mark))),
  },
  {
    key: 'position',
    direction: -1,
    of: (p) =>
      mean(
        p.marked.filter((r) => r.plan.mean !== null),
        (r) => position(p, r),
        one,
      ),
  },
  {
    key: 'position_recent',
    direction: -1,
    of: (p) =>
      mean(
        p.marked.filter((r) => r.plan.mean !== null),
        (r) => position(p, r),
        (r) => recent(p, r.plan),
      ),
  },
  { key: 'earned', direction: -1, of: earned },
  { key: 'needed', direction: 1, of: needed },
  { key: 'ahead', direction: -1, of: (p) => p.marked.filter((r) => !r.plan.held).length },
  { key: 'late', direction: 1, of: (p) => mean(p.held, (plan) => lateOf(p, plan), one) || 0 },
  {
    key: 'late_newest',
    direction: 1,
    of: (p) => {
      const l = p.held.at(-1);
      return l === undefined ? 0 : lateOf(p, l);
    },
  },
  {
    key: 'early',
    direction: 0,
    of: (p) =>
      mean(
        p.marked.filter((r) => r.plan.held),
        (r) => earlyOf(p, r),
        one,
      ) || 0,
  },
  { key: 'early_sum', direction: -1, of: (p) => p.marked.reduce((s, r) => s + earlyOf(p, r), 0) },
  { key: 'early_max', direction: -1, of: (p) => Math.max(0, ...p.marked.map((r) => earlyOf(p, r))) },
  {
    key: 'fails',
    direction: 1,
    of: (p) => p.missed.length + p.marked.filter((r) => r.mark < p.passMark).length,
  },
  { key: 'missed_n', direction: 1, of: (p) => p.missed.length },
  { key: 'lead_days', direction: 0, of: (p) => p.group.from - dayNumber(p.pupil.enrolled) },
  {
    key: 'since_abs',
    direction: 1,
    of: (p) =>
      clip(
        p.group.day -
          (p.marked.length === 0 ? p.group.day - 60 : Math.max(...p.marked.map((r) => r.entered))),
        0,
        60,
      ),
  },
  {
    key: 'due_share',
    direction: 0,
    of: (p) => p.held.reduce((a, b) => a + b.maximum, 0) / p.group.plans.reduce((a, b) => a + b.maximum, 0),
  },
  { key: 'newest_mark', direction: -1, of: (p) => p.marked.at(-1)?.mark ?? Number.NaN },
  {
    key: 'since',
    direction: 1,
    of: (p) => {
      const n = p.group.newest;
      if (n === null) return 0;
      const l = p.marked.length === 0 ? p.group.day - 60 : Math.max(...p.marked.map((r) => r.entered));
      return clip(n - l, -60, 60);
    },
  },
  { key: 'carried', direction: -1, of: (p) => p.marked.filter((r) => r.entered < p.group.from).length },
  {
    key: 'lead',
    direction: 0,
    of: (p) => Math.log1p(Math.max(0, p.group.from - dayNumber(p.pupil.enrolled))),
  },
  { key: 'enrolled_late', direction: 0, of: (p) => Math.max(0, dayNumber(p.pupil.enrolled) - p.group.from) },
  { key: 'earlier', direction: 0, of: (p) => Math.min(3, p.pupil.earlier) },
  { key: 'at_once', direction: 0, of: (p) => Math.min(6, p.pupil.atOnce) },
];

export function featuresOf(pupil: CoursePupil, group: ClassOnDay, day: string, passMark: number): number[] {
  const results = new Map(knownResults(pupil, day).map((r) => [r.plan, r]));
  const held = group.plans.filter((plan) => plan.held);
  const p: Pupil = {
    pupil,
    results,
    group,
    passMark,
    held,
    missed: held.filter((plan) => !results.has(plan.plan)),
    marked: group.plans.flatMap((plan) => {
      const r = results.get(plan.plan);
      return r === undefined ? [] : [{ plan, mark: markPercent(r), entered: dayNumber(r.entered) }];
    }),
  };
  return FEATURES.map((f) => f.of(p));
}
