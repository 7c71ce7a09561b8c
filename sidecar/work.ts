/**
 * The loop over the work table, one for each stage, and the one place where an error becomes retry or dead.
 *
 * Stages do not catch. What they throw is judged here: work that can never succeed is dead with its code; work
 * that may is due again later; when the fault is not the work's (the site is away), it is given back untouched
 * and the stage pauses. A batch that fails for good is halved until the one poisoned piece is alone.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { StageName } from './config.ts';
import { asAppError, type AppError } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Pairing } from './pairing.ts';
import type { Status } from './status.ts';
import { logBatch, type LogEntry } from './store/logs.ts';
import type { Store } from './store/open.ts';
import { MOST_ATTEMPTS, fail, release, type Claim } from './store/work.ts';
import type { Loops, Wake } from './wake.ts';

/** A piece of work that was taken. `run` is all or nothing for the claims it is given. */
export interface Batch {
  claims: Claim[];
  run(claims: Claim[]): Promise<void>;
}

export interface Stage {
  name: StageName;
  wake: Wake;
  /** The next batch, claimed under `lease`; null when nothing is due or the stage may not run now. */
  take(lease: string): Promise<Batch | null>;
  /** When to look again though nobody rings; null for no set time. */
  nextDue(): Promise<number | null>;
}

export interface LoopTools {
  store: Store;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  status: Status;
  pairing: Pairing;
  loops: Loops;
  /** Tests only: dies here when told to. */
  entering(stage: StageName): void;
  signal: AbortSignal;
}

/** Other processes on the same database ring no bell here. */
const POLL_MS = 500;
const LONGEST_SLEEP_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A batch is tried whole so often before it is taken apart: most failures pass. */
const TRIES_AS_A_WHOLE = 3;

export async function runStage(stage: Stage, tools: LoopTools): Promise<void> {
  const { clock, signal, status } = tools;
  let pauseMs = 0;
  /** Whether what holds the stage up is over as soon as there is nothing to do. */
  let endsWithWork = false;
  tools.loops.awake();
  while (!signal.aborted) {
    try {
      const batch = await stage.take(randomUUID());
      if (batch === null) {
        if (endsWithWork) status.stage(stage.name, null);
        endsWithWork = false;
        const ms = await sleepFor(stage, tools);
        tools.loops.asleep();
        await stage.wake.wait(ms, clock, signal);
        tools.loops.awake();
        continue;
      }
      tools.entering(stage.name);
      const stop = tools.metrics.batches.startTimer({ stage: stage.name });
      const problem = await runBatch(batch, stage.name, tools);
      stop();
      pauseMs = problem === null ? 0 : nextPause(pauseMs);
      status.stage(stage.name, problem);
      // Claimed work is due again at once; a pull or a report only at its time, and until then nothing shows that it works.
      endsWithWork = problem !== null && batch.claims.length > 0;
    } catch (thrown) {
      // Not even the outcome could be stored: the database is away. The lease runs out by itself.
      const error = asAppError(thrown);
      tools.log.error({ stage: stage.name, code: error.code }, 'stage interrupted', thrown);
      status.stage(stage.name, error);
      endsWithWork = true;
      pauseMs = nextPause(pauseMs);
    }
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
  }
}

function nextPause(pauseMs: number): number {
  return Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
}

async function sleepFor(stage: Stage, tools: LoopTools): Promise<number> {
  const due = await stage.nextDue();
  const longest = tools.store.shared ? POLL_MS : LONGEST_SLEEP_MS;
  return due === null ? longest : Math.min(Math.max(due - tools.clock.now(), 1), longest);
}

/** Runs a batch, taking it apart where that helps. Returns why the stage must pause, or null. */
export async function runBatch(
  batch: Batch,
  stage: StageName,
  tools: Pick<LoopTools, 'store' | 'clock' | 'log' | 'metrics' | 'pairing'>,
): Promise<AppError | null> {
  const parts = [batch.claims];
  for (let claims = parts.shift(); claims !== undefined; claims = parts.shift()) {
    try {
      await batch.run(claims);
    } catch (thrown) {
      const error = asAppError(thrown);
      tools.metrics.errors.inc({ stage, code: error.code });
      const verdict = judge(error, claims);
      report(error, verdict, claims, stage, tools);
      if (verdict === 'halve') {
        const middle = Math.ceil(claims.length / 2);
        parts.unshift(claims.slice(0, middle), claims.slice(middle));
      } else if (verdict === 'give back') {
        await release(tools.store.db, [...claims, ...parts.flat()]);
        if (error.code === 'site.fenced' || error.code === 'leader.lost') tools.pairing.lost();
        return error;
      } else {
        const dead = verdict === 'dead';
        const dueAt = tools.clock.now() + backoff(fewestAttempts(claims));
        await fail(tools.store.db, claims, { code: error.code, dueAt, dead });
        await logFailure(stage, error, claims, tools);
        // Without claims (a page of the first load) nothing remembers the failure but this pause.
        if (claims.length === 0) return error;
      }
    }
  }
  return null;
}

/** What each stage is called in the audit trail; analysis exchanges nothing with the site. */
const LOGGED: Partial<Record<StageName, Pick<LogEntry, 'type' | 'direction'>>> = {
  intake: { type: 'pull', direction: 'from_erpnext' },
  sync: { type: 'fetch', direction: 'from_erpnext' },
  'write-back': { type: 'write_back', direction: 'to_erpnext' },
};

/** A site that is away is no failed batch: the work was given back, and `/health` says why. */
async function logFailure(
  stage: StageName,
  error: AppError,
  claims: readonly Claim[],
  { store, clock }: Pick<LoopTools, 'store' | 'clock'>,
): Promise<void> {
  const logged = LOGGED[stage];
  if (logged === undefined) return;
  const doctype = stage === 'sync' ? (claims[0]?.kind ?? null) : null;
  const entry = { ...logged, status: 'failed', doctype, code: error.code } as const;
  await logBatch(store.db, { ...entry, counts: { pieces: claims.length } }, clock.now());
}

export type Verdict = 'give back' | 'halve' | 'dead' | 'later';

export function judge(error: AppError, claims: readonly Claim[]): Verdict {
  if (error.retry === 'wait') return 'give back';
  const alone = claims.length <= 1;
  if (error.retry === 'never') return alone ? 'dead' : 'halve';
  if (!alone && fewestAttempts(claims) + 1 >= TRIES_AS_A_WHOLE) return 'halve';
  return 'later';
}

function fewestAttempts(claims: readonly Claim[]): number {
  return Math.min(MOST_ATTEMPTS, ...claims.map((claim) => claim.attempts));
}

/** 1, 3, 9 … seconds: eight attempts take about 18 minutes. */
export function backoff(attempts: number): number {
  return 1000 * 3 ** attempts;
}

function report(
  error: AppError,
  verdict: Verdict,
  claims: readonly Claim[],
  stage: StageName,
  { log }: Pick<LoopTools, 'log'>,
): void {
  const first = claims[0];
  const fields = {
    stage,
    code: error.code,
    detail: error.detail,
    verdict,
    pieces: claims.length,
    kind: first?.kind ?? null,
    first: first === undefined ? null : log.hash(first.kind, first.name),
  };
  if (error.code === 'work.failed') log.error(fields, error.message, error.cause);
  else log.warn(fields, error.message);
}
