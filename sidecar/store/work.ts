/**
 * The work table: what is dirty, since when it is due, who has it (`sync.md` 14).
 *
 * A row is dirty while `seq > done_seq`. A touch raises `seq`, also during a run, so that the run's `done` (with
 * the seq it claimed) leaves the row dirty. Rows that are clean are removed: the table holds only what is to do.
 */
import { sql, type RawBuilder } from 'kysely';
import { AppError, ERRORS, isErrorCode, type ErrorCode } from '../errors.ts';
import type { Db } from './tables.ts';

/**
 * `relink`: the documents that link to a name. `fetch`: a document. `fetch_of`: the documents of one kind about one
 * pupil. `send`: an insight. `learn`: from finished terms. `check`: one check of one DocType. `recheck`: a document in which a check saw a difference.
 */
export const WORK_STAGES = [
  'relink',
  'fetch',
  'fetch_of',
  'recheck',
  'check',
  'learn',
  'analyse',
  'send',
] as const;
export type WorkStage = (typeof WORK_STAGES)[number];

/** After so many failed attempts a row is dead: it is kept, shown, and no longer tried. */
export const MOST_ATTEMPTS = 8;

export interface Touch {
  stage: WorkStage;
  kind: string;
  name: string;
  dueAt: number;
}

export interface Claim {
  stage: WorkStage;
  kind: string;
  name: string;
  seq: number;
  attempts: number;
  lease: string;
}

export async function touch(db: Db, touches: readonly Touch[]): Promise<void> {
  if (touches.length === 0) return;
  const rows = touches.map(({ stage, kind, name, dueAt }) => ({ stage, kind, name, due_at: dueAt }));
  // `nextval` stands in the update itself: drawn before the row's lock is held, a later touch could carry a
  // lower number than a claim that has already read the row. Ordered, so that two processes cannot deadlock.
  await sql`
    insert into work (stage, kind, name, seq, due_at)
    select stage, kind, name, nextval('work_seq'), due_at
    from (
      select stage, kind, name, min(due_at) as due_at
      from json_to_recordset(${JSON.stringify(rows)}::json) as given (stage text, kind text, name text, due_at bigint)
      group by stage, kind, name order by stage, kind, name
    ) as touched
    on conflict (stage, kind, name) do update set
      seq = nextval('work_seq'),
      due_at = case
        when work.seq > work.done_seq and work.attempts < ${sql.lit(MOST_ATTEMPTS)}
        then least(work.due_at, excluded.due_at) else excluded.due_at end,
      attempts = least(work.attempts, ${sql.lit(MOST_ATTEMPTS - 1)})`.execute(db);
}

interface ClaimOptions {
  stage: WorkStage;
  /** Only this kind, where a stage works kind by kind. */
  kind?: string;
  /** Nothing while more documents than this are due to be fetched. */
  unlessBehind?: number;
  limit: number;
  now: number;
  leaseMs: number;
  /** New for every claim, so that a run can tell its own lease from a later one of the same process. */
  lease: string;
}

const dirtyAndFree = (now: number) => sql`
  seq > done_seq and attempts < ${sql.lit(MOST_ATTEMPTS)} and due_at <= ${now}
  and (lease is null or lease_until < ${now})`;

/** What reads the whole mirror waits until every DocType is loaded: half a school is compared with half a class. */
const gate = (stage: WorkStage) =>
  stage === 'analyse' || stage === 'learn' ? sql`and (select loaded from state)` : sql``;

/** Whether no more documents than this are due to be fetched, or being fetched. */
const isAbreast = (documents: number, now: number) => sql`
  not exists (select from work
    where stage = 'fetch' and seq > done_seq and attempts < ${sql.lit(MOST_ATTEMPTS)} and due_at <= ${now}
    offset ${documents})`;

export async function claim(db: Db, options: ClaimOptions): Promise<Claim[]> {
  const { stage, now, lease, unlessBehind } = options;
  const ofKind = options.kind === undefined ? sql`` : sql`and kind = ${options.kind}`;
  const abreast = unlessBehind === undefined ? sql`` : sql`and ${isAbreast(unlessBehind, now)}`;
  // All that is about one pupil comes in one request.
  const together = stage === 'fetch_of' ? sql`, name` : sql``;
  const rows = await sql<{ kind: string; name: string; seq: number; attempts: number }>`
    with due as (
      select stage, kind, name from work
      where stage = ${stage} ${ofKind} ${gate(stage)} ${abreast} and ${dirtyAndFree(now)}
      order by due_at ${together} limit ${options.limit} for update skip locked
    )
    update work set lease = ${lease}, lease_until = ${now + options.leaseMs}
    from due where work.stage = due.stage and work.kind = due.kind and work.name = due.name
    returning work.kind, work.name, work.seq, work.attempts`.execute(db);
  return rows.rows.map((row) => ({ stage, lease, ...row }));
}

/** The stage and kind of the work that is to be done first, stages in the given order, for work done kind by kind. */
export async function firstDue(
  db: Db,
  stages: readonly WorkStage[],
  now: number,
): Promise<{ stage: WorkStage; kind: string } | null> {
  const rows = await sql<{ stage: WorkStage; kind: string }>`
    select stage, kind from work where stage = any(${stages}) and ${dirtyAndFree(now)}
    order by array_position(${stages}::text[], stage), due_at limit 1`.execute(db);
  return rows.rows[0] ?? null;
}

/** When there is something to claim again; null when nothing is dirty, or while the stage may claim nothing. */
export async function nextDue(
  db: Db,
  stages: readonly WorkStage[],
  unless?: { behind: number; now: number },
): Promise<number | null> {
  const abreast = unless === undefined ? sql`` : sql`and ${isAbreast(unless.behind, unless.now)}`;
  const rows = await sql<{ due: number | null }>`
    select min(greatest(due_at, coalesce(lease_until + 1, 0))) as due from work
    where stage = any(${stages}) and seq > done_seq and attempts < ${sql.lit(MOST_ATTEMPTS)}
      and (stage not in ('analyse', 'learn') or (select loaded from state)) ${abreast}`.execute(db);
  return rows.rows[0]?.due ?? null;
}

/** Selects, of these names, those that are dirty in this stage. */
export function dirtyAmong(
  stage: WorkStage,
  kind: string,
  names: readonly string[],
): RawBuilder<{ name: string }> {
  return sql<{ name: string }>`
    select name from work
    where stage = ${stage} and kind = ${kind} and name = any(${names}) and seq > done_seq`;
}

export async function dirtyNames(
  db: Db,
  stage: WorkStage,
  kind: string,
  names: readonly string[],
): Promise<string[]> {
  const rows = await dirtyAmong(stage, kind, names).execute(db);
  return rows.rows.map(({ name }) => name);
}

/**
 * Ends a run, first thing in the transaction that stores its result: returns the claims that were still its own.
 * The rows stay locked until that transaction ends; what is not returned must not be stored.
 */
export async function finish(db: Db, claims: readonly Claim[]): Promise<Claim[]> {
  const rows = claims.map(({ stage, kind, name, seq, lease }) => ({ stage, kind, name, seq, lease }));
  const same = sql`work.stage = held.stage and work.kind = held.kind and work.name = held.name`;
  const kept = await sql<{ kind: string; name: string }>`
    with held as (
      select stage, kind, name, work.seq, given.seq as claimed
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as given (stage text, kind text, name text, seq bigint, lease text)
      join work using (stage, kind, name)
      where work.lease = given.lease for update of work
    ),
    clean as (delete from work using held where ${same} and held.seq = held.claimed returning work.kind, work.name),
    dirty as (
      update work set done_seq = held.claimed, lease = null, lease_until = null, attempts = 0, code = null
      from held where ${same} and held.seq > held.claimed returning work.kind, work.name
    )
    select * from clean union all select * from dirty`.execute(db);
  const own = new Set(kept.rows.map((row) => JSON.stringify([row.kind, row.name])));
  return claims.filter(({ kind, name }) => own.has(JSON.stringify([kind, name])));
}

/**
 * Ends a run that stands or falls as a whole. Where another has taken over some of it, this process led once, lost
 * the lead and leads again: what it was answered may be older than what has been stored since.
 */
export async function finishAll(db: Db, claims: readonly Claim[]): Promise<void> {
  if ((await finish(db, claims)).length < claims.length) throw new AppError('leader.lost');
}

/** A failed attempt: due again at `dueAt`, or dead when it was the last or there is no use in another. */
export async function fail(
  db: Db,
  claims: readonly Claim[],
  failure: { code: ErrorCode; dueAt: number; dead: boolean },
): Promise<void> {
  const names = claims.map(({ stage, kind, name, lease }) => ({ stage, kind, name, lease }));
  const attempts = failure.dead ? sql.lit(MOST_ATTEMPTS) : sql`attempts + 1`;
  await sql`
    update work set attempts = ${attempts}, code = ${failure.code}, due_at = ${failure.dueAt},
      lease = null, lease_until = null
    from json_to_recordset(${JSON.stringify(names)}::json) as given (stage text, kind text, name text, lease text)
    where work.stage = given.stage and work.kind = given.kind and work.name = given.name
      and work.lease = given.lease`.execute(db);
}

/** Gives work back untouched: it was not its fault. */
export async function release(db: Db, claims: readonly Claim[]): Promise<void> {
  const leases = [...new Set(claims.map((each) => each.lease))];
  await sql`update work set lease = null, lease_until = null where lease = any(${leases})`.execute(db);
}

/** What a leader had begun is anybody's again. Locked in the order of a touch, so that the two cannot deadlock. */
export async function releaseLeaders(db: Db): Promise<void> {
  await sql`
    with begun as (
      select stage, kind, name from work where lease is not null and stage not in ('analyse', 'learn')
      order by stage, kind, name for update
    )
    update work set lease = null, lease_until = null
    from begun where work.stage = begun.stage and work.kind = begun.kind and work.name = begun.name`.execute(
    db,
  );
}

/** Work that cannot be done from the start (an unknown DocType): kept as dead, so that somebody sees it. */
export async function bury(
  db: Db,
  rows: readonly { kind: string; name: string; code: ErrorCode }[],
  now: number,
): Promise<void> {
  for (const { kind, name, code } of rows) {
    await sql`
      insert into work (stage, kind, name, seq, due_at, attempts, code)
      values ('fetch', ${kind}, ${name}, nextval('work_seq'), ${now}, ${MOST_ATTEMPTS}, ${code})
      on conflict (stage, kind, name) do update set seq = nextval('work_seq'), attempts = ${MOST_ATTEMPTS}, code = ${code}`.execute(
      db,
    );
  }
}

export interface DeadWork {
  stage: WorkStage;
  kind: string;
  name: string;
  code: ErrorCode;
  check: string;
}

export async function deadWork(db: Db): Promise<DeadWork[]> {
  const rows = await sql<{ stage: WorkStage; kind: string; name: string; code: string | null }>`
    select stage, kind, name, code from work
    where seq > done_seq and attempts >= ${sql.lit(MOST_ATTEMPTS)} order by stage, kind, name`.execute(db);
  return rows.rows.map((row) => {
    const code = row.code !== null && isErrorCode(row.code) ? row.code : 'work.failed';
    return { ...row, code, check: ERRORS[code].check };
  });
}

/** Dead work gets all its attempts again, now; work that is no longer dead is left alone. */
export async function redrive(
  db: Db,
  dead: readonly Pick<DeadWork, 'stage' | 'kind' | 'name'>[],
  now: number,
): Promise<void> {
  const rows = dead.map(({ stage, kind, name }) => ({ stage, kind, name }));
  await sql`
    update work set attempts = 0, due_at = ${now}, code = null
    from json_to_recordset(${JSON.stringify(rows)}::json) as given (stage text, kind text, name text)
    where work.stage = given.stage and work.kind = given.kind and work.name = given.name
      and attempts >= ${sql.lit(MOST_ATTEMPTS)}`.execute(db);
}

/** Whether all that was due for analysis has been analysed, and all that was said has been told to the site. */
export async function isDrained(db: Db, now: number): Promise<boolean> {
  const left = await sql`
    select 1 from work
    where seq > done_seq and attempts < ${sql.lit(MOST_ATTEMPTS)}
      and (stage = 'send' or (stage = 'analyse' and (due_at <= ${now} or attempts > 0))) limit 1`.execute(db);
  return left.rows.length === 0;
}

export interface WorkCounts {
  waiting: Record<WorkStage, number>;
  dead: number;
  /** When the oldest work that is due became so; null when none is. */
  oldestDue: number | null;
}

/** What is due later than this waits for a day to come, not for us. */
const SOON_MS = 60_000;

/** What is on its way from the site to an insight there, and neither dead nor waiting for a day to come. */
export const isOnTheWay = (now: number) => sql`
  (stage in ('relink', 'fetch', 'fetch_of', 'analyse', 'send') and seq > done_seq
    and attempts < ${sql.lit(MOST_ATTEMPTS)} and due_at <= ${now + SOON_MS})`;

export async function countWork(db: Db, now: number): Promise<WorkCounts> {
  const rows = await sql<{ stage: WorkStage; waiting: number; dead: number; oldest: number | null }>`
    select stage,
      count(*) filter (where attempts < ${sql.lit(MOST_ATTEMPTS)} and due_at <= ${now + SOON_MS}) as waiting,
      count(*) filter (where attempts >= ${sql.lit(MOST_ATTEMPTS)}) as dead,
      min(due_at) filter (where attempts < ${sql.lit(MOST_ATTEMPTS)} and due_at <= ${now}) as oldest
    from work where seq > done_seq group by stage`.execute(db);
  const counts: WorkCounts = {
    waiting: { relink: 0, fetch: 0, fetch_of: 0, recheck: 0, check: 0, learn: 0, analyse: 0, send: 0 },
    dead: 0,
    oldestDue: null,
  };
  for (const row of rows.rows) {
    counts.waiting[row.stage] = row.waiting;
    counts.dead += row.dead;
    // These come after changes on purpose: that is no delay of anything.
    if (row.stage === 'check' || row.stage === 'recheck' || row.stage === 'learn') continue;
    if (row.oldest !== null) counts.oldestDue = Math.min(row.oldest, counts.oldestDue ?? row.oldest);
  }
  return counts;
}
