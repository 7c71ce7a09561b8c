/** How far marks spread between pupils and within one pupil: one-way random effects by analysis of variance. */
import { mean } from './percent.ts';

export interface Spread {
  between: number;
  within: number;
}

/**
 * Standard deviations between and within groups, in the unit of the values; null with fewer than two groups or
 * under `leastFreedom` residual degrees of freedom. `lost` degrees are those already spent on the values (here:
 * one per class mean taken off, less one).
 *
 *   within^2  = SSW / (N - k - lost)
 *   between^2 = max(0, (MSB - within^2) / n0),  n0 = (N - sum(n_i^2) / N) / (k - 1)
 *
 * Source: S. R. Searle, G. Casella, C. E. McCulloch, Variance Components (1992), 3.6, unbalanced one-way layout.
 */
export function spreadOf(
  groups: readonly (readonly number[])[],
  lost: number,
  leastFreedom: number,
): Spread | null {
  const filled = groups.filter((group) => group.length > 0);
  const total = filled.reduce((sum, group) => sum + group.length, 0);
  const freedom = total - filled.length - lost;
  if (filled.length < 2 || freedom < leastFreedom) return null;

  const grand = mean(filled.flat());
  let ssw = 0;
  let ssb = 0;
  let squares = 0;
  for (const group of filled) {
    const centre = mean(group);
    for (const value of group) ssw += (value - centre) ** 2;
    ssb += group.length * (centre - grand) ** 2;
    squares += group.length ** 2;
  }
  const within = ssw / freedom;
  const perGroup = (total - squares / total) / (filled.length - 1);
  const between = Math.max(0, (ssb / (filled.length - 1) - within) / perGroup);
  return { between: Math.sqrt(between), within: Math.sqrt(within) };
}
