/**
 * `npm run demo`: the stand-in with a school of 300 pupils, and a real sidecar beside it. Prints one address.
 *
 * `--students N` (300), `--port N` (8700). The sidecar's database lives in a temporary folder, so that every
 * demo begins with a first load.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { generateSchool } from './school/generate.ts';
import { freePort, startSidecar } from './sidecar-process.ts';
import { startStandIn } from './stand-in.ts';

const SEED = 7;
const POLL_MS = 250;
const BAR = 30;

const { values: options } = parseArgs({
  options: { students: { type: 'string', default: '300' }, port: { type: 'string', default: '8700' } },
});

const standIn = await startStandIn({
  school: generateSchool({
    students: z.coerce.number().int().min(10).parse(options.students),
    seed: SEED,
    today: new Intl.DateTimeFormat('sv-SE').format(new Date()),
  }),
  page: true,
  port: await freePort(z.coerce.number().int().parse(options.port)),
});
const folder = await mkdtemp(join(tmpdir(), 'education-ai-demo-'));
const sidecar = await startSidecar(standIn.environment, folder);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
// a sidecar that ends by itself has said why
void sidecar.ended.then(stop);
let stopping: Promise<void> | null = null;
let said = '';

const began = performance.now();
await firstLoad();
console.log(`First load and analysis: ${Math.round((performance.now() - began) / 1000)} s\n`);
console.log(`Open ${standIn.url}   (Ctrl-C ends the demo)`);

/** Until every record is mirrored, every insight worked out and written back. */
async function firstLoad(): Promise<void> {
  // work passes from stage to stage, so that one quiet look could fall between two of them
  let quiet = 0;
  // oxlint-disable-next-line no-unmodified-loop-condition -- a signal sets it
  while (stopping === null && quiet < 3) {
    const health = await sidecar.health();
    const insights = standIn.site.heads.size;
    quiet = health?.ready === true && insights > 0 && (await sidecar.isIdle()) ? quiet + 1 : 0;
    if (health?.ready === true) say(`working out insights, ${insights} so far`);
    else if (health?.load) say(`reading records ${bar(health.load.rows, health.load.total)}`);
    else if (said === '') say('starting the sidecar');
    await setTimeout(POLL_MS);
  }
  say('');
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.round((BAR * done) / total);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}

/** One line that is written over; where nobody watches, a line only when its words change. */
function say(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
  else if (line.replaceAll(/[\d#.,[\]]/g, '') !== said) console.log(line);
  said = line.replaceAll(/[\d#.,[\]]/g, '');
}

/** Ends the sidecar first, so that it closes its database; then the site and the folder. */
async function stop(): Promise<void> {
  stopping ??= (async () => {
    await sidecar.stop();
    await standIn.close();
    await rm(folder, { recursive: true, force: true });
    console.log('\nThe demo has ended.');
  })();
  await stopping;
}
