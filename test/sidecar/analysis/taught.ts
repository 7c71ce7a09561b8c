/** What a school may have learned, made up for the tests: a model that anyone can work out by hand. */
import { FEATURES } from '../../../sidecar/analysis/risk/features.ts';
import type { Learned } from '../../../sidecar/analysis/risk/learn.ts';

/** A pooled model whose chance follows from the share of tests missed alone: none 1 in 50, half of them 9 in 10. */
export function taught(more: Partial<Learned> = {}): Learned {
  const bins = [
    { up_to: 0.5, said: 0.1, came: 0.1, cases: 900, pupils: 300 },
    { up_to: 1, said: 0.9, came: 0.88, cases: 400, pupils: 214 },
  ];
  const score = { brier: 0.1, log_loss: 0.3, calibration_error: 0.021, auc: 0.9 };
  return {
    rung: 'pooled',
    forecast: {
      rung: 'pooled',
      model: {
        keys: ['missed', 'mark', 'earned', 'needed', 'absent'],
        usual: [0.1, 60, 55, 0, 0.05],
        logistic: { intercept: -4, weights: [12, 0, 0, 0, 0] },
        calibration: { curves: [] },
      },
    },
    pupil_terms: 640,
    failed_or_left: 120,
    terms: ['2025-26 (Term 3)'],
    cut: 0.6,
    checked: {
      how: 'folds',
      pupil_terms: 640,
      scores: [
        { rung: 'rule', score },
        { rung: 'pooled', score },
      ],
      bins,
      rule: { pupils: 41, came: 0.83 },
    },
    ...more,
  };
}

const GROWING = new Set(['silent', 'behind', 'absent_recent', 'elapsed']);

/** A trained model of everything that grows as time passes without a record: a tenth of the log-odds for each. */
export const watchful: Learned = taught({
  rung: 'trained',
  forecast: {
    rung: 'trained',
    model: {
      keys: FEATURES.map(({ key }) => key),
      usual: FEATURES.map(() => 0),
      logistic: { intercept: 1, weights: FEATURES.map(({ key }) => (GROWING.has(key) ? 0.1 : 0)) },
      trees: { base: 0, trees: [] },
      calibration: { curves: [] },
    },
  },
});
