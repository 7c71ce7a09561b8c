/** How far the checks have come, and what they found: one row for each check and DocType. */
import { sql, type RawBuilder } from 'kysely';
import type { Db } from './tables.ts';
import { MOST_ATTEMPTS, isOnTheWay } from './work.ts';

/** What comes round by itself. */
export const CHECKS = ['hourly', 'daily', 'weekly', 'monthly'] as const;
export type Recurring = (typeof CHECKS)[number];
/** `sync`: a person asked for every document of a DocType to be read again, whether it differs or not. */
export type CheckKind = Recurring | 'sync';

export function isCheckKind(text: string): text is CheckKind {
  return text === 'sync' || isRecurring(text);
}

export function isRecurring(text: string): text is Recurring {
  return CHECKS.some((kind) => kind === text);
}

/** Where a check of one DocType stands. */
export interface CheckPlace {
  /** '' at the beginning. */
  phase: string;
  cursor: string;
  /** The newest `modified` that a clean check has seen, as the site writes it. */
  watermark: string | null;
}

export async function readPlace(db: Db, kind: CheckKind, doctype: string): Promise<CheckPlace> {
  const row = await db
    .selectFrom('checks')
    .select(['phase', 'cursor', 'watermark'])
    .where('kind', '=', kind)
    .where('doctype', '=', doctype)
    .executeTakeFirst();
  return row ?? { phase: '', cursor: '', watermark: null };
}

/** Stores where a check stands after a step. `finishedAt` null: more steps follow. */
export async function storePlace(
  db: Db,
  which: { kind: CheckKind; doctype: string },
  place: CheckPlace,
  step: { examined: number; total: number; finishedAt: number | null },
): Promise<void> {
  await sql`
    insert into checks (kind, doctype, phase, cursor, watermark, examined, total, finished, reported)
    values (${which.kind}, ${which.doctype}, ${place.phase}, ${place.cursor}, ${place.watermark},
      ${step.examined}, ${step.total}, ${step.finishedAt}, false)
    on conflict (kind, doctype) do update set
      phase = excluded.phase, cursor = excluded.cursor, watermark = excluded.watermark,
      total = greatest(${untold('total')}, excluded.total),
      examined = ${untold('examined')} + excluded.examined, found = ${untold('found')},
      repaired = ${untold('repaired')}, finished = excluded.finished, reported = false`.execute(db);
}

/** Drift that a check found and a second reading confirmed. */
export async function countDrift(
  db: Db,
  which: { kind: CheckKind; doctype: string },
  drift: { found: number; repaired: number },
): Promise<void> {
  await sql`
    insert into checks (kind, doctype, found, repaired, finished, reported)
    values (${which.kind}, ${which.doctype}, ${drift.found}, ${drift.repaired}, 0, false)
    on conflict (kind, doctype) do update set
      examined = ${untold('examined')}, found = ${untold('found')} + excluded.found,
      repaired = ${untold('repaired')} + excluded.repaired, reported = false`.execute(db);
}

/**
 * What was counted since the last report. Told counts stay until the next run begins: who ran the check by hand may
 * still be waiting for what follows from it, and is to read the same as the Desk.
 */
function untold(count: 'total' | 'examined' | 'found' | 'repaired'): RawBuilder<number> {
  return sql<number>`(case when checks.reported then 0 else ${sql.ref(`checks.${count}`)} end)`;
}

/** Where a person's `sync` of a DocType begins; what an earlier one counted is forgotten. */
export async function beginSync(db: Db, doctype: string, place: CheckPlace): Promise<void> {
  await db.deleteFrom('checks').where('kind', '=', 'sync').where('doctype', '=', doctype).execute();
  await storePlace(db, { kind: 'sync', doctype }, place, { examined: 0, total: 0, finishedAt: null });
}

export interface RunCounts {
  /** Documents that are to be looked at, as far as is known. */
  total: number;
  examined: number;
  found: number;
  repaired: number;
  /** Its steps and second readings, and the documents, analyses and insights of whatever order, that are still to come. */
  left: number;
  /** Whether the first load is complete. */
  loaded: boolean;
}

/** How far a check is with all DocTypes; of a recurring one, what was told before this run is left out. */
export async function runCounts(db: Db, kind: CheckKind, now: number): Promise<RunCounts> {
  const rows = await sql<RunCounts>`
    select coalesce(sum(total), 0)::int as total, coalesce(sum(examined), 0)::int as examined,
      coalesce(sum(found), 0)::int as found, coalesce(sum(repaired), 0)::int as repaired,
      (select count(*)::int from work where attempts < ${sql.lit(MOST_ATTEMPTS)} and (
        (stage = 'check' and work.kind = ${kind} and due_at <= ${now})
        or (stage = 'recheck' and work.kind like ${`${kind}/%`})
        or ${isOnTheWay(now)})) as left, (select loaded from state) as loaded
    from checks where kind = ${kind} and not (reported and exists (
      select from work
      where stage = 'check' and work.kind = checks.kind and work.name = checks.doctype and due_at <= ${now}))`.execute(
    db,
  );
  return rows.rows[0] ?? { total: 0, examined: 0, found: 0, repaired: 0, left: 0, loaded: false };
}

export interface CheckResult {
  kind: Recurring;
  finished: number;
  examined: number;
  found: number;
  repaired: number;
  /** The DocTypes in which something was found. */
  details: { doctype: string; found: number; repaired: number }[];
}

/** The checks that are through with every DocType and every second reading, and that the site does not know of. */
export async function unreportedChecks(db: Db, now: number): Promise<CheckResult[]> {
  const rows = await sql<{
    kind: Recurring;
    doctype: string;
    finished: number;
    examined: number;
    found: number;
    repaired: number;
  }>`
    select kind, doctype, finished, examined, found, repaired from checks
    where kind <> 'sync' and not reported and finished is not null
      and not exists (
        select from work where attempts < ${sql.lit(MOST_ATTEMPTS)} and (
          (stage = 'check' and work.kind = checks.kind and due_at <= ${now})
          or (stage = 'recheck' and work.kind like checks.kind || '/%')))
    order by kind, doctype`.execute(db);
  return CHECKS.flatMap((kind) => {
    const own = rows.rows.filter((row) => row.kind === kind);
    if (own.length === 0) return [];
    const sum = (pick: (row: (typeof own)[number]) => number) => own.reduce((n, row) => n + pick(row), 0);
    return [
      {
        kind,
        finished: Math.max(...own.map((row) => row.finished)),
        examined: sum((row) => row.examined),
        found: sum((row) => row.found),
        repaired: sum((row) => row.repaired),
        details: own
          .filter((row) => row.found > 0)
          .map(({ doctype, found, repaired }) => ({ doctype, found, repaired })),
      },
    ];
  });
}

/** The site was told. */
export async function markChecksReported(db: Db, told: readonly CheckResult[]): Promise<void> {
  const kinds = told.map(({ kind }) => kind);
  if (kinds.length === 0) return;
  await sql`
    update checks set reported = true where kind = any(${kinds}) and not reported`.execute(db);
}
