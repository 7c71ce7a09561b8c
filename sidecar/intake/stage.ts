/** Stage 1 as a loop: pulls when woken, every 20 s, and again at once while more is waiting. */
import type { Metrics } from '../metrics.ts';
import type { Pairing } from '../pairing.ts';
import type { Wake } from '../wake.ts';
import type { Batch, Stage } from '../work.ts';
import { pullOnce, type PullTools } from './pull.ts';

/** Also tells the site that the sidecar is there. */
const PULL_EVERY_MS = 20_000;

interface IntakeTools extends PullTools {
  metrics: Metrics;
  pairing: Pairing;
  wake: Wake;
  /** Rung when there is something to fetch. */
  fetchWake: Wake;
}

export function intakeStage(tools: IntakeTools): Stage & { pullSoon(): void } {
  const { pairing, clock } = tools;
  let pullAt = 0;

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
    tools.metrics.events.inc(pulled.events);
    if (pulled.more) pullAt = 0;
    else pairing.drainedAt = began;
    if (pulled.events > 0) tools.fetchWake.ring();
  }

  return {
    name: 'intake',
    wake: tools.wake,
    pullSoon() {
      pullAt = 0;
      tools.wake.ring();
    },
    take: () =>
      Promise.resolve<Batch | null>(
        pairing.session === null || clock.now() < pullAt ? null : { claims: [], run },
      ),
    nextDue: () => Promise.resolve(pairing.session === null ? null : pullAt),
  };
}
