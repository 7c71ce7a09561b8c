/** The report of an evaluation: protocol, figures and reliability plots in one HTML file without any script. */
import type { ReliabilityBin } from '../analysis/model/metrics.ts';
import { wordOf, type Line } from './bars.ts';
import type { OuladFigures } from './oulad.ts';

const SIDE = 200;

export interface Evaluation {
  protocol: string[];
  lines: Line[];
  oulad: OuladFigures | null;
}

export function reportPage({ protocol, lines, oulad }: Evaluation): string {
  const rows = lines.map((line) => {
    return `<tr><td>${line.figure}<td>${line.value.toFixed(4)}<td>${line.bar?.toFixed(3) ?? ''}<td>${wordOf(line)}`;
  });
  const plots = (oulad?.plots ?? []).map(
    ({ title, bins }) => `<figure><figcaption>${title}</figcaption>${plot(bins)}</figure>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Education AI: evaluation</title>
<style>body{font:15px system-ui;margin:2em;max-width:70em}td,th{padding:2px 12px 2px 0;text-align:left}
section{display:flex;flex-wrap:wrap}figure{margin:8px}svg{background:#f6f6f6}</style>
<h1>Evaluation</h1>
${protocol.map((line) => `<p>${line}</p>`).join('\n')}
<table><tr><th>figure<th>value<th>bar<th>
${rows.join('\n')}
</table>
<h2>Said (across) and came (up), ten groups of equal size</h2>
<section>${plots.join('\n')}</section>
</html>
`;
}

function plot(bins: readonly ReliabilityBin[]): string {
  const dots = bins.map(
    ({ said, came }) =>
      `<circle cx="${(said * SIDE).toFixed(1)}" cy="${((1 - came) * SIDE).toFixed(1)}" r="4" fill="#2a5bd7"/>`,
  );
  return `<svg viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}" role="img"><line x1="0" y1="${SIDE}" x2="${SIDE}" y2="0" stroke="#999"/>${dots.join('')}</svg>`;
}
