/** Values as a few ordered bins, so that a tree tries tens of cuts of a column instead of thousands. */
import { rowsOf } from './sample.ts';
import type { Sample } from './sample.ts';

/** `cuts[c]` ascending; bin b of column c holds the values above cut b-1 up to and including cut b. */
export interface Bins {
  cuts: number[][];
  /** Column-major: the bin of row r in column c is codes[c][r]. */
  codes: Uint8Array[];
}

/**
 * At most `most` (up to 256) bins a column, cut half-way between neighbouring values: between all of them where
 * they are few, else at quantiles. Source of the idea: G. Ke et al., LightGBM, NeurIPS 30 (2017), algorithm 1.
 */
export function binned(sample: Sample, most: number): Bins {
  const rows = rowsOf(sample);
  const cuts: number[][] = [];
  const codes: Uint8Array[] = [];
  for (let column = 0; column < sample.width; column += 1) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) values[row] = sample.values[row * sample.width + column] ?? 0;
    const own = cutsOf(values, most);
    cuts.push(own);
    codes.push(Uint8Array.from(values, (value) => binOf(value, own)));
  }
  return { cuts, codes };
}

function cutsOf(values: Float64Array, most: number): number[] {
  const sorted = Float64Array.from(values).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= most)
    return Array.from(distinct.subarray(1), (value, i) => between(distinct[i] ?? value, value));
  const cuts = new Set<number>();
  for (let bin = 1; bin < most; bin += 1) {
    const at = Math.floor((bin * sorted.length) / most);
    const value = sorted[at] ?? 0;
    const before = sorted.subarray(0, at).findLast((other) => other < value);
    if (before !== undefined) cuts.add(between(before, value));
  }
  return [...cuts];
}

function between(a: number, b: number): number {
  return a + (b - a) / 2;
}

/** The first bin whose cut is not below the value. */
function binOf(value: number, cuts: readonly number[]): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (cuts[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
