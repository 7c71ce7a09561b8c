/** Turns a model's log-odds into probabilities that keep their word, on each day of a term on its own. */
import { quantileSorted } from 'simple-statistics';
import { fitLogistic, logitOf, sigmoid } from '../model/logistic.ts';
import type { Direction, Logistic } from '../model/logistic.ts';

/** One curve a day of the training grid, days ascending. */
export interface Calibration {
  curves: Curve[];
}

/** Log-odds in pieces between `cuts`, each with a slope of its own, none of them negative. */
interface Curve {
  termDay: number;
  cuts: number[];
  line: Logistic;
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
const CUTS = [0.2, 0.4, 0.6, 0.8] as const;
const RISING: readonly Direction[] = [1, 1, 1, 1, 1];

/**
 * Platt's sigmoid for each day of the training grid, from scores of pupils the model had not seen, with a line
 * that may bend at the quintiles instead of a straight one.
 * Source: J. C. Platt, Advances in Large Margin Classifiers (1999) 61-74, cross-fitted as in 2.1 there.
 */
export function fitCalibration(scored: readonly Scored[]): Calibration {
  const days = new Map<number, Scored[]>();
  for (const row of scored) {
    const list = days.get(row.termDay);
    if (list === undefined) days.set(row.termDay, [row]);
    else list.push(row);
  }
  return {
    curves: [...days]
      .sort(([a], [b]) => a - b)
      .filter(([, rows]) => rows.length >= MIN_CASES)
      .map(([termDay, rows]) => curveOf(termDay, rows)),
  };
}

function curveOf(termDay: number, rows: readonly Scored[]): Curve {
  const sorted = rows.map((row) => row.logit).sort((a, b) => a - b);
  const cuts = CUTS.map((share) => quantileSorted(sorted, share));
  const sample = {
    width: CUTS.length + 1,
    values: Float64Array.from(rows.flatMap((row) => pieces(row.logit, cuts))),
    outcome: Float64Array.from(rows, (row) => row.outcome),
  };
  return { termDay, cuts, line: fitLogistic(sample, RIDGE, RISING) };
}

/** How much of the way up to `value` lies in each piece: what is under the first cut, between cuts, above the last. */
function pieces(value: number, cuts: readonly number[]): number[] {
  return Array.from({ length: cuts.length + 1 }, (_, i) => {
    const from = cuts[i - 1];
    const to = cuts[i] ?? Infinity;
    return from === undefined ? Math.min(value, to) : Math.max(0, Math.min(value, to) - from);
  });
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
  return sigmoid(low + part * (high - low));
}

function onCurve({ cuts, line }: Curve, logit: number): number {
  return logitOf(line, Float64Array.from(pieces(logit, cuts)));
}
