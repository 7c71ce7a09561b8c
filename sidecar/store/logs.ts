/** The audit trail: which batch went which way, with what outcome and how many. Never a value of a record. */
import { sql } from 'kysely';
import type { ErrorCode } from '../errors.ts';
import type { Db } from './tables.ts';

export interface LogEntry {
  type: 'pull' | 'fetch' | 'backfill' | 'write_back' | 'check';
  direction: 'from_erpnext' | 'to_erpnext';
  status: 'success' | 'partial' | 'failed';
  /** Of which DocType, where the batch is of one. */
  doctype: string | null;
  /** Why, where it is no success. */
  code: ErrorCode | null;
  /** How many of what. */
  counts: Record<string, number>;
}

/** One decision about one key of a field: by a rule on the way to the site, or by a person on the way back. */
export interface DecisionEntry {
  direction: LogEntry['direction'];
  doctype: string;
  /** Keyed hashes of the document's name and of what both wanted. */
  document: string;
  site: string | null;
  ai: string;
  field: string;
  key: string;
  rule: string;
  outcome: string;
}

const KEEP_MS = 90 * 86_400_000;

/** In the transaction that stores the batch, so that what is logged has happened. */
export async function logBatch(db: Db, entry: LogEntry, now: number): Promise<void> {
  await logBatches(db, [entry], now);
}

export async function logBatches(db: Db, entries: readonly LogEntry[], now: number): Promise<void> {
  await db
    .insertInto('sync_logs')
    .values(
      entries.map((entry) => ({
        sync_type: entry.type,
        sync_direction: entry.direction,
        sync_status: entry.status,
        erpnext_entity_type: entry.doctype,
        error_details: entry.code,
        data_payload: JSON.stringify(entry.counts),
        sync_timestamp: new Date(now).toISOString(),
      })),
    )
    .execute();
}

export async function logDecisions(db: Db, decisions: readonly DecisionEntry[], now: number): Promise<void> {
  if (decisions.length === 0) return;
  await db
    .insertInto('sync_logs')
    .values(
      decisions.map(({ direction, doctype, document, ...payload }) => ({
        sync_type: 'decision',
        sync_direction: direction,
        sync_status: 'success',
        erpnext_entity_type: doctype,
        erpnext_entity_id: document,
        error_details: null,
        data_payload: JSON.stringify(payload),
        sync_timestamp: new Date(now).toISOString(),
      })),
    )
    .execute();
}

/** Lines older than 90 days go. */
export async function purgeLogs(db: Db, now: number): Promise<void> {
  await sql`delete from sync_logs where sync_timestamp < ${new Date(now - KEEP_MS).toISOString()}::timestamptz`.execute(
    db,
  );
}
