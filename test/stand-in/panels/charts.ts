/** Turns an insight's chart into what a panel draws: named series, readable labels, no bar about single pupils. */
import type { Insight } from './composition.ts';
import { shownDate, type Speaker } from './sentences.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const BAND = /^(\d+)\D+(\d+)(\D*)$/;
/** A line over fewer points suggests a direction that is not there. */
const LINE_POINTS = 3;

export interface Drawn {
  title: string;
  kind: 'line' | 'bar';
  labels: string[];
  series: { name: string; values: (number | null)[] }[];
  columns: string[];
}

export function drawn(insight: Insight, speaker: Speaker, minimumGroup: number): Drawn | null {
  const { chart } = insight;
  const firstLabel = chart?.labels[0];
  if (chart === null || firstLabel === undefined) return null;
  const title = speaker.label(chart.code);
  const series = chart.series.map(({ code, values }) => ({ name: speaker.label(code) ?? '', values }));
  if (title === null || series.some(({ name }) => name === '')) return null;
  const points = Math.max(0, ...series.map(({ values }) => values.filter((value) => value !== null).length));
  if (chart.kind === 'line' && points < LINE_POINTS) return null;
  const bands =
    chart.kind === 'bar' && insight.kind === 'class' && series.length === 1
      ? merged(chart.labels, series[0]?.values ?? [], minimumGroup)
      : null;
  const labels = (bands?.labels ?? chart.labels).map((label) =>
    DATE.test(label) ? shownDate(label) : label,
  );
  const shown = bands === null ? series : series.map(({ name }) => ({ name, values: bands.counts }));
  return {
    title: insight.course === '' ? title : `${insight.course} · ${title}`,
    kind: chart.kind,
    labels,
    series: shown,
    columns: [DATE.test(firstLabel) ? 'Date' : 'Marks', ...shown.map(({ name }) => name)],
  };
}

/** Joins neighbouring bands until each holds nobody or at least `minimum` pupils, the smallest first. */
function merged(
  labels: string[],
  counts: (number | null)[],
  minimum: number,
): { labels: string[]; counts: number[] } {
  const bands = labels.map((label, at) => ({ labels: [label], count: counts[at] ?? 0 }));
  while (bands.length > 1) {
    const small = bands.filter(({ count }) => count > 0 && count < minimum);
    const least = small.sort((a, b) => a.count - b.count)[0];
    if (least === undefined) break;
    const at = bands.indexOf(least);
    const beside = [at - 1, at + 1].filter((near) => bands[near] !== undefined);
    beside.sort((a, b) => weight(bands[a]?.count ?? 0) - weight(bands[b]?.count ?? 0));
    const [first = at, last = at] = [at, beside[0] ?? at].sort((a, b) => a - b);
    const pair = bands.slice(first, last + 1);
    bands.splice(first, pair.length, {
      labels: pair.flatMap((band) => band.labels),
      count: pair.reduce((sum, band) => sum + band.count, 0),
    });
  }
  return { labels: bands.map((band) => joined(band.labels)), counts: bands.map((band) => band.count) };
}

/** An empty neighbour is joined last: it would only widen the band. */
function weight(count: number): number {
  return count === 0 ? Number.MAX_SAFE_INTEGER : count;
}

function joined(labels: string[]): string {
  const [first = '', last = first] = [labels[0], labels.at(-1)];
  if (labels.length < 2) return first;
  const [from, to] = [BAND.exec(first), BAND.exec(last)];
  return from && to ? `${from[1]}–${to[2]}${to[3]}` : `${first} – ${last}`;
}
