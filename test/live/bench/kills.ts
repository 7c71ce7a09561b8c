/**
 * Forty kills without warning under a stream of 500 changes: 20 at random moments, five on entering each stage.
 * Afterwards the mirror and the insights must equal those of a clean first load, and no revision on the site may
 * ever have fallen within an epoch.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../../sidecar/config.ts';
import { Sidecar, type SidecarOptions } from '../sidecar.ts';
import type { LiveSite } from '../site.ts';
import { changes, type Change } from '../changes.ts';
import { atMost, printed, type Figure } from './figure.ts';
import { difference, holding, type Holding } from '../holding.ts';
import { RevisionWatch } from '../revisions.ts';

const CHANGES = 500;
const RANDOM_KILLS = 20;
const STAGES = ['intake', 'sync', 'analysis', 'write-back'];
const KILLS_PER_STAGE = 5;
const LIMIT_MS = 300_000;
/** Slow enough that a turn's changes meet the sidecar starting, working and dying. */
const PACE_MS = 250;

type Options = Omit<SidecarOptions, 'killAt'>;

export async function kills(site: LiveSite, options: Options, cleanDir: string): Promise<Figure[]> {
  const plan = killPlan();
  const stream = new Stream(site, await changes(site, CHANGES), plan.length);
  const watch = new RevisionWatch(site);
  let killed = 0;
  for (const [turn, killAt] of plan.entries()) {
    const sidecar = Sidecar.start({ ...options, ...(killAt === null ? {} : { killAt }) });
    stream.upTo(turn + 1);
    if (killAt === null) {
      await pause(500 + Math.random() * 4_000);
      await sidecar.kill();
    }
    await ended(sidecar, killAt ?? 'a random moment');
    killed += 1;
    await watch.look();
  }
  await stream.done();
  const survivor = await settle(options, watch);
  const clean = await settle({ ...options, dataDir: cleanDir }, watch);
  const lost = difference(survivor, clean);
  return [
    printed('changes sent, kills with -9', `${stream.sent}, ${killed}`),
    printed('rows and insights compared with a clean first load', String(clean.size)),
    atMost('rows and insights that differ', lost.length, 0, lost.slice(0, 3).join(' | ')),
    atMost('revisions that fell within an epoch', watch.fallen, 0, `of ${watch.looks} looks`),
  ];
}

/** Which kill comes when, shuffled so that the stages take turns; null is a random moment. */
function killPlan(): (string | null)[] {
  const onEntering = STAGES.flatMap((stage) =>
    // The first entry meets what waited while the sidecar was dead, the second what came since.
    Array.from({ length: KILLS_PER_STAGE }, (_, n) => `${stage}:${1 + (n % 2)}`),
  );
  const random = Array.from({ length: RANDOM_KILLS }, () => null);
  return [...onEntering, ...random]
    .map((kill, place) => ({ kill, order: (place * 17) % 41 }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ kill }) => kill);
}

async function ended(sidecar: Sidecar, when: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (sidecar.running) {
    if (Date.now() > end)
      throw new Error(`the sidecar was to die at ${when} and did not:\n${sidecar.output}`);
    await pause(20);
  }
  if (sidecar.process.signalCode !== 'SIGKILL')
    throw new Error(`the sidecar ended by itself with ${sidecar.process.exitCode}:\n${sidecar.output}`);
}

/** Lets a sidecar finish everything, stops it, and says what its database holds. */
async function settle(options: Options, watch: RevisionWatch): Promise<Holding> {
  const sidecar = Sidecar.start(options);
  await sidecar.ready(LIMIT_MS);
  await sidecar.idle(LIMIT_MS);
  await watch.look();
  await sidecar.stop();
  const { sealingKey } = readConfig(options.envFile, {});
  return holding({ databaseUrl: null, dataDir: options.dataDir, sealingKey });
}

/** Sends the changes at an even pace over the kills, so that each falls into a running stream. */
class Stream {
  readonly #site: LiveSite;
  readonly #pending: Change[];
  readonly #perTurn: number;
  #running: Promise<void> = Promise.resolve();
  sent = 0;

  constructor(site: LiveSite, all: Change[], turns: number) {
    this.#site = site;
    this.#pending = all;
    this.#perTurn = Math.ceil(all.length / turns);
  }

  /** Sends the share of `turn` turns, one after the other, while the caller goes on. */
  upTo(turn: number): void {
    this.#running = this.#running.then(() => this.#send(turn * this.#perTurn));
  }

  async done(): Promise<void> {
    this.upTo(Number.POSITIVE_INFINITY);
    await this.#running;
  }

  async #send(count: number): Promise<void> {
    while (this.sent < count) {
      const change = this.#pending[this.sent];
      if (change === undefined) return;
      await change(this.#site);
      this.sent += 1;
      await pause(PACE_MS);
    }
  }
}
