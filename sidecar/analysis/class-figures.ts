/** The rounded figures of a cohort: all that a pupil's insight may know of the class. */
import { discrimination, spreadOfShares } from './item-discrimination.ts';
import type { Points } from './item-discrimination.ts';
import type { MarkedTest } from './marked-tests.ts';
import { clip, mean, percent } from './percent.ts';
import { compare } from './order.ts';
import type { CohortFigures, CohortKey } from './records.ts';
import { MIN_SPREAD_FREEDOM } from './thresholds.ts';
import { spreadOf } from './variance-components.ts';

/** The tests of each pupil of the cohort, by pupil. */
export type ClassTests = ReadonlyMap<string, readonly MarkedTest[]>;

/** One part over the class: points earned of points possible, and the pupils behind it. */
export interface ClassPart {
  criterion: string;
  percent: number;
  pupils: number;
  /** Pupils with under half of the points of this part. */
  under: number;
  tests: number;
  rows: string[];
  /** See `CohortFigures.criteria`. */
  spread: number | null;
  discrimination: number | null;
}

/**
 * Class means, shares per part and spreads, whole percent. A test or a part with fewer than `smallest` pupils
 * behind it is left out (so in a smaller class everything is): it would speak about single classmates. The spreads are those of marks after the class mean of their test is taken off.
 */
export function classFigures(
  key: CohortKey,
  pupils: number,
  tests: ClassTests,
  smallest: number,
): Omit<CohortFigures, 'tests' | 'newest'> {
  const { course, studentGroup, academicTerm } = key;
  const figures = { course, studentGroup, academicTerm, pupils };
  const plans = classMeans(tests, smallest);
  const spread = spreadOf(distances(tests, plans), Math.max(0, plans.length - 1), MIN_SPREAD_FREEDOM);
  return {
    ...figures,
    plans: plans.map((plan) => ({ ...plan, mean: Math.round(plan.mean) })),
    criteria: classParts(tests, smallest).map((part) => ({
      criterion: part.criterion,
      percent: part.percent,
      count: part.pupils,
      spread: part.spread,
      discrimination: part.discrimination,
    })),
    between: spread === null ? null : Math.round(spread.between),
    within: spread === null ? null : Math.max(1, Math.round(spread.within)),
  };
}

interface ClassMean {
  plan: string;
  date: string;
  mean: number;
  count: number;
}

function classMeans(tests: ClassTests, smallest: number): ClassMean[] {
  const plans = new Map<string, { date: string; marks: number[] }>();
  for (const list of tests.values()) {
    for (const test of list) {
      const plan = plans.get(test.plan);
      if (plan === undefined) plans.set(test.plan, { date: test.date, marks: [test.mark] });
      else plan.marks.push(test.mark);
    }
  }
  return [...plans]
    .filter(([, plan]) => plan.marks.length >= smallest)
    .map(([plan, { date, marks }]) => ({ plan, date, mean: mean(marks), count: marks.length }))
    .sort((a, b) => compare(a.date, b.date) || compare(a.plan, b.plan));
}

/** Per pupil, how far each mark lies from the class mean of its test. */
function distances(tests: ClassTests, plans: readonly ClassMean[]): number[][] {
  const means = new Map(plans.map((plan) => [plan.plan, plan.mean]));
  return [...tests.values()].map((list) =>
    list.flatMap((test) => {
      const centre = means.get(test.plan);
      return centre === undefined ? [] : [test.mark - centre];
    }),
  );
}

/** Parts with results of at least `smallest` pupils, hardest first. */
export function classParts(tests: ClassTests, smallest: number): ClassPart[] {
  const parts = new Map<string, Map<string, Points>>();
  const plans = new Map<string, Set<string>>();
  const rows = new Map<string, Set<string>>();
  for (const [pupil, list] of tests) {
    for (const test of list) {
      for (const { criterion, score, maximum } of test.details) {
        if (maximum <= 0) continue;
        const sum = entry(
          entry(parts, criterion, () => new Map()),
          pupil,
          () => ({ score: 0, maximum: 0 }),
        );
        sum.score += clip(score, 0, maximum);
        sum.maximum += maximum;
        entry(plans, criterion, () => new Set<string>()).add(test.plan);
        entry(rows, criterion, () => new Set<string>()).add(test.name);
      }
    }
  }
  const totals = totalsOf(parts);
  const list: ClassPart[] = [];
  for (const [criterion, byPupil] of parts) {
    if (byPupil.size < smallest) continue;
    const sums = [...byPupil.values()];
    const score = sums.reduce((total, sum) => total + sum.score, 0);
    const maximum = sums.reduce((total, sum) => total + sum.maximum, 0);
    list.push({
      criterion,
      percent: percent(score, maximum),
      pupils: byPupil.size,
      under: sums.filter((sum) => sum.score * 2 < sum.maximum).length,
      tests: plans.get(criterion)?.size ?? 0,
      rows: [...(rows.get(criterion) ?? [])].sort(compare),
      spread: spreadOfShares(sums),
      discrimination: discrimination(byPupil, totals),
    });
  }
  return list.sort((a, b) => a.percent - b.percent || compare(a.criterion, b.criterion));
}

/** Points of each pupil over all parts. */
function totalsOf(parts: ReadonlyMap<string, ReadonlyMap<string, Points>>): Map<string, Points> {
  const totals = new Map<string, Points>();
  for (const byPupil of parts.values()) {
    for (const [pupil, { score, maximum }] of byPupil) {
      const sum = entry(totals, pupil, () => ({ score: 0, maximum: 0 }));
      sum.score += score;
      sum.maximum += maximum;
    }
  }
  return totals;
}

function entry<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}
