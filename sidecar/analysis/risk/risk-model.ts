/** The model trained on finished terms: logistic regression and boosted trees, averaged and calibrated. */
import { fitTrees, treesOf } from '../model/boosted-trees.ts';
import type { BoostedTrees } from '../model/boosted-trees.ts';
import { fitLogistic, logitOf } from '../model/logistic.ts';
import type { Logistic } from '../model/logistic.ts';
import { foldOf } from '../model/random.ts';
import { columnMeans, filled, orUsual } from '../model/sample.ts';
import type { Sample } from '../model/sample.ts';
import { calibrated, fitCalibration } from './calibration.ts';
import type { Calibration, Scored } from './calibration.ts';
import { DIRECTIONS, FEATURES } from './features.ts';
import type { RiskCase } from './training-days.ts';

/** Plain JSON. `keys` name the columns; `usual` stands in for what is not known of a pupil. */
export interface RiskModel {
  keys: string[];
  usual: number[];
  logistic: Logistic;
  trees: BoostedTrees;
  calibration: Calibration;
}

type Uncalibrated = Omit<RiskModel, 'calibration'>;

/** Chosen on folds of the Open University's presentation 2013B, by pupil and by course. */
const RIDGE = 20;
const TREES = { trees: 80, depth: 3, rate: 0.08, leafPenalty: 5, leastRows: 60, bins: 32 } as const;

/** Parts of the pupils, each scored by a model that saw none of them. */
const FOLDS = 4;
const FOLD_SEED = 2;

/** The same cases give the same model to the last bit; a pupil's cases stay together when folds are made. */
export function trainRisk(cases: readonly RiskCase[]): RiskModel {
  const folds = cases.map((row) => foldOf(row.student, FOLDS, FOLD_SEED));
  const scored: Scored[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const model = fit(cases.filter((_, i) => folds[i] !== fold));
    for (const { values, termDay, outcome } of cases.filter((_, i) => folds[i] === fold)) {
      scored.push({ termDay, logit: logitOfRisk(model, values), outcome });
    }
  }
  return { ...fit(cases), calibration: fitCalibration(scored) };
}

/** The chance that the pupil fails or leaves, 0-1. */
export function riskOf(model: RiskModel, { values, termDay }: Pick<RiskCase, 'values' | 'termDay'>): number {
  return calibrated(model.calibration, termDay, logitOfRisk(model, values));
}

export function logitOfRisk(model: Uncalibrated, values: readonly number[]): number {
  const known = Float64Array.from(values, (value, column) => orUsual(value, model.usual[column]));
  return (logitOf(model.logistic, known) + treesOf(model.trees, known)) / 2;
}

function fit(cases: readonly RiskCase[]): Uncalibrated {
  const raw = sampleOf(cases);
  const usual = columnMeans(raw);
  const sample = filled(raw, usual);
  return {
    keys: FEATURES.map((feature) => feature.key),
    usual,
    logistic: fitLogistic(sample, RIDGE, DIRECTIONS),
    trees: fitTrees(sample, { ...TREES, loss: 'log', directions: DIRECTIONS }),
  };
}

function sampleOf(cases: readonly RiskCase[]): Sample {
  const values = new Float64Array(cases.length * FEATURES.length);
  for (const [i, row] of cases.entries()) values.set(row.values, i * FEATURES.length);
  return { width: FEATURES.length, values, outcome: Float64Array.from(cases, (row) => row.outcome) };
}
