/**
 * Whether warnings err more for some pupils than for others. Groups are joined here, to what was already said, by the
 * pupil's name alone: nothing that learns or warns sees them.
 */
import { auc } from '../model/metrics.ts';
import { areaEstimate, differenceEstimate, shareEstimate } from '../model/score-interval.ts';
import type { Estimate } from '../model/score-interval.ts';
import { compare } from '../order.ts';
import type { RiskCase } from './training-days.ts';

/** One pupil in one finished course: the highest chance that was said, and whether that was a warning. */
interface Served {
  student: string;
  chance: number;
  warned: boolean;
  outcome: number;
}

/** Area under the ROC curve; share warned of those who failed or left, and of those who passed. */
interface Measured<T> {
  auc: T;
  caught: T;
  false_alarms: T;
}

interface FairnessGroup extends Measured<Estimate> {
  /** As the school names it; empty where nothing is entered. */
  group: string;
  /** Different ones, and their finished courses. */
  pupils: number;
  courses: number;
  failed_or_left: number;
}

export interface Fairness {
  groups: FairnessGroup[];
  /** The highest less the lowest, of the groups that have a name. */
  gaps: Measured<Estimate>;
}

/** Of a smaller group nothing is told: its shares are chance, and its counts may point at a child. */
const LEAST_PUPILS = 20;
/** Different pupils who failed or left, and who passed, for the same two reasons. */
const LEAST_EACH = 5;

/**
 * Of pupils whose outcome was not learned from; `chances` and `warned` in the order of `judged`. Null where fewer than
 * two named groups are large enough. With more than two, the highest less the lowest is above 0 by chance more often.
 */
export function fairnessOf(
  judged: readonly RiskCase[],
  { chances, warned }: { chances: readonly number[]; warned: readonly boolean[] },
  groupOf: ReadonlyMap<string, string>,
): Fairness | null {
  const served = servedIn(judged, chances, warned);
  const groups = [...Map.groupBy(served, ({ student }) => groupOf.get(student) ?? '')]
    .flatMap(([group, rows]) => fairnessGroup(group, rows) ?? [])
    .sort((a, b) => compare(a.group, b.group));
  const [first, ...others] = groups.filter(({ group }) => group !== '');
  if (first === undefined || others.length === 0) return null;
  const gap = (of: keyof Measured<Estimate>): Estimate =>
    differenceEstimate(
      others.reduce((most, each) => (each[of].value > most[of].value ? each : most), first)[of],
      others.reduce((least, each) => (each[of].value < least[of].value ? each : least), first)[of],
    );
  return {
    groups,
    gaps: { auc: gap('auc'), caught: gap('caught'), false_alarms: gap('false_alarms') },
  };
}

/** The figures alone; where one outcome is missing, its share is 0 and the area .5. */
export function measure(rows: readonly Omit<Served, 'student'>[]): Measured<number> {
  const shareOf = (outcome: number): number => {
    const own = rows.filter((row) => row.outcome === outcome);
    return own.filter((row) => row.warned).length / Math.max(1, own.length);
  };
  return {
    auc: auc(
      rows.map((row) => row.chance),
      rows.map((row) => row.outcome),
    ),
    caught: shareOf(1),
    false_alarms: shareOf(0),
  };
}

/** The days of a pupil in a course of a term count once. */
function servedIn(
  judged: readonly RiskCase[],
  chances: readonly number[],
  warned: readonly boolean[],
): Served[] {
  const served = new Map<string, Served>();
  for (const [i, { student, course, term, outcome }] of judged.entries()) {
    const key = JSON.stringify([student, course, term]);
    const before = served.get(key);
    served.set(key, {
      student,
      outcome,
      chance: Math.max(before?.chance ?? 0, chances[i] ?? 0),
      warned: before?.warned === true || warned[i] === true,
    });
  }
  return [...served.values()];
}

/** Courses of one pupil go together: as many cases as there are different pupils, and no more. */
function fairnessGroup(group: string, rows: readonly Served[]): FairnessGroup | null {
  const pupils = different(rows);
  const failed = rows.filter((row) => row.outcome === 1);
  const ones = different(failed);
  const zeros = different(rows.filter((row) => row.outcome === 0));
  if (pupils < LEAST_PUPILS || Math.min(ones, zeros) < LEAST_EACH) return null;
  const figures = measure(rows);
  return {
    group,
    pupils,
    courses: rows.length,
    failed_or_left: failed.length,
    auc: areaEstimate(figures.auc, ones, zeros),
    caught: shareEstimate(figures.caught, ones),
    false_alarms: shareEstimate(figures.false_alarms, zeros),
  };
}

const different = (rows: readonly Served[]): number => new Set(rows.map((row) => row.student)).size;
