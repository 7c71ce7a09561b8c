/** Predicts the mark of a course's last test from the school's records alone, with an 80% interval. */
import { fitTrees, treesOf } from '../model/boosted-trees.ts';
import type { BoostedTrees, TreeOptions } from '../model/boosted-trees.ts';
import { foldOf } from '../model/random.ts';
import { fitRidge, lineOf } from '../model/ridge.ts';
import type { Line } from '../model/ridge.ts';
import { columnMeans, filled, orUsual } from '../model/sample.ts';
import type { Sample } from '../model/sample.ts';
import { clip, mean } from '../percent.ts';
import type { PupilOnDay } from './pupil-day.ts';

/** `final` in percent of the maximum. */
export interface FinalCase {
  student: string;
  values: number[];
  final: number;
}

/** `reach`: the 80% quantile of how far a prediction lay off for pupils the model had not seen, in points. */
export interface FinalMarkModel {
  usual: number[];
  trees: BoostedTrees;
  line: Line;
  /** What the line leaves over. */
  rest: BoostedTrees;
  reach: number;
}

const TREES: TreeOptions = {
  loss: 'squared',
  trees: 60,
  depth: 3,
  rate: 0.07,
  leafPenalty: 3,
  leastRows: 12,
  bins: 64,
  directions: [],
};
const RIDGE = 1;
const FOLDS = 5;
const FOLD_SEED = 3;
const COVERAGE = 0.8;

/** Earlier attempts, share of days absent, newest mark, mean mark, lowest mark; NaN where nothing is known. */
export function finalMarkValues({ pupil, absences, marked }: PupilOnDay): number[] {
  const days = absences();
  const marks = marked.map((test) => test.mark);
  const any = marks.length > 0;
  return [
    pupil.earlier,
    days.length === 0 ? Number.NaN : mean(days.map((day) => day.absent)),
    marks.at(-1) ?? Number.NaN,
    any ? mean(marks) : Number.NaN,
    any ? Math.min(...marks) : Number.NaN,
  ];
}

/**
 * The mean of two models: trees alone, which see that some who are behind give up, and a line with trees on what it
 * leaves over, which follows earlier marks to the ends of the scale. The interval is conformal: of cross-fitted distances the ceil((n + 1) * 0.8)-th smallest.
 * Source: V. Vovk, Cross-conformal predictors, Ann. Math. Artif. Intell. 74 (2015) 9-28; J. Lei et al.,
 * JASA 113 (2018) 1094-1111. Minimum: one case; it holds on average over pupils, not for each group of them.
 */
export function trainFinalMark(cases: readonly FinalCase[]): FinalMarkModel {
  const off: number[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isOut = (row: FinalCase): boolean => foldOf(row.student, FOLDS, FOLD_SEED) === fold;
    const inside = cases.filter((row) => !isOut(row));
    if (inside.length === 0) continue;
    const model = fit(inside);
    for (const row of cases.filter(isOut)) off.push(Math.abs(row.final - predict(model, row.values)));
  }
  off.sort((a, b) => a - b);
  const rank = Math.min(off.length, Math.ceil((off.length + 1) * COVERAGE));
  return { ...fit(cases), reach: off[rank - 1] ?? 100 };
}

/** Percent, 0-100. */
export function finalMarkOf(
  model: FinalMarkModel,
  values: readonly number[],
): { mark: number; low: number; high: number } {
  const mark = predict(model, values);
  return { mark, low: clip(mark - model.reach, 0, 100), high: clip(mark + model.reach, 0, 100) };
}

function fit(cases: readonly FinalCase[]): Omit<FinalMarkModel, 'reach'> {
  const width = cases[0]?.values.length ?? 0;
  const raw: Sample = {
    width,
    values: Float64Array.from(cases.flatMap((row) => row.values)),
    outcome: Float64Array.from(cases, (row) => row.final),
  };
  const usual = columnMeans(raw);
  const sample = filled(raw, usual);
  const line = fitRidge(sample, RIDGE);
  const outcome = sample.outcome.map((final, row) => final - lineOf(line, sample.values, row * width));
  return {
    usual,
    trees: fitTrees(sample, TREES),
    line,
    rest: fitTrees({ ...sample, outcome }, TREES),
  };
}

function predict(
  { usual, trees, line, rest }: Omit<FinalMarkModel, 'reach'>,
  values: readonly number[],
): number {
  const known = Float64Array.from(values, (value, column) => orUsual(value, usual[column]));
  return clip((treesOf(trees, known) + lineOf(line, known) + treesOf(rest, known)) / 2, 0, 100);
}
