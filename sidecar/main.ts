/** Wires and starts everything; the only place that constructs. `npm start -- [--env FILE] [--take-over]` */
import { serve } from '@hono/node-server';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { analysisStage } from './analyse.ts';
import { systemClock, type Clock } from './clock.ts';
import { ConfigError, readConfig, type Config, type StageName } from './config.ts';
import { checkStart } from './doctor.ts';
import { createSite, type Site } from './erpnext/client.ts';
import { openRealtime } from './erpnext/realtime.ts';
import { asAppError } from './errors.ts';
import { createHttp } from './http/app.ts';
import { createControl } from './http/control.ts';
import { intakeStage } from './intake/stage.ts';
import { runLead } from './lead.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Pairing } from './pairing.ts';
import { Status } from './status.ts';
import { loadProgress } from './store/backfill.ts';
import type { Store } from './store/open.ts';
import { readState } from './store/state.ts';
import { WORK_STAGES, countWork } from './store/work.ts';
import { syncStage } from './sync/stage.ts';
import { runUpkeep } from './upkeep.ts';
import { Wake } from './wake.ts';
import { runStage, type LoopTools } from './work.ts';
import { reportStage } from './write-back/report.ts';
import { writeBackStage } from './write-back/send.ts';

export interface Base {
  config: Config;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  site: Site;
}

/** What both the sidecar and its command line need. */
export function createBase(config: Config, log = createLog(config.sealingKey)): Base {
  const clock = systemClock;
  const metrics = createMetrics();
  return {
    config,
    clock,
    log,
    metrics,
    site: createSite(config, clock, metrics),
  };
}

export interface Running {
  /** Where `/health` and `/metrics` answer. */
  address: string;
  stop(): Promise<void>;
}

export async function startSidecar(base: Base, store: Store, takeOver: boolean): Promise<Running> {
  const { config, clock, log, metrics, site } = base;
  const stopping = new AbortController();
  const me = randomUUID();
  const status = new Status();
  const wakes = {
    lead: new Wake(),
    intake: new Wake(),
    sync: new Wake(),
    analysis: new Wake(),
    send: new Wake(),
    report: new Wake(),
  };
  const pairing = new Pairing({
    onMade: () => {
      intake.pullSoon();
      wakes.sync.ring();
      wakes.send.ring();
      wakes.report.ring();
    },
    onLost: () => wakes.lead.ring(),
  });
  const shared = { site, store, clock, log, metrics, me, pairing };
  const intake = intakeStage({ ...shared, wake: wakes.intake, fetchWake: wakes.sync });
  const stages = [
    intake,
    syncStage({ ...shared, wake: wakes.sync, analyseWake: wakes.analysis }),
    analysisStage({ store, clock, wake: wakes.analysis, sendWake: wakes.send }),
    writeBackStage({ ...shared, wake: wakes.send }),
    reportStage({ ...shared, wake: wakes.report }),
  ];

  const http = createHttp({
    metrics,
    health: async () => status.health((await readState(store.db)).loaded, await loadProgress(store.db)),
    measure: () => measure(store, clock, metrics, status),
    control: createControl({
      store,
      clock,
      sealingKey: config.sealingKey,
      wake: () => {
        for (const wake of [wakes.sync, wakes.analysis, wakes.send]) wake.ring();
      },
    }),
  });
  const server = await listen(http.fetch, config);
  const realtime = openRealtime(config, clock, {
    onWake: () => intake.pullSoon(),
    onState: (problem) => {
      status.stage('socket', problem);
      if (problem !== null) log.warn({ code: problem.code, detail: problem.detail }, problem.message);
    },
  });
  const loop: LoopTools = { ...shared, status, entering: killHook(config), signal: stopping.signal };
  const { signal } = stopping;
  const running = Promise.all([
    runLead({ ...shared, status, version: packageJson.version, takeOver, wake: wakes.lead, signal }),
    ...stages.map((stage) => runStage(stage, loop)),
    runUpkeep({ store, clock, log, signal }),
  ]);

  return {
    address: server.address,
    async stop() {
      stopping.abort();
      realtime.close();
      await server.close();
      await running;
      await store.close();
    },
  };
}

async function listen(fetch: Parameters<typeof serve>[0]['fetch'], config: Config) {
  return new Promise<{ address: string; close(): Promise<void> }>((resolve, reject) => {
    const server = serve({ fetch, hostname: config.host, port: config.port }, ({ port }) =>
      resolve({
        address: `http://${config.host}:${port}`,
        close: () => new Promise((closed) => server.close(() => closed())),
      }),
    );
    server.on('error', (error) => {
      const remedy = `${config.host}:${config.port} cannot be listened on (${error.message}); choose another`;
      reject(new ConfigError([{ variable: 'PORT', remedy }]));
    });
  });
}

async function measure(store: Store, clock: Clock, metrics: Metrics, status: Status): Promise<void> {
  const counts = await countWork(store.db, clock.now());
  for (const stage of WORK_STAGES) metrics.waiting.set({ stage }, counts.waiting[stage]);
  metrics.dead.set(counts.dead);
  metrics.lag.set(counts.oldestDue === null ? 0 : (clock.now() - counts.oldestDue) / 1000);
  const { loaded } = await readState(store.db);
  metrics.ready.set(status.health(loaded, []).ready ? 1 : 0);
}

/** Tests kill the process here, without warning, the nth time it enters a stage. */
function killHook(config: Config): (stage: StageName) => void {
  let entries = 0;
  return (stage) => {
    if (config.killAt === null || stage !== config.killAt.stage) return;
    entries += 1;
    if (entries === config.killAt.entry) process.kill(process.pid, 'SIGKILL');
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { env: { type: 'string' }, 'take-over': { type: 'boolean', default: false } },
  });
  const base = createBase(readConfig(values.env ?? null));
  const { config, log } = base;
  const { store, faults } = await checkStart(base);
  if (store === null || faults.length > 0) {
    await store?.close();
    throw new ConfigError(faults);
  }
  const sidecar = await startSidecar(base, store, values['take-over']);
  log.info({ address: sidecar.address, site: config.site }, 'started');
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'stopping');
      void sidecar.stop().then(() => log.info({}, 'stopped'));
    });
  }
}

/** EX_CONFIG of sysexits.h: a supervisor need not start again what only a person can mend. */
const BAD_CONFIGURATION = 78;

if (import.meta.main) {
  await main().catch((thrown: unknown) => {
    const lines =
      thrown instanceof ConfigError
        ? thrown.faults.map(({ variable, remedy }) => `  ${variable}: ${remedy}`)
        : [`  ${asAppError(thrown).advice}`];
    console.error(['The sidecar cannot start:', ...lines].join('\n'));
    process.exitCode = thrown instanceof ConfigError ? BAD_CONFIGURATION : 1;
  });
}
