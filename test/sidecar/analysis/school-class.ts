/** Builds a class for the tests: pupils, plans and one result for every mark. */
import type { CohortRecords, ResultRow } from '../../../sidecar/analysis/records.ts';
import { results, TERM } from './pupil.ts';

/** `marks[i]` are the marks of pupil i, one for each test; null where no result was entered. */
export function schoolClass(
  marks: readonly (readonly (number | null)[])[],
  details: (mark: number, pupil: number) => ResultRow['details'] = (mark) => [
    { criterion: 'Linear Equations', score: mark / 10, maximum: 10 },
    { criterion: 'Geometry', score: mark / 10, maximum: 10 },
  ],
): CohortRecords {
  const plans = results(marks[0]?.map(() => 0) ?? []);
  return {
    course: 'Mathematics',
    studentGroup: 'G8',
    academicTerm: TERM.name,
    pupils: marks.map((_, i) => `S${i}`),
    plans: plans.map(({ plan, title, date }) => ({ plan, title, date, maximum: 20, criteria: [] })),
    results: marks.flatMap((row, i) =>
      results(
        row.map((mark) => mark ?? 0),
        (test) => ({
          name: `RES-${i}-${test}`,
          student: `S${i}`,
          details: details(row[test] ?? 0, i),
        }),
      ).filter((_, test) => row[test] !== null),
    ),
  };
}

/** Marks of `pupils` pupils around `means`, evenly spread by up to `width` points on either side. */
export function around(means: readonly number[], pupils = 10, width = 20): number[][] {
  return Array.from({ length: pupils }, (_, i) =>
    means.map((mean) => mean - width + Math.round((2 * width * i) / (pupils - 1))),
  );
}
