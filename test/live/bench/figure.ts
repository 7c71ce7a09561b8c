/** A measured figure beside its bar, and the statistics it is made of. */

export interface Figure {
  name: string;
  value: string;
  /** What must hold, as stated; null where the figure is only printed. */
  bar: string | null;
  ok: boolean;
}

export function printed(name: string, value: string): Figure {
  return { name, value, bar: null, ok: true };
}

export function atMost(name: string, value: number, limit: number, unit: string): Figure {
  return { name, value: `${value.toFixed(2)} ${unit}`, bar: `≤ ${limit} ${unit}`, ok: value <= limit };
}

export function atLeast(name: string, value: number, limit: number, unit: string): Figure {
  return { name, value: `${value.toFixed(0)} ${unit}`, bar: `≥ ${limit} ${unit}`, ok: value >= limit };
}

/** The value below which the share `p` (0-1) of the samples lie, by nearest rank. */
export function quantile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
  if (value === undefined) throw new Error('no samples');
  return value;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Milliseconds that one run of `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function table(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const value = Math.max(...figures.map((figure) => figure.value.length));
  return figures
    .map((figure) => {
      const verdict = figure.bar === null ? 'printed' : `${figure.ok ? 'holds' : 'MISSED'}  ${figure.bar}`;
      return `${figure.name.padEnd(width)}  ${figure.value.padStart(value)}  ${verdict}`;
    })
    .join('\n');
}
