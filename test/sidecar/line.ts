/**
 * The whole line from outbox to insight on one fake site, one database and a clock that tests move.
 *
 * It runs the very stages and the very error handler of the sidecar; only the loops that wait are replaced by
 * `settle`, which goes on until nothing is due within the given time.
 */
import { pino } from 'pino';
import { analysisStage } from '../../sidecar/analyse.ts';
import { learn } from '../../sidecar/analysis/risk/learn.ts';
import type { StageName } from '../../sidecar/config.ts';
import { intakeStage } from '../../sidecar/intake/stage.ts';
import { greet } from '../../sidecar/lead.ts';
import { learningStage } from '../../sidecar/learn.ts';
import { createLog } from '../../sidecar/log.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import { Pairing } from '../../sidecar/pairing.ts';
import { takeLead } from '../../sidecar/store/leader.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { readState, storePairing } from '../../sidecar/store/state.ts';
import { syncStage } from '../../sidecar/sync/stage.ts';
import { Wake } from '../../sidecar/wake.ts';
import { runBatch, type Stage } from '../../sidecar/work.ts';
import { reportStage } from '../../sidecar/write-back/report.ts';
import { writeBackStage } from '../../sidecar/write-back/send.ts';
import { testClock } from './clock.ts';
import { SEALING_KEY } from './databases.ts';
import { FakeSite } from './fake-site.ts';

export type Line = ReturnType<typeof createLine>;

export function createLine(store: Store, site = new FakeSite()) {
  const clock = testClock();
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const log = createLog(SEALING_KEY, logger);
  const metrics = createMetrics();
  const pairing = new Pairing({ onMade: () => undefined, onLost: () => undefined });
  const tools = { site, store, clock, log, metrics, pairing, me: 'test' };
  /** Nobody waits for them here; a test may listen. */
  const bells = { learn: new Wake(), analysis: new Wake() };
  const intake = intakeStage({
    ...tools,
    wake: new Wake(),
    fetchWake: new Wake(),
    settingsWakes: [bells.analysis, bells.learn],
  });
  const stages: Stage[] = [
    intake,
    syncStage({
      ...tools,
      wake: new Wake(),
      analyseWake: bells.analysis,
      learnWake: bells.learn,
      sendWake: new Wake(),
    }),
    learningStage({
      store,
      clock,
      learner: (cases, groupOf) => Promise.resolve(learn(cases, groupOf)),
      wake: new Wake(),
      analyseWake: new Wake(),
    }),
    analysisStage({ store, clock, wake: new Wake(), sendWake: new Wake() }),
    writeBackStage({ ...tools, wake: new Wake(), fetchWake: new Wake() }),
    reportStage({ ...tools, wake: new Wake() }),
  ];
  /** The report comes round for ever, so that nobody waits for its end. */
  const working = stages.filter(({ name }) => name !== 'intake' && name !== 'report');
  let leases = 0;

  async function pair(): Promise<void> {
    await takeLead(store.db, 'test', clock.now());
    const hello = await greet(site, store, '0', false);
    await storePairing(store.db, hello);
    pairing.made({ epoch: hello.epoch, load: (await readState(store.db)).load });
    intake.pullNow();
  }

  function stage(wanted: StageName): Stage {
    const found = stages.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`no stage ${wanted}`);
    return found;
  }

  /** One batch of one stage. Returns whether there was any. */
  async function runOnce(name: StageName): Promise<boolean> {
    const batch = await stage(name).take(`lease-${(leases += 1)}`);
    if (batch !== null) await runBatch(batch, name, tools);
    return batch !== null;
  }

  /** Everything that is due now, in the order of the stages. Returns whether there was anything. */
  async function round(): Promise<boolean> {
    if (pairing.session === null) await pair();
    await takeLead(store.db, 'test', clock.now());
    let busy = false;
    for (const { name } of stages) if (await runOnce(name)) busy = true;
    return busy;
  }

  async function settle(withinMs = 60_000): Promise<void> {
    const end = clock.now() + withinMs;
    for (;;) {
      intake.pullNow();
      while (await round());
      const dues = await Promise.all(working.map((one) => one.nextDue()));
      const next = Math.min(...dues.filter((due) => due !== null));
      if (next > end) return;
      clock.advance(Math.max(next - clock.now(), 1));
    }
  }

  return {
    site,
    store,
    clock,
    pairing,
    metrics,
    lines,
    round,
    settle,
    pair,
    intake,
    stage,
    runOnce,
    tools,
    bells,
  };
}
