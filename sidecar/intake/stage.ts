/** Stage 1 as a loop: pulls when woken, every 20 s, and again at once while more is waiting. */
import type { Metrics } from '../metrics.ts';
import type { Pairing } from '../pairing.ts';
import type { Wake } from '../wake.ts';
import type { Batch, Stage } from '../work.ts';
import { pullOnce, type PullTools } from './pull.ts';

/** Also tells the site that the sidecar is there. */
const PULL_EVERY_MS = 20_000;
/**
 * Between pulls of what may wait, a second for each event that the last one found: one absence is not held up, and
 * 300 of a class in a minute are some fifteen pulls.
 */
const SOON_MS = { each: 1_000, most: 5_000 };

interface IntakeTools extends PullTools {
  metrics: Metrics;
  pairing: Pairing;
  wake: Wake;
  /** Rung when there is something to fetch. */
  fetchWake: Wake;
  /** Rung when the settings have changed, on which everything said depends. */
  settingsWakes: readonly Wake[];
}

export function intakeStage(tools: IntakeTools): Stage & { pullNow(): void; pullSoon(): void } {
  const { pairing, clock } = tools;
  let pullAt = 0;
  let soonAt = 0;

  async function run(): Promise<void> {
    const { session } = pairing;
    if (session === null) return;
    // Before the request: a wake-up during it asks for one more pull.
    const began = clock.now();
    pullAt = began + PULL_EVERY_MS;
    const pulled = await pullOnce(tools, session).catch((thrown: unknown) => {
      pullAt = 0;
      throw thrown;
    });
    soonAt = began + Math.min(SOON_MS.most, Math.max(1, pulled.events) * SOON_MS.each);
    tools.metrics.events.inc(pulled.events);
    if (pulled.more) pullAt = 0;
    else pairing.drainedAt = began;
    if (pulled.events > 0) tools.fetchWake.ring();
    if (pulled.settingsChanged) for (const wake of tools.settingsWakes) wake.ring();
  }

  return {
    name: 'intake',
    wake: tools.wake,
    pullNow() {
      pullAt = 0;
      tools.wake.ring();
    },
    pullSoon() {
      // A clock that was set back: what is over is not waited for again.
      const isOver = soonAt - clock.now() > SOON_MS.most;
      pullAt = isOver ? 0 : Math.min(pullAt, soonAt);
      tools.wake.ring();
    },
    take: () =>
      Promise.resolve<Batch | null>(
        pairing.session === null || clock.now() < pullAt ? null : { claims: [], run },
      ),
    nextDue: () => Promise.resolve(pairing.session === null ? null : pullAt),
  };
}
