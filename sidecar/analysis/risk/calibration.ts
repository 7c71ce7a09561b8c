/** Turns a model's log-odds into probabilities that keep their word, at each part of a term on its own. */
import { fitLogistic, sigmoid } from '../model/logistic.ts';

/** `knots` ascending shares of the term; at each, log-odds become intercept + slope * log-odds, slope >= 0. */
export interface Calibration {
  knots: { elapsed: number; intercept: number; slope: number }[];
}

export interface Scored {
  /** Share of the term that was over, 0-1. */
  elapsed: number;
  logit: number;
  outcome: number;
}

const KNOTS = 20;
/** Under this many cases a knot is left out: its neighbours speak for it. */
const MIN_CASES = 100;

/**
 * Platt's sigmoid around each twentieth of the term, from scores of pupils the model had not seen.
 * Source: J. C. Platt, Advances in Large Margin Classifiers (1999) 61-74; cross-fitting as he advises in 2.1.
 */
export function fitCalibration(scored: readonly Scored[]): Calibration {
  const knots: Calibration['knots'] = [];
  for (let knot = 0; knot <= KNOTS; knot += 1) {
    const elapsed = knot / KNOTS;
    const near = scored.filter((row) => Math.abs(row.elapsed - elapsed) <= 1 / KNOTS);
    if (near.length < MIN_CASES) continue;
    const sample = {
      width: 1,
      values: Float64Array.from(near, (row) => row.logit),
      outcome: Float64Array.from(near, (row) => row.outcome),
    };
    const { intercept, weights } = fitLogistic(sample, 1, [1]);
    knots.push({ elapsed, intercept, slope: weights[0] ?? 0 });
  }
  return { knots };
}

/** Between two knots as far along as the day is; the log-odds as they are where there is no knot. */
export function calibrated({ knots }: Calibration, elapsed: number, logit: number): number {
  const after = knots.findIndex((knot) => knot.elapsed >= elapsed);
  const upper = after === -1 ? knots.at(-1) : knots[after];
  const lower = after <= 0 ? upper : knots[after - 1];
  if (upper === undefined || lower === undefined) return sigmoid(logit);
  const width = upper.elapsed - lower.elapsed;
  const part = width === 0 ? 0 : Math.min(1, (elapsed - lower.elapsed) / width);
  const intercept = lower.intercept + part * (upper.intercept - lower.intercept);
  const slope = lower.slope + part * (upper.slope - lower.slope);
  return sigmoid(intercept + slope * logit);
}
