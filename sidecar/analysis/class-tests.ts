/** What a pupil's early warning may know of the tests of the class: how many results each has, and since when. */
import { median } from 'simple-statistics';
import { dayNumber } from './calendar.ts';
import { clip, mean } from './percent.ts';
import { compare } from './order.ts';
import type { CohortFigures, CohortRecords, ResultRow } from './records.ts';

/** Of two results of a pupil in one plan the later name stays, as everywhere. */
export function classTests(
  plans: CohortRecords['plans'],
  results: readonly ResultRow[],
  smallest: number,
): Pick<CohortFigures, 'tests' | 'newest'> {
  const known = new Map<string, ResultRow>();
  for (const row of [...results].sort((a, b) => compare(a.name, b.name))) {
    if (row.maximum > 0) known.set(JSON.stringify([row.student, row.plan]), row);
  }
  const byPlan = Map.groupBy(known.values(), (row) => row.plan);
  const newest = [...Map.groupBy(known.values(), (row) => row.student).values()].map((rows) =>
    Math.max(...rows.map((row) => dayNumber(row.entered))),
  );
  return {
    tests: plans
      .map(({ plan, date, maximum }) => {
        const own = byPlan.get(plan) ?? [];
        const marks = own.map((row) => clip((100 * row.score) / row.maximum, 0, 100));
        return {
          plan,
          date,
          maximum,
          results: own.length,
          mean: own.length < Math.max(1, smallest) ? null : Math.round(mean(marks)),
          entered: own.length === 0 ? null : median(own.map((row) => dayNumber(row.entered))),
        };
      })
      .sort((a, b) => compare(a.date, b.date) || compare(a.plan, b.plan)),
    newest: newest.length === 0 ? null : median(newest),
  };
}
