/** The chance that absences gather on some days as they do, if all days were alike. */

/**
 * One-sided Fisher exact test: P(X >= hits), where `hits` of `drawn` days are among the `marked` of `total`.
 *
 * Source: R. A. Fisher, The Design of Experiments (1935), ch. II: the lady who tells 3 of 4 cups has 17/70.
 * The upper tail of the hypergeometric distribution, each term from the one before, in counts of days.
 */
export function fisherUpperTail(hits: number, drawn: number, marked: number, total: number): number {
  const least = Math.max(0, drawn + marked - total);
  const most = Math.min(drawn, marked);
  if (hits <= least) return 1;
  // Terms relative to the first, so that no factorial is needed; divided by their sum at the end.
  let term = 1;
  let all = 0;
  let tail = 0;
  for (let k = least; k <= most; k += 1) {
    all += term;
    if (k >= hits) tail += term;
    term *= ((drawn - k) * (marked - k)) / ((k + 1) * (total - drawn - marked + k + 1));
  }
  return tail / all;
}
