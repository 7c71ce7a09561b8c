/** Turns a model's log-odds into probabilities that keep their word, on each day of a term on its own. */
import { fitIsotonic, isotonicOf } from '../model/isotonic.ts';
import type { Isotonic } from '../model/isotonic.ts';
import { fitLogistic, logitOf, sigmoid } from '../model/logistic.ts';
import type { Logistic } from '../model/logistic.ts';

/** One curve a day of the training grid, days ascending. */
export interface Calibration {
  curves: Curve[];
}

interface Curve {
  termDay: number;
  line: Logistic;
  steps: Isotonic;
}

export interface Scored {
  /** Days since the term's first. */
  termDay: number;
  logit: number;
  outcome: number;
}

/** Under this many cases a day is left out: its neighbours speak for it. */
const MIN_CASES = 100;
const RIDGE = 1;

/**
 * The mean of Platt's sigmoid and an isotonic fit for each day of the training grid, from scores of pupils the
 * model had not seen: the first keeps the order among pupils whom the second takes together, the second follows
 * where the relation is no sigmoid.
 * Source: J. C. Platt, Advances in Large Margin Classifiers (1999) 61-74, cross-fitted as in 2.1 there;
 * B. Zadrozny and C. Elkan, KDD 2002, 694-699.
 */
export function fitCalibration(scored: readonly Scored[]): Calibration {
  return {
    curves: [...Map.groupBy(scored, (row) => row.termDay)]
      .sort(([a], [b]) => a - b)
      .filter(([, rows]) => rows.length >= MIN_CASES)
      .map(([termDay, rows]) => curveOf(termDay, rows)),
  };
}

function curveOf(termDay: number, rows: readonly Scored[]): Curve {
  const sample = {
    width: 1,
    values: Float64Array.from(rows, (row) => row.logit),
    outcome: Float64Array.from(rows, (row) => row.outcome),
  };
  return {
    termDay,
    line: fitLogistic(sample, RIDGE, [1]),
    steps: fitIsotonic(sample.values, sample.outcome),
  };
}

/** Between two days of the grid as far along as the day is; the log-odds as they are where there is no curve. */
export function calibrated({ curves }: Calibration, termDay: number, logit: number): number {
  const after = curves.findIndex((curve) => curve.termDay >= termDay);
  const upper = after === -1 ? curves.at(-1) : curves[after];
  const lower = after <= 0 ? upper : curves[after - 1];
  if (upper === undefined || lower === undefined) return sigmoid(logit);
  const width = upper.termDay - lower.termDay;
  const part = width === 0 ? 0 : Math.min(1, (termDay - lower.termDay) / width);
  const [low, high] = [onCurve(lower, logit), onCurve(upper, logit)];
  return low + part * (high - low);
}

function onCurve({ line, steps }: Curve, logit: number): number {
  return (sigmoid(logitOf(line, Float64Array.of(logit))) + isotonicOf(steps, logit)) / 2;
}
