/** What a model learns from: one row of numbers per pupil, course and day, with what came of it. */

/** Row-major: row r has its values from `r * width` on. A value that is not known is NaN. */
export interface Sample {
  width: number;
  values: Float64Array;
  /** What came of each row: 0 or 1 for a risk, points for a score. */
  outcome: Float64Array;
}

export const rowsOf = (sample: Sample): number => sample.outcome.length;

/** Mean of each column over what is known; 0 where nothing is. */
export function columnMeans({ width, values }: Sample): number[] {
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    sums[i % width] = (sums[i % width] ?? 0) + value;
    counts[i % width] = (counts[i % width] ?? 0) + 1;
  }
  return Array.from(sums, (sum, column) => sum / Math.max(1, counts[column] ?? 0));
}

/** The same rows with `usual` where a value is not known. */
export function filled(sample: Sample, usual: readonly number[]): Sample {
  return { ...sample, values: sample.values.map((value, i) => orUsual(value, usual[i % sample.width])) };
}

export function orUsual(value: number, usual: number | undefined): number {
  return Number.isNaN(value) ? (usual ?? 0) : value;
}
