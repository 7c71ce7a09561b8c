/** Whole percent, as every sentence and every rule uses it: what is decided on is what is shown. */

export function percent(part: number, whole: number): number {
  return Math.round((100 * part) / whole);
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

export function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
