/**
 * 95% intervals of a share, of an area under the ROC curve, and of the difference of two of a kind. Made from the
 * spread at each value that might be true, not at the one that was seen: none in twenty is not certain either.
 */

export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** Two-sided 5% of the normal distribution. */
const Z = 1.96;
/** Halvings of the way from 0 to 1: to the last bit that matters. */
const STEPS = 50;

/** Source: E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209-212. `count`: independent cases, 1 or more. */
export function shareEstimate(share: number, count: number): Estimate {
  return scoreInterval(share, (at) => (at * (1 - at)) / count);
}

/**
 * `ones` and `zeros`: independent cases of either outcome, 1 or more.
 * Source: R. G. Newcombe, Statist. Med. 25 (2006) 559-573, method 5, from the variance of J. A. Hanley and
 * B. J. McNeil, Radiology 143 (1982) 29-36.
 */
export function areaEstimate(area: number, ones: number, zeros: number): Estimate {
  const others = (ones + zeros) / 2 - 1;
  return scoreInterval(
    area,
    (at) => (at * (1 - at) * (1 + others * ((1 - at) / (2 - at) + at / (1 + at)))) / (ones * zeros),
  );
}

/**
 * How far the higher lies above the lower, 0 at the least.
 * Source: R. G. Newcombe, Statist. Med. 17 (1998) 873-890, method 10: distances to the own ends, squared and added.
 */
export function differenceEstimate(higher: Estimate, lower: Estimate): Estimate {
  const value = higher.value - lower.value;
  const below = Math.hypot(higher.value - higher.low, lower.high - lower.value);
  const above = Math.hypot(higher.high - higher.value, lower.value - lower.low);
  return { value, low: Math.max(0, value - below), high: Math.min(1, value + above) };
}

/** The values from which what was seen lies no further than Z times the spread there. */
function scoreInterval(value: number, varianceAt: (at: number) => number): Estimate {
  const isNear = (at: number): boolean => (value - at) ** 2 <= Z ** 2 * varianceAt(at);
  return { value, low: endOf(isNear, value, 0), high: endOf(isNear, value, 1) };
}

/** Between `value`, which is near, and `end`: the furthest that still is. At 0 and 1 nothing spreads: these are their own end. */
function endOf(isNear: (at: number) => boolean, value: number, end: 0 | 1): number {
  if (value === end) return end;
  let [near, far]: [number, number] = [value, end];
  for (let i = 0; i < STEPS; i += 1) {
    const middle = (near + far) / 2;
    if (isNear(middle)) near = middle;
    else far = middle;
  }
  return near;
}
