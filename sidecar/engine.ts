/**
 * The stages with their bells and loops, and what keeps the lead: everything that moves, without the doors it is
 * given. A process runs one; it ends when its signal is aborted.
 */
import { randomUUID } from 'node:crypto';
import { analysisStage } from './analyse.ts';
import type { Clock } from './clock.ts';
import type { StageName } from './config.ts';
import type { Site } from './erpnext/client.ts';
import { intakeStage } from './intake/stage.ts';
import { runLead } from './lead.ts';
import { learningStage } from './learn.ts';
import type { Learner } from './learner.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { Pairing } from './pairing.ts';
import type { Status } from './status.ts';
import type { Store } from './store/open.ts';
import { syncStage } from './sync/stage.ts';
import { runUpkeep } from './upkeep.ts';
import { Loops, Wake, type Gong } from './wake.ts';
import { runStage } from './work.ts';
import { reportStage } from './write-back/report.ts';
import { writeBackStage } from './write-back/send.ts';

interface Parts {
  site: Site;
  store: Store;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  status: Status;
  learner: Learner;
  version: string;
  takeOver: boolean;
  /** Told whenever a stage begins a batch. */
  entering(stage: StageName): void;
  signal: AbortSignal;
}

export interface Engine {
  /** Something has changed on the site. */
  pullNow(): void;
  /** The same of something that may wait a little. */
  pullSoon(): void;
  /** Somebody has asked for documents or a check. */
  fetchSoon(): void;
  /** Somebody else has made work of any kind in the database. */
  workSoon(): void;
  /** Rung whenever nothing is under way. */
  atRest: Gong;
  ended: Promise<unknown>;
}

export function startEngine(parts: Parts): Engine {
  const { store, clock, signal } = parts;
  const wakes = {
    lead: new Wake(),
    intake: new Wake(),
    sync: new Wake(),
    learn: new Wake(),
    analysis: new Wake(),
    send: new Wake(),
    report: new Wake(),
  };
  const pairing = new Pairing({
    onMade: () => {
      intake.pullNow();
      wakes.sync.ring();
      wakes.send.ring();
      wakes.report.ring();
    },
    onLost: () => wakes.lead.ring(),
  });
  const loops = new Loops();
  const shared = { ...parts, me: randomUUID(), pairing, loops };
  const intake = intakeStage({
    ...shared,
    wake: wakes.intake,
    fetchWake: wakes.sync,
    settingsWakes: [wakes.analysis, wakes.learn],
  });
  const stages = [
    intake,
    syncStage({
      ...shared,
      wake: wakes.sync,
      analyseWake: wakes.analysis,
      learnWake: wakes.learn,
      sendWake: wakes.send,
    }),
    learningStage({ ...shared, wake: wakes.learn, analyseWake: wakes.analysis }),
    analysisStage({ store, clock, wake: wakes.analysis, sendWake: wakes.send }),
    writeBackStage({ ...shared, wake: wakes.send, fetchWake: wakes.sync }),
    reportStage({ ...shared, wake: wakes.report }),
  ];
  return {
    pullNow: () => intake.pullNow(),
    pullSoon: () => intake.pullSoon(),
    fetchSoon: () => wakes.sync.ring(),
    workSoon() {
      for (const wake of [wakes.sync, wakes.learn, wakes.analysis, wakes.send]) wake.ring();
    },
    atRest: loops.atRest,
    ended: Promise.all([
      runLead({ ...shared, wake: wakes.lead }),
      ...stages.map((stage) => runStage(stage, shared)),
      runUpkeep({ store, clock, log: parts.log, signal }),
    ]),
  };
}
