/** Ridge logistic regression with signs that a weight may be bound to: small, smooth, read off as weights. */
import { rowsOf } from './sample.ts';
import type { Sample } from './sample.ts';

/** +1: a larger value never lowers the probability; -1: never raises it; 0: either. */
export type Direction = -1 | 0 | 1;

/** Weights of the values as they are (not standardised): logit = intercept + sum of weight * value. */
export interface Logistic {
  intercept: number;
  weights: number[];
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const MOST_STEPS = 60;
const CLOSE = 1e-9;

export function logitOf({ intercept, weights }: Logistic, values: Float64Array, at = 0): number {
  let sum = intercept;
  for (const [column, weight] of weights.entries()) sum += weight * (values[at + column] ?? 0);
  return sum;
}

/**
 * Maximises sum(y*log(p) + (1-y)*log(1-p)) - ridge/2 * sum((b - c)^2) over standardised columns, intercept free, each
 * b >= 0 or <= 0 where `directions` binds it. `centre` gives the c as weights of the values as they are: what is
 * believed before anything was seen (a Gaussian prior), 0 where it says nothing. A column without spread keeps it. Iteratively reweighted least squares; each quadratic step is solved by
 * cyclic coordinate descent on the Gram matrix, where a sign is kept by clipping, halved while it does not help.
 *
 * Source: P. McCullagh and J. A. Nelder, Generalized Linear Models (1989), 2.5; J. Friedman, T. Hastie, R.
 * Tibshirani, J. Stat. Softw. 33 (2010) 1-22, section 3. The objective is concave: there is one answer.
 */
export function fitLogistic(
  sample: Sample,
  ridge: number,
  directions: readonly Direction[],
  centre: readonly number[] = [],
): Logistic {
  const { columns, centres, scales } = standardised(sample);
  const penalty: Penalty = {
    sizes: [0, ...scales.map((scale) => (scale === 0 ? Infinity : ridge))],
    from: [0, ...scales.map((scale, column) => scale * (centre[column] ?? 0))],
  };
  const bound: Direction[] = [0, ...directions];
  let weights: Float64Array = new Float64Array(columns.length);
  let best = objective(columns, sample.outcome, weights, penalty);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const target = quadraticStep(columns, sample.outcome, weights, penalty, bound);
    let next = target;
    let value = objective(columns, sample.outcome, next, penalty);
    for (let halved = 0; halved < 20 && !(value >= best); halved += 1) {
      next = next.map((weight, i) => (weight + (weights[i] ?? 0)) / 2);
      value = objective(columns, sample.outcome, next, penalty);
    }
    const moved = Math.max(...next.map((weight, i) => Math.abs(weight - (weights[i] ?? 0))));
    if (!(value >= best)) break;
    weights = next;
    best = value;
    if (moved < CLOSE) break;
  }
  return unscaled(weights, centres, scales, centre);
}

/** What a weight costs: half of `sizes` times the squared distance from `from`. */
interface Penalty {
  sizes: readonly number[];
  from: readonly number[];
}

function unscaled(
  weights: Float64Array,
  centres: readonly number[],
  scales: readonly number[],
  centre: readonly number[],
): Logistic {
  const raw = scales.map((scale, i) => (scale === 0 ? (centre[i] ?? 0) : (weights[i + 1] ?? 0) / scale));
  const shift = raw.reduce((sum, weight, i) => sum + weight * (centres[i] ?? 0), 0);
  return { intercept: (weights[0] ?? 0) - shift, weights: raw };
}

/** Columns of mean 0 and deviation 1 behind one of ones; a column without spread is all 0, its scale 0. */
function standardised(sample: Sample): { columns: Float64Array[]; centres: number[]; scales: number[] } {
  const rows = rowsOf(sample);
  const columns = [new Float64Array(rows).fill(1)];
  const centres: number[] = [];
  const scales: number[] = [];
  for (let column = 0; column < sample.width; column += 1) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) values[row] = sample.values[row * sample.width + column] ?? 0;
    const centre = values.reduce((sum, value) => sum + value, 0) / rows;
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / rows;
    const scale = variance > 1e-18 * Math.max(1, centre ** 2) ? Math.sqrt(variance) : 0;
    columns.push(values.map((value) => (scale === 0 ? 0 : (value - centre) / scale)));
    centres.push(centre);
    scales.push(scale);
  }
  return { columns, centres, scales };
}

function logits(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0);
  for (const [i, column] of columns.entries()) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    for (let row = 0; row < sums.length; row += 1) sums[row] = (sums[row] ?? 0) + weight * (column[row] ?? 0);
  }
  return sums;
}

function objective(
  columns: readonly Float64Array[],
  outcome: Float64Array,
  weights: Float64Array,
  penalty: Penalty,
): number {
  let value = 0;
  const sums = logits(columns, weights);
  for (const [row, sum] of sums.entries()) {
    // log(1 + e^x) without overflow
    value += (outcome[row] ?? 0) * sum - Math.max(0, sum) - Math.log1p(Math.exp(-Math.abs(sum)));
  }
  for (const [i, weight] of weights.entries()) {
    const away = weight - (penalty.from[i] ?? 0);
    if (away !== 0) value -= ((penalty.sizes[i] ?? 0) / 2) * away ** 2;
  }
  return value;
}

/** The weights that maximise the second-order expansion around the present ones, signs kept. */
function quadraticStep(
  columns: readonly Float64Array[],
  outcome: Float64Array,
  weights: Float64Array,
  penalty: Penalty,
  bound: readonly Direction[],
): Float64Array {
  const { gram, pull } = expansion(columns, outcome, weights);
  const next = Float64Array.from(weights);
  for (let round = 0; round < 2000; round += 1) {
    let moved = 0;
    for (let i = 0; i < next.length; i += 1) {
      const row = gram[i] ?? new Float64Array(0);
      let slope = pull[i] ?? 0;
      for (let j = 0; j < next.length; j += 1) slope -= (row[j] ?? 0) * ((next[j] ?? 0) - (weights[j] ?? 0));
      const own = row[i] ?? 0;
      const size = penalty.sizes[i] ?? 0;
      const pulled = slope + own * (next[i] ?? 0) + size * (penalty.from[i] ?? 0);
      const free = size === Infinity ? 0 : pulled / (own + size);
      const kept = free * (bound[i] ?? 0) < 0 || !Number.isFinite(free) ? 0 : free;
      moved = Math.max(moved, Math.abs(kept - (next[i] ?? 0)));
      next[i] = kept;
    }
    if (moved < CLOSE / 10) break;
  }
  return next;
}

/** X'WX and X'(y - p) at the present weights. */
function expansion(
  columns: readonly Float64Array[],
  outcome: Float64Array,
  weights: Float64Array,
): { gram: Float64Array[]; pull: Float64Array } {
  const chances = logits(columns, weights).map(sigmoid);
  const pull = new Float64Array(columns.length);
  const gram = columns.map(() => new Float64Array(columns.length));
  for (const [i, column] of columns.entries()) {
    const weighted = column.map((value, row) => value * (chances[row] ?? 0) * (1 - (chances[row] ?? 0)));
    let sum = 0;
    for (let row = 0; row < column.length; row += 1)
      sum += (column[row] ?? 0) * ((outcome[row] ?? 0) - (chances[row] ?? 0));
    pull[i] = sum;
    for (let j = i; j < columns.length; j += 1) {
      const other = columns[j] ?? column;
      let product = 0;
      for (let row = 0; row < column.length; row += 1) product += (weighted[row] ?? 0) * (other[row] ?? 0);
      (gram[i] ?? pull)[j] = product;
      (gram[j] ?? pull)[i] = product;
    }
  }
  return { gram, pull };
}
