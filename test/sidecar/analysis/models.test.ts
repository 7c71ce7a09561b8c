/** Models and their figures give what can be worked out by hand or was published. */
import { array, assert as check, constantFrom, double, integer, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitTrees, treesOf } from '../../../sidecar/analysis/model/boosted-trees.ts';
import { fitLogistic, logitOf, sigmoid } from '../../../sidecar/analysis/model/logistic.ts';
import {
  atTop,
  auc,
  brier,
  calibrationError,
  logLoss,
  reliability,
} from '../../../sidecar/analysis/model/metrics.ts';
import { fitIsotonic, isotonicOf } from '../../../sidecar/analysis/model/isotonic.ts';
import { foldOf, seeded } from '../../../sidecar/analysis/model/random.ts';
import { calibrated, fitCalibration } from '../../../sidecar/analysis/risk/calibration.ts';
import { finalMarkOf, trainFinalMark } from '../../../sidecar/analysis/risk/final-mark.ts';

const TREES = {
  loss: 'log',
  trees: 20,
  depth: 2,
  rate: 0.3,
  leafPenalty: 1,
  leastRows: 2,
  bins: 16,
} as const;

function column(values: number[], outcome: number[]) {
  return { width: 1, values: Float64Array.from(values), outcome: Float64Array.from(outcome) };
}

describe('figures', () => {
  test('AUC counts pairs in the right order, ties half', () => {
    expect(auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(auc([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1])).toBe(0.5);
    expect(auc([0.2, 0.7, 0.7], [0, 0, 1])).toBe(0.75);
  });

  test('log loss and Brier score of two guesses', () => {
    expect(logLoss([0.5, 0.25], [1, 0])).toBeCloseTo((Math.LN2 - Math.log(0.75)) / 2, 12);
    expect(brier([0.5, 0.25], [1, 0])).toBeCloseTo((0.25 + 0.0625) / 2, 12);
  });

  test('calibration error is the mean distance between said and came over groups of equal size', () => {
    const bins = reliability([0.1, 0.1, 0.9, 0.9], [0, 1, 1, 1], 2);
    expect(bins).toEqual([
      { count: 2, said: 0.1, came: 0.5 },
      { count: 2, said: 0.9, came: 1 },
    ]);
    expect(calibrationError(bins)).toBeCloseTo(0.25, 12);
  });

  test('precision and recall at the top', () => {
    expect(atTop([0.9, 0.8, 0.1, 0.2], [1, 0, 1, 0], 2)).toEqual({ precision: 0.5, recall: 0.5 });
  });
});

describe('logistic regression', () => {
  test('without penalty gives the log-odds of two groups: 1 of 4 against 3 of 4', () => {
    const model = fitLogistic(column([0, 0, 0, 0, 1, 1, 1, 1], [1, 0, 0, 0, 1, 1, 1, 0]), 1e-9, [0]);
    expect(model.intercept).toBeCloseTo(-Math.log(3), 5);
    expect(model.weights[0]).toBeCloseTo(2 * Math.log(3), 5);
  });

  test('a weight against its direction is 0, and everybody gets the base rate', () => {
    const model = fitLogistic(column([0, 0, 1, 1], [1, 1, 0, 1]), 1, [1]);
    expect(model.weights[0]).toBe(0);
    expect(sigmoid(logitOf(model, Float64Array.of(0)))).toBeCloseTo(0.75, 6);
  });

  test('a column without spread, or outcomes all alike, give finite weights', () => {
    const model = fitLogistic(column([3, 3, 3], [1, 1, 1]), 1, [0]);
    expect(model.weights[0]).toBe(0);
    expect(Number.isFinite(model.intercept)).toBe(true);
  });
});

describe('boosted trees', () => {
  test('one unpenalised tree of squared error gives the means on either side of the best cut', () => {
    const sample = column([1, 2, 3, 4], [10, 10, 30, 34]);
    const model = fitTrees(sample, {
      ...TREES,
      loss: 'squared',
      trees: 1,
      depth: 1,
      rate: 1,
      leafPenalty: 0,
      leastRows: 1,
      directions: [],
    });
    expect(treesOf(model, Float64Array.of(2.4))).toBeCloseTo(10, 12);
    expect(treesOf(model, Float64Array.of(2.6))).toBeCloseTo(32, 12);
  });

  test('never go against a direction, whatever the outcomes', () => {
    const rows = array(tuple(integer({ min: 0, max: 9 }), integer({ min: 0, max: 9 }), constantFrom(0, 1)), {
      minLength: 8,
      maxLength: 60,
    });
    check(
      property(rows, (table) => {
        const sample = {
          width: 2,
          values: Float64Array.from(table.flatMap(([a, b]) => [a, b])),
          outcome: Float64Array.from(table, ([, , y]) => y),
        };
        const model = fitTrees(sample, { ...TREES, directions: [1, 0] });
        for (let b = 0; b < 10; b += 1) {
          const along = Array.from({ length: 10 }, (_, a) => treesOf(model, Float64Array.of(a, b)));
          for (const [i, value] of along.entries()) {
            expect(Number.isFinite(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual((along[i - 1] ?? -Infinity) - 1e-12);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('isotonic regression', () => {
  test('pools what falls: 1, 0, 1, 0, 1, 1 becomes 1/2, 1/2, 1/2, 1/2, 1, 1, its ends softened by half an outcome', () => {
    const steps = fitIsotonic([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 1]);
    const said = [1, 2, 3, 4, 5, 6].map((x) => isotonicOf(steps, x));
    for (const [i, value] of [0.5, 0.5, 0.5, 0.5, 5 / 6, 5 / 6].entries())
      expect(said[i]).toBeCloseTo(value, 12);
    expect(isotonicOf(steps, 4.5)).toBeCloseTo(2 / 3, 12);
  });
});

describe('calibration', () => {
  test('brings back log-odds that were twice too sure, day by day', () => {
    const random = seeded(1);
    const scored = Array.from({ length: 8000 }, (_, i) => {
      const truth = 4 * random() - 2;
      return { termDay: 14 * (i % 2), logit: 2 * truth, outcome: random() < sigmoid(truth) ? 1 : 0 };
    });
    const calibration = fitCalibration(scored);
    for (const truth of [-1.5, 0, 1.5])
      expect(calibrated(calibration, 7, 2 * truth)).toBeCloseTo(sigmoid(truth), 1);
  });

  test('never turns the order round', () => {
    const scored = array(tuple(double({ min: -5, max: 5, noNaN: true }), constantFrom(0, 1)), {
      minLength: 100,
      maxLength: 200,
    });
    check(
      property(scored, (rows) => {
        const calibration = fitCalibration(rows.map(([logit, outcome]) => ({ termDay: 0, logit, outcome })));
        const said = Array.from({ length: 21 }, (_, i) => calibrated(calibration, 0, i / 2 - 5));
        for (const [i, chance] of said.entries())
          expect(chance).toBeGreaterThanOrEqual((said[i - 1] ?? 0) - 1e-12);
      }),
      { numRuns: 20 },
    );
  });
});

test('the interval of a final mark covers about 80% of pupils that the model has not seen', () => {
  const random = seeded(5);
  const pupil = (i: number) => {
    const ability = 100 * random();
    const value = (): number => Math.min(100, Math.max(0, ability + 30 * (random() - 0.5)));
    return { student: `S${i}`, values: [value()], final: value() };
  };
  const model = trainFinalMark(Array.from({ length: 400 }, (_, i) => pupil(i)));
  const fresh = Array.from({ length: 1000 }, (_, i) => pupil(i + 400));
  const covered = fresh.filter(({ values, final }) => {
    const { low, high } = finalMarkOf(model, values);
    return low <= final && final <= high;
  });
  expect(covered.length / fresh.length).toBeGreaterThan(0.75);
  expect(covered.length / fresh.length).toBeLessThan(0.85);
});

test('folds of running names are of nearly equal size', () => {
  const sizes = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i += 1) {
    const fold = foldOf(`EDU-STU-${String(i).padStart(5, '0')}`, 4, 1);
    sizes[fold] = (sizes[fold] ?? 0) + 1;
  }
  for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(120);
});
