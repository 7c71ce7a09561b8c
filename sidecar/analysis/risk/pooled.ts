/** The model of a school whose history is short: a few weights from elsewhere, pulled to what the school's terms show. */
import { fitLogistic, logitOf } from '../model/logistic.ts';
import type { Logistic } from '../model/logistic.ts';
import { foldOf } from '../model/random.ts';
import { columnMeans, filled, orUsual } from '../model/sample.ts';
import { fitCalibration } from './calibration.ts';
import type { Calibration, Scored } from './calibration.ts';
import { DIRECTIONS, FEATURES } from './features.ts';
import type { RiskCase } from './training-days.ts';

/**
 * Log-odds for one more of each number, held to be true before a school's own terms are seen. From a ridge logistic
 * regression of these four numbers on the Open University's presentation 2013B (J. Kuzilek, M. Hlosta, Z. Zdrahal,
 * Sci. Data 4 (2017) 170171, CC BY 4.0), rounded: adults at a distance, hence only a beginning. That data knows no
 * attendance: what absence means is left to the school's own terms. Where the level lies is always the school's own.
 */
const PRIOR: readonly { key: string; weight: number }[] = [
  { key: 'missed', weight: 2 },
  { key: 'mark', weight: -0.04 },
  { key: 'earned', weight: -0.035 },
  { key: 'needed', weight: 1.3 },
  { key: 'absent', weight: 0 },
];

/** As much as that many finished courses of pupils would say; so it fades as more of the school's own come in. */
const PRIOR_WORTH = 200;
/** What one of them says of a weight, about: p(1 - p) near a chance of a fifth. */
const INFORMATION = 0.15;

const COLUMNS = PRIOR.map(({ key }) => FEATURES.findIndex((feature) => feature.key === key));

export interface PooledModel {
  keys: string[];
  usual: number[];
  logistic: Logistic;
  calibration: Calibration;
}

type Uncalibrated = Omit<PooledModel, 'calibration'>;

/** Parts of the pupils, each scored by a model that saw none of them. */
const FOLDS = 4;
const FOLD_SEED = 4;

/** `daysEach`: how many days of one pupil in one course the cases hold on average; a pupil counts once, not daily. */
export function fitPooled(cases: readonly RiskCase[], daysEach: number): PooledModel {
  const scored = Array.from({ length: FOLDS }, (_, fold): Scored[] => {
    const isOut = (row: RiskCase): boolean => foldOf(row.student, FOLDS, FOLD_SEED) === fold;
    const model = fit(
      cases.filter((row) => !isOut(row)),
      daysEach,
    );
    return cases
      .filter(isOut)
      .map(({ termDay, values, outcome }) => ({ termDay, logit: logitOfPooled(model, values), outcome }));
  });
  return { ...fit(cases, daysEach), calibration: fitCalibration(scored.flat()) };
}

function fit(cases: readonly RiskCase[], daysEach: number): Uncalibrated {
  const values = new Float64Array(cases.length * COLUMNS.length);
  for (const [i, row] of cases.entries()) values.set(columnsOf(row.values), i * COLUMNS.length);
  const raw = { width: COLUMNS.length, values, outcome: Float64Array.from(cases, (row) => row.outcome) };
  const usual = columnMeans(raw);
  const ridge = PRIOR_WORTH * INFORMATION * daysEach;
  return {
    keys: PRIOR.map(({ key }) => key),
    usual,
    logistic: fitLogistic(
      filled(raw, usual),
      ridge,
      COLUMNS.map((column) => DIRECTIONS[column] ?? 0),
      PRIOR.map(({ weight }) => weight),
    ),
  };
}

export function logitOfPooled(model: Uncalibrated, values: readonly number[]): number {
  const known = Float64Array.from(columnsOf(values), (value, i) => orUsual(value, model.usual[i]));
  return logitOf(model.logistic, known);
}

function columnsOf(values: readonly number[]): number[] {
  return COLUMNS.map((column) => values[column] ?? Number.NaN);
}
