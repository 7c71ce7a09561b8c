/** Whether a forecast is better than the rule, told by pupils whose outcome it had not seen. */
import { auc, brier, calibrationError, logLoss, reliability } from '../model/metrics.ts';
import { mean } from '../percent.ts';
import type { RiskCase } from './training-days.ts';

export interface Score {
  brier: number;
  log_loss: number;
  calibration_error: number;
  auc: number;
}

/** Pupils whose chances lie up to `up_to` and above the bin before: `pupils` different ones over `cases` days. */
export interface Bin {
  up_to: number;
  said: number;
  came: number;
  cases: number;
  pupils: number;
}

const BINS = 10;
/** An error of this size is told nobody: "7 in 10" is as coarse. */
const SMALL_ERROR = 0.03;
/** One-sided 5% of the normal distribution. */
const CLEARLY = 1.64;

export function scoreOf(chances: readonly number[], cases: readonly RiskCase[]): Score {
  const outcomes = cases.map((row) => row.outcome);
  return {
    brier: brier(chances, outcomes),
    log_loss: logLoss(chances, outcomes),
    calibration_error: calibrationError(reliability(chances, outcomes, BINS)),
    auc: auc(chances, outcomes),
  };
}

/**
 * The rule as chances: how often those it named, and those it did not, failed or left in the cases it was given.
 * Half an outcome of either kind is added, so that nothing is said to be certain.
 */
export function ruleChances(learned: readonly RiskCase[], judged: readonly RiskCase[]): number[] {
  const rate = (flagged: boolean): number => {
    const own = learned.filter((row) => row.flagged === flagged);
    return (own.reduce((sum, row) => sum + row.outcome, 0) + 0.5) / (own.length + 1);
  };
  const [named, others] = [rate(true), rate(false)];
  return judged.map((row) => (row.flagged ? named : others));
}

/**
 * Better in both proper scores, the Brier score by more than chance explains (a paired difference, pupils as the
 * unit, since days and courses of one pupil go together), and calibrated no worse, or well enough.
 */
export function beatsRule(
  chances: readonly number[],
  rule: readonly number[],
  cases: readonly RiskCase[],
): boolean {
  const [own, rules] = [scoreOf(chances, cases), scoreOf(rule, cases)];
  if (!(own.brier < rules.brier && own.log_loss < rules.log_loss)) return false;
  if (own.calibration_error > Math.max(rules.calibration_error, SMALL_ERROR)) return false;
  const gains = new Map<string, number>();
  for (const [i, { student, outcome }] of cases.entries()) {
    const gain = ((rule[i] ?? 0) - outcome) ** 2 - ((chances[i] ?? 0) - outcome) ** 2;
    gains.set(student, (gains.get(student) ?? 0) + gain);
  }
  const all = [...gains.values()];
  const centre = mean(all);
  const variance = mean(all.map((gain) => (gain - centre) ** 2));
  return centre > CLEARLY * Math.sqrt(variance / all.length);
}

/** Ten groups of cases of equal size by their chance; equal chances are never parted. */
export function binsOf(chances: readonly number[], cases: readonly RiskCase[]): Bin[] {
  const order = cases.map((row, i) => ({ row, chance: chances[i] ?? 0 })).sort((a, b) => a.chance - b.chance);
  const groups = new Map<number, typeof order>();
  let bin = 0;
  for (const [i, one] of order.entries()) {
    const due = Math.floor((BINS * i) / order.length);
    if (due > bin && one.chance !== order[i - 1]?.chance) bin = due;
    const group = groups.get(bin);
    if (group === undefined) groups.set(bin, [one]);
    else group.push(one);
  }
  return [...groups.values()].map((group) => ({
    up_to: group.at(-1)?.chance ?? 1,
    said: mean(group.map(({ chance }) => chance)),
    came: mean(group.map(({ row }) => row.outcome)),
    cases: group.length,
    pupils: new Set(group.map(({ row }) => row.student)).size,
  }));
}
