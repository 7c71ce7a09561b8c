/**
 * `npm run bench -- NAME…`: figures that need nothing but this machine, each beside its bar; without a name, all.
 * What a real site shows is `npm run bench:live`.
 */
import { table, type Figure } from '../live/bench/figure.ts';
import { analysis } from './analysis.ts';
import { backfill } from './backfill.ts';
import { burst } from './burst.ts';
import { drain } from './drain.ts';
import { learning } from './learning.ts';
import { webhook } from './webhook.ts';

const BENCHES = new Map<string, () => Promise<Figure[]>>([
  ['analysis', analysis],
  ['backfill', backfill],
  ['burst', burst],
  ['drain', drain],
  ['learning', learning],
  ['webhook', webhook],
]);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHES.has(name));
if (unknown.length > 0)
  throw new Error(`no bench ${unknown.join(', ')}; there are ${[...BENCHES.keys()].join(', ')}`);

let held = true;
for (const [name, measure] of BENCHES) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const figures = await measure();
  console.log(`${name}\n${table(figures)}\n`);
  held &&= figures.every(({ ok }) => ok);
}
process.exitCode = held ? 0 : 1;
