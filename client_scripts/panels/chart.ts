/**
 * One small chart with its table. Pure markup: frappe.Chart cannot be used, since it draws a missing value as
 * a zero (a test a pupil did not sit would look failed) and measures its width, which is nought in a tab that
 * is not open. The table is what a screen reader gets, always; the drawing is hidden from it.
 */
import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { ChartData } from './answers.ts';
import type { Actions, Piece, Ui } from './sections.ts';

/** A line over fewer points than this would claim a course of things that nobody saw. */
const MIN_POINTS = 3;
/** More labels than this run into each other on a phone. */
const MAX_LABELS = 5;
/** More figures than this run into the line. */
const MAX_FIGURES = 12;

type Values = (number | null)[];

export function chart(data: ChartData | null, ui: Ui, actions: Actions): Piece {
  if (!data || data.labels.length === 0 || data.series.length === 0) return nothing;
  const drawn = isDrawable(data);
  return html`<figure class="edai-chart">
    <div class="edai-bar">
      <figcaption dir="auto">${data.title}</figcaption>
      ${drawn ? tableToggle(ui, actions) : nothing}
    </div>
    ${drawn && !ui.chartAsTable ? html`<div aria-hidden="true">${drawing(data)}</div>` : nothing}
    ${table(data, drawn && !ui.chartAsTable)}
  </figure>`;
}

export function isDrawable(data: ChartData): boolean {
  const points = (data.series[0]?.values ?? []).filter((value) => value !== null).length;
  return data.kind === 'bar' ? points > 0 : points >= MIN_POINTS;
}

/** Runs of neighbouring values as positions in percent; a missing value ends a run, it is never bridged. */
export function runs(values: Values, count: number, top: number): { x: number; y: number }[][] {
  const found: { x: number; y: number }[][] = [];
  let open: { x: number; y: number }[] = [];
  values.slice(0, count).forEach((value, i) => {
    if (value === null) {
      open = [];
      return;
    }
    if (open.length === 0) found.push(open);
    open.push({ x: across(i, count), y: 100 - (100 * value) / top });
  });
  return found;
}

function across(i: number, count: number): number {
  return (100 * (i + 0.5)) / count;
}

function tableToggle(ui: Ui, actions: Actions): TemplateResult {
  return html`<button
    type="button"
    class="btn btn-xs btn-default"
    aria-pressed=${ui.chartAsTable ? 'true' : 'false'}
    @click=${actions.toggleChart}
  >
    ${__('Show as table')}
  </button>`;
}

function drawing(data: ChartData): TemplateResult {
  return data.kind === 'bar' ? bars(data) : lines(data);
}

function bars(data: ChartData): TemplateResult {
  const values = data.series[0]?.values ?? [];
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  return html`<div class="edai-bands edai-gap">
    ${data.labels.map((label, i) => {
      const value = values[i] ?? 0;
      return html`<span class="edai-small" dir="auto">${label}</span>
        <div class="edai-small"><i style=${`width: ${Math.round((85 * value) / top)}%`}></i>${value}</div>`;
    })}
  </div>`;
}

function lines(data: ChartData): TemplateResult {
  const count = data.labels.length;
  const top = scaleTop(data);
  const main = data.series[0]?.values ?? [];
  const figures = main.filter((value) => value !== null).length <= MAX_FIGURES;
  return html`${key(data)}
    <div class="edai-plot" dir="ltr">
      ${[0, 50, 100].map((at) => scaleMark(at, top))}
      <div class="edai-area">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          ${[0, 50, 100].map((y) => svg`<path class="edai-grid" d=${`M0 ${y}H100`} />`)}
          ${data.series.slice(1).map((series) => path(runs(series.values, count, top), 'edai-other'))}
          ${path(runs(main, count, top), 'edai-main')}
        </svg>
        ${main.slice(0, count).map((value, i) => dot(value, across(i, count), top, figures))}
      </div>
    </div>
    <div class="edai-days" dir="ltr">${data.labels.map((label, i) => dayLabel(label, i, count))}</div>`;
}

function scaleMark(at: number, top: number): TemplateResult {
  return html`<span class="edai-scale" style=${`top: ${at}%`}>${Math.round(top - (top * at) / 100)}</span>`;
}

function path(found: { x: number; y: number }[][], style: string): TemplateResult {
  const d = found.map((run) => run.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')).join('');
  return svg`<path class=${style} d=${d} />`;
}

function dot(value: number | null, x: number, top: number, figure: boolean): Piece {
  if (value === null) return nothing;
  return html`<span class="edai-dot" style=${`left: ${x}%; top: ${100 - (100 * value) / top}%`}
    >${figure ? html`<span>${value}</span>` : nothing}</span
  >`;
}

function dayLabel(label: string, i: number, count: number): Piece {
  const every = Math.ceil(count / MAX_LABELS);
  return i % every === 0 ? html`<span style=${`left: ${across(i, count)}%`}>${label}</span>` : nothing;
}

function key(data: ChartData): Piece {
  if (data.series.length < 2) return nothing;
  return html`<div class="edai-key">
    ${data.series.map(
      (series, i) => html`<span class=${i === 0 ? '' : 'edai-other'}><i></i><bdi>${series.name}</bdi></span>`,
    )}
  </div>`;
}

/** Marks in percent get the whole scale, so that a small change does not look like a fall. */
function scaleTop(data: ChartData): number {
  const highest = Math.max(1, ...data.series.flatMap((series) => series.values.map((value) => value ?? 0)));
  return highest <= 100 ? 100 : highest;
}

function table(data: ChartData, onlyHeard: boolean): TemplateResult {
  return html`<div class=${onlyHeard ? 'edai-hear' : 'edai-scroll edai-gap'}>
    <table class="edai-table">
      <caption class="edai-hear">
        ${data.title}
      </caption>
      <thead>
        <tr>
          ${data.columns.map((column) => html`<th scope="col" dir="auto">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${data.labels.map(
          (label, i) =>
            html`<tr>
              <th scope="row" dir="auto">${label}</th>
              ${data.series.map((series) => html`<td>${series.values[i] ?? '–'}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
