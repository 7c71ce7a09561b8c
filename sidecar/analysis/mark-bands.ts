/** How the marks of one test spread over the class, in bands that no single pupil can be read from. */
import type { Chart } from '../erpnext/contract.ts';

interface Band {
  from: number;
  to: number;
  count: number;
}

const BANDS: readonly Omit<Band, 'count'>[] = [
  { from: 0, to: 19 },
  { from: 20, to: 39 },
  { from: 40, to: 59 },
  { from: 60, to: 79 },
  { from: 80, to: 100 },
];

/**
 * Pupils per band of whole percent. A band with fewer than `smallest` pupils (none included) is merged with its
 * smaller neighbour, the thinnest first, until none is left. Null where one band alone remains: then there is
 * no picture, or the class is too small for one.
 */
export function markBands(marks: readonly number[], smallest: number): Band[] | null {
  const bands = BANDS.map(({ from, to }) => ({
    from,
    to,
    count: marks.filter((mark) => mark >= from && mark <= to).length,
  }));
  for (;;) {
    if (bands.length < 2) return null;
    const thinnest = bands.reduce(
      (least, band, i) => (band.count < (bands[least]?.count ?? 0) ? i : least),
      0,
    );
    if ((bands[thinnest]?.count ?? 0) >= Math.max(1, smallest)) return bands;
    const before = bands[thinnest - 1]?.count ?? Infinity;
    const after = bands[thinnest + 1]?.count ?? Infinity;
    const at = before <= after ? thinnest - 1 : thinnest;
    const [lower, upper] = bands.slice(at, at + 2);
    if (lower === undefined || upper === undefined) return null;
    bands.splice(at, 2, { from: lower.from, to: upper.to, count: lower.count + upper.count });
  }
}

export function bandChart(marks: readonly number[], smallest: number): Chart | null {
  const bands = markBands(marks, smallest);
  if (bands === null) return null;
  return {
    kind: 'bar',
    code: 'chart.bands',
    labels: bands.map((band) => `${band.from}–${band.to}%`),
    series: [{ code: 'chart.pupils', values: bands.map((band) => band.count) }],
  };
}
