/** How good probabilities are: order, sharpness and calibration. `chances` 0-1, `outcomes` 0 or 1, same order. */

/**
 * Area under the ROC curve: the chance that of two pupils, one of each outcome, the one with outcome 1 has the
 * higher value; ties count half. 0.5 where one outcome is missing.
 * Source: J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29-36, by the rank sum of Mann and Whitney.
 */
export function auc(chances: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  const order = ascending(chances);
  let ranks = 0;
  let ones = 0;
  for (let i = 0; i < order.length;) {
    let j = i;
    let tied = 0;
    while (j < order.length && chances[order[j] ?? 0] === chances[order[i] ?? 0]) {
      tied += outcomes[order[j] ?? 0] ?? 0;
      j += 1;
    }
    ranks += (tied * (i + 1 + j)) / 2;
    ones += tied;
    i = j;
  }
  const zeros = order.length - ones;
  return ones === 0 || zeros === 0 ? 0.5 : (ranks - (ones * (ones + 1)) / 2) / (ones * zeros);
}

/** Indices from the lowest value to the highest; equal ones keep their order. */
function ascending(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
  );
}

/** Mean of -log(chance of what came). Source: I. J. Good, J. Roy. Statist. Soc. B 14 (1952) 107-114. */
export function logLoss(chances: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  return meanOf(chances, outcomes, (chance, outcome) => -Math.log(outcome === 1 ? chance : 1 - chance));
}

/** Mean of (chance - outcome)^2. Source: G. W. Brier, Monthly Weather Review 78 (1950) 1-3. */
export function brier(chances: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  return meanOf(chances, outcomes, (chance, outcome) => (chance - outcome) ** 2);
}

function meanOf(
  chances: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  loss: (chance: number, outcome: number) => number,
): number {
  let sum = 0;
  for (let i = 0; i < chances.length; i += 1) sum += loss(chances[i] ?? 0, outcomes[i] ?? 0);
  return sum / chances.length;
}

export interface ReliabilityBin {
  count: number;
  /** Mean chance, and the share that came. */
  said: number;
  came: number;
}

/** Pupils in order of their chance, in `bins` groups of equal size (the first ones larger by one where needed). */
export function reliability(
  chances: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins: number,
): ReliabilityBin[] {
  const order = ascending(chances);
  return Array.from({ length: bins }, (_, bin) => {
    const members = order.slice(
      Math.round((bin * order.length) / bins),
      Math.round(((bin + 1) * order.length) / bins),
    );
    const sum = (values: ArrayLike<number>): number =>
      members.reduce((total, i) => total + (values[i] ?? 0), 0);
    return {
      count: members.length,
      said: sum(chances) / members.length,
      came: sum(outcomes) / members.length,
    };
  }).filter((bin) => bin.count > 0);
}

/**
 * Expected calibration error: the distance between said and came, averaged over the groups.
 * Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015, with groups of equal size.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const pupils = bins.reduce((sum, bin) => sum + bin.count, 0);
  return bins.reduce((sum, bin) => sum + (bin.count / pupils) * Math.abs(bin.said - bin.came), 0);
}

/** Of the `flagged` pupils with the highest chances: the share that came, and the share of all that came. */
export function atTop(
  chances: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  flagged: number,
): { precision: number; recall: number } {
  const order = ascending(chances).toReversed();
  let hits = 0;
  for (const i of order.slice(0, flagged)) hits += outcomes[i] ?? 0;
  let all = 0;
  for (let i = 0; i < outcomes.length; i += 1) all += outcomes[i] ?? 0;
  return { precision: hits / flagged, recall: hits / all };
}
