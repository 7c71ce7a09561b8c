/** A model that may speak instead of the rule, and what of a pupil's record weighs most in what it says. */
import { calibrated } from './calibration.ts';
import { FEATURES } from './features.ts';
import { logitOfPooled } from './pooled.ts';
import type { PooledModel } from './pooled.ts';
import { logitOfRisk, riskOf } from './risk-model.ts';
import type { RiskModel } from './risk-model.ts';
import type { RiskCase } from './training-days.ts';

export type Forecast = { rung: 'trained'; model: RiskModel } | { rung: 'pooled'; model: PooledModel };

type Known = Pick<RiskCase, 'values' | 'termDay'>;

/** The chance that the pupil fails or leaves, 0-1. */
export function chanceOf(forecast: Forecast, known: Known): number {
  return forecast.rung === 'trained'
    ? riskOf(forecast.model, known)
    : calibrated(forecast.model.calibration, known.termDay, logitOfPooled(forecast.model, known.values));
}

function logit({ rung, model }: Forecast, values: readonly number[]): number {
  return rung === 'trained' ? logitOfRisk(model, values) : logitOfPooled(model, values);
}

/** Numbers that say one thing to a teacher. The share of the term that is over weighs for all alike and has no words. */
export const FAMILIES = {
  missed: ['missed'],
  marks: ['mark', 'position', 'earned', 'needed', 'ahead'],
  silent: ['late', 'late_newest', 'early', 'silent', 'behind'],
  absent: ['absent', 'absent_recent'],
  earlier: ['lead', 'earlier'],
} as const;
export type Family = keyof typeof FAMILIES;

const FAMILY_NAMES: readonly Family[] = ['missed', 'marks', 'silent', 'absent', 'earlier'];

/** Under this the family changes the odds by less than a fifth. */
const LEAST_WEIGHT = 0.2;

/**
 * The families that raise the pupil's log-odds, heaviest first: by how much the log-odds would fall if the family's
 * numbers were not known and the usual ones stood in. For the linear part that is the exact share.
 * Source: M. Robnik-Sikonja and I. Kononenko, IEEE Trans. Knowl. Data Eng. 20 (2008) 589-600.
 */
export function heaviest(forecast: Forecast, values: readonly number[]): Family[] {
  const whole = logit(forecast, values);
  return FAMILY_NAMES.map((family) => {
    const keys: readonly string[] = FAMILIES[family];
    const without = values.map((value, i) => (keys.includes(FEATURES[i]?.key ?? '') ? Number.NaN : value));
    return { family, weight: whole - logit(forecast, without) };
  })
    .filter(({ weight }) => weight > LEAST_WEIGHT)
    .sort((a, b) => b.weight - a.weight)
    .map(({ family }) => family);
}
