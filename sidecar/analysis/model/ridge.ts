/** Ridge regression: a straight line through many columns, for scores. */
import { rowsOf } from './sample.ts';
import type { Sample } from './sample.ts';

export interface Line {
  intercept: number;
  weights: number[];
}

const ROUNDS = 500;
const CLOSE = 1e-10;

/**
 * Least squares with `ridge` / 2 * sum(b^2) on standardised columns, by cyclic coordinate descent on residuals.
 * Source: A. E. Hoerl and R. W. Kennard, Technometrics 12 (1970) 55-67; J. Friedman et al., J. Stat. Softw. 33
 * (2010), section 2.
 */
export function fitRidge(sample: Sample, ridge: number): Line {
  const rows = rowsOf(sample);
  const columns = Array.from({ length: sample.width }, (_, column) => standardised(sample, column));
  const centre = sample.outcome.reduce((sum, value) => sum + value, 0) / rows;
  const left = sample.outcome.map((value) => value - centre);
  const weights = columns.map(() => 0);
  for (let round = 0, moved = 1; round < ROUNDS && moved > CLOSE; round += 1) {
    moved = 0;
    for (const [i, { values, scale }] of columns.entries()) {
      if (scale === 0) continue;
      const old = weights[i] ?? 0;
      let pull = rows * old;
      for (const [row, value] of values.entries()) pull += value * (left[row] ?? 0);
      const step = pull / (rows + ridge) - old;
      for (const [row, value] of values.entries()) left[row] = (left[row] ?? 0) - step * value;
      weights[i] = old + step;
      moved = Math.max(moved, Math.abs(step));
    }
  }
  const raw = columns.map(({ scale }, i) => (scale === 0 ? 0 : (weights[i] ?? 0) / scale));
  const shift = raw.reduce((sum, weight, i) => sum + weight * (columns[i]?.centre ?? 0), 0);
  return { intercept: centre - shift, weights: raw };
}

/** Mean 0 and deviation 1; all 0, its scale 0, where the column has no spread. */
function standardised(
  sample: Sample,
  column: number,
): { values: Float64Array; centre: number; scale: number } {
  const rows = rowsOf(sample);
  const own = Float64Array.from(
    { length: rows },
    (_, row) => sample.values[row * sample.width + column] ?? 0,
  );
  const centre = own.reduce((sum, value) => sum + value, 0) / rows;
  const variance = own.reduce((sum, value) => sum + (value - centre) ** 2, 0) / rows;
  const scale = variance > 1e-18 * Math.max(1, centre ** 2) ? Math.sqrt(variance) : 0;
  return { values: own.map((value) => (scale === 0 ? 0 : (value - centre) / scale)), centre, scale };
}

export function lineOf({ intercept, weights }: Line, values: Float64Array, at = 0): number {
  let sum = intercept;
  for (const [column, weight] of weights.entries()) sum += weight * (values[at + column] ?? 0);
  return sum;
}
