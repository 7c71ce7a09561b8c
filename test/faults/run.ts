/** `npm run test:faults -- [--runs N] [--seed N]`: that many histories, each from its own seed, until one is broken. */
import { parseArgs } from 'node:util';
import { createPglite } from '../sidecar/databases.ts';
import { prepareGround, runHistory } from './history.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
});
const [runs, first] = [Number(values.runs), Number(values.seed)];
const ground = await prepareGround(await createPglite());
const began = performance.now();
const total = { deaths: 0, written: 0 };

for (let seed = first; seed < first + runs; seed += 1) {
  const { broken, lines, deaths, written } = await runHistory(seed, ground);
  total.deaths += deaths;
  total.written += written;
  if (broken.length > 0) {
    console.log([`seed ${seed} is broken:`, ...lines, '', ...broken].join('\n'));
    process.exit(1);
  }
  if ((seed - first + 1) % 50 === 0) console.log(`${seed - first + 1} histories hold`);
}
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `${runs} histories from seed ${first} hold in ${seconds} s: ${total.deaths} deaths, ${total.written} items written back,` +
    ' 0 lost, no revision fell, mirror and insights equal those of a clean first load',
);
process.exit(0);
