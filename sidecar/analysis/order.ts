/** The one order everything is sorted by, so that the same records give the same bytes on every machine. */

/** Order of code units, unlike a locale's. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function byDate(a: { date: string; name: string }, b: { date: string; name: string }): number {
  return compare(a.date, b.date) || compare(a.name, b.name);
}
