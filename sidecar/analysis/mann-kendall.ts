/** Whether a short series has a direction, and how large the change is: Mann-Kendall and Theil-Sen. */
import { median } from 'simple-statistics';

/**
 * Mann-Kendall S: pairs that rise minus pairs that fall; ties count 0.
 * Source: H. B. Mann, Econometrica 13 (1945) 245-259; M. G. Kendall, Rank Correlation Methods (1955).
 */
export function mannKendall(values: readonly number[]): number {
  let s = 0;
  for (const [i, earlier] of values.entries()) {
    for (const later of values.slice(i + 1)) s += Math.sign(later - earlier);
  }
  return s;
}

/**
 * Exact one-sided P(S >= s) for n values in random order, without ties (with ties it errs to caution).
 * S = n(n-1)/2 - 2 * inversions, so the tail counts permutations by their inversions. Agrees with Hollander
 * and Wolfe, Nonparametric Statistical Methods (1999), table A.30.
 */
export function mannKendallTail(s: number, n: number): number {
  const pairs = (n * (n - 1)) / 2;
  let counts = [1];
  for (let size = 2; size <= n; size += 1) {
    const next = Array.from({ length: counts.length + size - 1 }, () => 0);
    for (const [inversions, count] of counts.entries()) {
      for (let added = 0; added < size; added += 1)
        next[inversions + added] = (next[inversions + added] ?? 0) + count;
    }
    counts = next;
  }
  let tail = 0;
  let all = 0;
  for (const [inversions, count] of counts.entries()) {
    all += count;
    if (pairs - 2 * inversions >= s) tail += count;
  }
  return tail / all;
}

/**
 * Change from the first to the last value along the Theil-Sen line: the median of the slopes of all pairs,
 * times the steps between. One outlier does not move it. Source: P. K. Sen, JASA 63 (1968) 1379-1389.
 */
export function senChange(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const slopes: number[] = [];
  for (const [i, earlier] of values.entries()) {
    for (const [j, later] of values.entries()) if (j > i) slopes.push((later - earlier) / (j - i));
  }
  return median(slopes) * (values.length - 1);
}
