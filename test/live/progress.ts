/** One line that says how far a load is and how long it will still take; line by line where nobody watches. */
import type { WriteStream } from 'node:tty';
import type { Progress } from './school-loader.ts';

export function progressLine(out: WriteStream): Progress {
  let current = '';
  let began = 0;
  let first = 0;
  let told = -1;
  return (doctype, done, total) => {
    if (doctype !== current) {
      [current, began, first, told] = [doctype, performance.now(), done, -1];
    }
    const tenth = total === 0 ? 10 : Math.floor((10 * done) / total);
    const finished = done >= total;
    if (!out.isTTY && tenth === told) return;
    told = tenth;
    const perRecord = done > first ? (performance.now() - began) / (done - first) : 0;
    const left =
      finished || perRecord === 0 ? '' : `, ${Math.ceil((perRecord * (total - done)) / 1000)} s left`;
    const line = `${doctype}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}${left}`;
    out.write(out.isTTY ? `\r\u001b[K${line}${finished ? '\n' : ''}` : `${line}\n`);
  };
}
