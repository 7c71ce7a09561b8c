/** `evaluate`: runs the product's own features and models on public data and prints each figure beside its bar. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALARM_PROTOCOL, alarmLines } from './alarm.ts';
import { meets, wordOf } from './bars.ts';
import { evaluateOulad } from './oulad.ts';
import { readOulad } from './oulad-rows.ts';
import { reportPage, type Evaluation } from './report.ts';
import { evaluateUci, UCI_PROTOCOL } from './uci.ts';

export interface EvaluateOptions {
  /** The folder of a data set, or one that holds `oulad-2013` and `uci-student-performance`. */
  data: string;
  dataset?: 'oulad' | 'uci';
  /** Presentations, comma-separated. */
  train: string;
  test: string;
  report?: string;
}

export function evaluate(options: EvaluateOptions): Evaluation {
  const folder = (name: string): string => {
    const inside = join(options.data, name);
    return existsSync(inside) ? inside : options.data;
  };
  const oulad =
    options.dataset === 'uci'
      ? null
      : evaluateOulad(readOulad(folder('oulad-2013')), options.train.split(','), options.test.split(','));
  const uci = options.dataset === 'oulad' ? [] : evaluateUci(folder('uci-student-performance'));
  const evaluation = {
    protocol: [...(oulad?.protocol ?? []), ...(uci.length === 0 ? [] : UCI_PROTOCOL), ...ALARM_PROTOCOL],
    lines: [...(oulad?.lines ?? []), ...uci, ...alarmLines()],
    oulad,
  };
  if (options.report !== undefined) writeFileSync(options.report, reportPage(evaluation));
  return evaluation;
}

/** Protocol first, then one figure a line with its bar. */
export function tableOf({ protocol, lines }: Evaluation): string[] {
  const width = Math.max(...lines.map((line) => line.figure.length));
  return [
    ...protocol,
    '',
    ...lines.map((line) => {
      const bar =
        line.bar === undefined ? '-' : `${line.better === 'higher' ? '≥' : '≤'} ${line.bar.toFixed(3)}`;
      return `${line.figure.padEnd(width)}  ${line.value.toFixed(4)}  ${bar.padEnd(8)} ${wordOf(line)}`.trimEnd();
    }),
  ];
}

/** What `--json` prints. */
export function jsonOf({ protocol, lines, oulad }: Evaluation): object {
  return {
    protocol,
    figures: lines.map((line) => ({ ...line, met: meets(line) })),
    ...(oulad === null ? {} : { oulad: { auc: oulad.auc } }),
  };
}
