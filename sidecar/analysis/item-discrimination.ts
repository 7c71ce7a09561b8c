/** How far pupils lie apart in one part of a course, and whether the part goes with the rest. */
import { sampleCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { compare } from './order.ts';
import { MIN_DISCRIMINATION_PUPILS } from './thresholds.ts';

export interface Points {
  score: number;
  maximum: number;
}

/** Standard deviation of the pupils' shares, whole percentage points; null of fewer than two. */
export function spreadOfShares(sums: readonly Points[]): number | null {
  return sums.length < 2 ? null : Math.round(sampleStandardDeviation(sums.map(share)));
}

/**
 * Corrected item-rest correlation over pupils, in hundredths to the nearest ten: the share in the part against the
 * share in all other parts, so that the part does not go with itself (S. Henrysson, Psychometrika 28 (1963) 211-218).
 * Null under MIN_DISCRIMINATION_PUPILS pupils with both, and where either does not vary.
 */
export function discrimination(
  part: ReadonlyMap<string, Points>,
  totals: ReadonlyMap<string, Points>,
): number | null {
  const own: number[] = [];
  const rest: number[] = [];
  // In the order of the pupils: a sum of floating numbers depends on theirs.
  for (const pupil of [...part.keys()].sort(compare)) {
    const [sum, total] = [part.get(pupil), totals.get(pupil)];
    if (sum === undefined || total === undefined || total.maximum <= sum.maximum) continue;
    own.push(share(sum));
    rest.push(share({ score: total.score - sum.score, maximum: total.maximum - sum.maximum }));
  }
  if (own.length < MIN_DISCRIMINATION_PUPILS || isFlat(own) || isFlat(rest)) return null;
  // Not minus zero, which is written as 0 and would be another number after a restart.
  return Math.round(sampleCorrelation(own, rest) * 10) * 10 || 0;
}

function share({ score, maximum }: Points): number {
  return (100 * score) / maximum;
}

function isFlat(values: readonly number[]): boolean {
  return Math.max(...values) - Math.min(...values) < 1e-9;
}
