/** One line on a terminal that says how far something is, how fast and how long still; a line a tenth elsewhere. */
import type { WriteStream } from 'node:tty';

const WIDTH = 24;
/** The rate is that of the last seconds, not of a slow beginning. */
const WINDOW_MS = 10_000;

export type ProgressBar = (done: number, total: number, unit: string) => void;

export function progressBar(out: WriteStream, now: () => number): ProgressBar {
  let seen: { at: number; done: number }[] = [];
  let told = -1;
  return (done, total, unit) => {
    if (total === 0) return;
    const at = now();
    seen = [...seen.filter((each) => each.at > at - WINDOW_MS && each.done <= done), { at, done }];
    const share = total === 0 ? 0 : Math.min(done / total, 1);
    const tenth = Math.floor(share * 10);
    if (!out.isTTY && tenth === told) return;
    told = tenth;
    const first = seen[0] ?? { at, done };
    const perSecond = at > first.at ? ((done - first.done) * 1000) / (at - first.at) : 0;
    const left = perSecond > 0 && done < total ? `, ${Math.ceil((total - done) / perSecond)} s left` : '';
    const filled = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}`;
    const line = `${bar} ${figure(done)} of ${figure(total)} ${unit}, ${figure(Math.round(perSecond))}/s${left}`;
    out.write(out.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

const figure = (value: number) => value.toLocaleString('en');
