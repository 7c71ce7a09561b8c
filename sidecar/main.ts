/** Wires and starts everything; the only place that constructs. `npm start -- [--env FILE] [--take-over]` */
import { serve } from '@hono/node-server';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { systemClock, type Clock } from './clock.ts';
import { ConfigError, readConfig, type Config, type StageName } from './config.ts';
import { progress, type Order, type Progress } from './control.ts';
import { checkStart } from './doctor.ts';
import { startEngine } from './engine.ts';
import { createSite, type Site } from './erpnext/client.ts';
import { openRealtime } from './erpnext/realtime.ts';
import { asAppError } from './errors.ts';
import { createHttp } from './http/app.ts';
import { createControl } from './http/control.ts';
import { createWebhooks } from './http/webhooks.ts';
import { paced } from './intake/pace.ts';
import { learnInThread } from './learner.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Status } from './status.ts';
import { loadProgress } from './store/backfill.ts';
import type { Store } from './store/open.ts';
import { readState } from './store/state.ts';
import { WORK_STAGES, countWork } from './store/work.ts';

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

/** However many webhooks come, they cause two pulls a second at most. */
const WEBHOOK_PULL_MS = 500;
/** So often, at least, who follows an order is told how far it is. */
const LOOK_MS = 250;

export interface Running {
  /** Where `/health` and `/metrics` answer. */
  address: string;
  /** How far an order is: at once when nothing of it is left, else after a quarter of a second at most. */
  progress(order: Order): Promise<Progress>;
  stop(): Promise<void>;
}

export async function startSidecar(base: Base, store: Store, takeOver: boolean): Promise<Running> {
  const { config, clock, log, metrics } = base;
  const stopping = new AbortController();
  const status = new Status();
  const engine = startEngine({
    ...base,
    store,
    status,
    learner: learnInThread,
    version: packageJson.version,
    takeOver,
    entering: killHook(config),
    signal: stopping.signal,
  });
  const pullForWebhook = paced(WEBHOOK_PULL_MS, clock, stopping.signal, () => engine.pullNow());
  const followed = (order: Order): Promise<Progress> =>
    engine.atRest.follow(
      () => progress(store, order, clock),
      ({ left, load }) => left === 0 && load === null,
      LOOK_MS,
      clock,
      stopping.signal,
    );
  const http = createHttp({
    metrics,
    health: async () => status.health((await readState(store.db)).loaded, await loadProgress(store.db)),
    measure: () => measure(store, clock, metrics, status),
    control: createControl({
      site: base.site,
      store,
      clock,
      sealingKey: config.sealingKey,
      progress: followed,
      placed: () => engine.fetchSoon(),
      wake: () => engine.workSoon(),
    }),
    webhooks: createWebhooks({
      secrets: config.webhookSecrets,
      clock,
      metrics,
      accepted() {
        status.webhook(clock.now());
        pullForWebhook();
      },
    }),
  });
  const server = await listen(http.fetch, config).catch(async (thrown: unknown) => {
    stopping.abort();
    await engine.ended;
    throw thrown;
  });
  const realtime = openRealtime(config, clock, {
    onWake: () => engine.pullNow(),
    onSoon: () => engine.pullSoon(),
    onState: (problem) => {
      status.stage('socket', problem);
      if (problem !== null) log.warn({ code: problem.code, detail: problem.detail }, problem.message);
    },
  });

  return {
    address: server.address,
    progress: followed,
    async stop() {
      stopping.abort();
      realtime.close();
      await server.close();
      await engine.ended;
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
