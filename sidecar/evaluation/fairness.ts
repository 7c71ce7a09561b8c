/** Whether the model serves groups of pupils alike, by attributes it never sees. */
import { seeded } from '../analysis/model/random.ts';
import { measure } from '../analysis/risk/fairness.ts';
import type { Line } from './bars.ts';
import { BARS } from './bars.ts';

/** One pupil in one course: `groups` by attribute. */
export interface Served {
  student: string;
  chance: number;
  outcome: number;
  groups: Record<string, string>;
}

interface Gaps {
  auc: number;
  falseAlarms: number;
}

const LEAST_GROUP = 200;
const DRAWS = 200;
const SEED = 11;
/** Both ends of a 95% interval. */
const ENDS = [0.025, 0.975] as const;

/**
 * Largest less smallest AUC, and share of false alarms (flagged among those who passed), over the groups of 200
 * or more; `flags` pupils with the highest chances are flagged. The value is the low end of a 95% bootstrap
 * interval that draws pupils, which is what the bar asks about. A largest less a smallest is above 0 by chance
 * alone, and drawing adds the same chance once more: the basic interval takes that off, percentiles would keep it.
 * Source: A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application (1997), 5.2.1.
 */
export function fairnessLines(
  day: number,
  attribute: string,
  served: readonly Served[],
  flags: number,
): Line[] {
  const whole = gaps(attribute, served, flags);
  if (whole === null) return [];
  const drawn = draws(served).flatMap((rows) => gaps(attribute, rows, flags) ?? []);
  const line = (figure: string, of: (gap: Gaps) => number, bar: number): Line => {
    const sorted = drawn.map(of).sort((a, b) => a - b);
    const [least, most] = ENDS.map((end) => sorted[Math.floor(end * (sorted.length - 1))] ?? 0);
    const [low, high] = [most, least].map((end) => Math.max(0, 2 * of(whole) - (end ?? 0)));
    return {
      figure: `OULAD ${figure} by ${attribute}, day ${day}: ${of(whole).toFixed(3)}, up to ${(high ?? 0).toFixed(3)}, from`,
      value: low ?? 0,
      bar,
      better: 'lower',
    };
  };
  return [
    line('AUC gap', (gap) => gap.auc, BARS.fairness.auc),
    line('false-alarm gap', (gap) => gap.falseAlarms, BARS.fairness.falseAlarms),
  ];
}

/** How the data set writes that it does not know. */
const UNKNOWN = new Set(['', '?']);

/** Null with fewer than two groups that are large enough. */
function gaps(attribute: string, served: readonly Served[], flags: number): Gaps | null {
  const limit = served.map((row) => row.chance).sort((a, b) => b - a)[flags - 1] ?? 1;
  const nameOf = (row: Served): string => row.groups[attribute] ?? '';
  const known = served.filter((row) => !UNKNOWN.has(nameOf(row)));
  const large = [...Map.groupBy(known, nameOf).values()].filter((rows) => rows.length >= LEAST_GROUP);
  if (large.length < 2) return null;
  const measured = large.map((rows) =>
    measure(rows.map(({ chance, outcome }) => ({ chance, outcome, warned: chance >= limit }))),
  );
  return {
    auc: spread(measured.map((each) => each.auc)),
    falseAlarms: spread(measured.map((each) => each.false_alarms)),
  };
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** As many pupils as there are, drawn with putting back, each with all of the pupil's courses. */
function draws(served: readonly Served[]): Served[][] {
  const all = [...Map.groupBy(served, (row) => row.student).values()];
  const random = seeded(SEED);
  return Array.from({ length: DRAWS }, () => all.flatMap(() => all[Math.floor(random() * all.length)] ?? []));
}
