/**
 * A backup of what a first load cannot bring back, on either database, encrypted with the sealing key.
 *
 * The mirror and the work are left out, and a restored database has no pairing: the next start is a resync, which
 * reads every record as it is then. File: MAGIC, 12 bytes IV, AES-256-GCM of gzipped lines of JSON, 16 bytes tag.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sql } from 'kysely';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { MIGRATIONS } from './migrations/migrate.ts';
import type { Store } from './open.ts';
import type { Db, Tables } from './tables.ts';

const MAGIC = Buffer.from('EDUAIBK1');
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `state` goes along for the revision and the site, without its pairing. */
const KEPT = [
  'state',
  'ai_insights',
  'sync_logs',
  'student_ai_profiles',
  'proposals',
] as const satisfies readonly (keyof Tables)[];

const Backup = z.object({
  migrations: z.array(z.string()),
  revision: z.string(),
  /** Per table its rows as the database writes them in JSON, so that nothing is rounded on the way. */
  tables: z.record(z.enum(KEPT), z.string()),
});

/** One state of the database, while the sidecar goes on. */
export async function dumpBackup(store: Store, sealingKey: Buffer): Promise<Buffer> {
  const backup = await store.transaction(async (tx) => {
    const tables = new Map<string, string>();
    for (const table of KEPT) tables.set(table, await rowsOf(tx, table));
    return { migrations: names(), revision: await revisionOf(tx), tables: Object.fromEntries(tables) };
  });
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(sealingKey), iv);
  const packed = await promisify(gzip)(JSON.stringify(backup));
  return Buffer.concat([MAGIC, iv, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
}

/** Replaces what is there, all or nothing. Refused where the file is another key's, cut, or of another release. */
export async function restoreBackup(store: Store, sealingKey: Buffer, file: Buffer): Promise<void> {
  const backup = Backup.parse(JSON.parse(await open(file, sealingKey)));
  if (JSON.stringify(backup.migrations) !== JSON.stringify(names())) throw new AppError('backup.release');
  await store.transaction(async (tx) => {
    for (const table of KEPT) {
      const columns = await ownColumns(tx, table);
      await sql`delete from ${sql.table(table)}`.execute(tx);
      await sql`
        insert into ${sql.table(table)} (${columns})
        select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${backup.tables[table]}::json)`.execute(
        tx,
      );
    }
    await sql`select setval('revision_seq', greatest(${backup.revision}::bigint, last_value)) from revision_seq`.execute(
      tx,
    );
    await sql`delete from backfill`.execute(tx);
    await sql`delete from work`.execute(tx);
    await sql`
      update state set epoch = null, token = null, pending_ack = '[]', loaded = false, load = load + 1`.execute(
      tx,
    );
  });
}

async function open(file: Buffer, sealingKey: Buffer): Promise<string> {
  const head = MAGIC.length + IV_BYTES;
  if (!file.subarray(0, MAGIC.length).equals(MAGIC) || file.length < head + TAG_BYTES) {
    throw new AppError('backup.unreadable', { detail: 'it is no backup of a sidecar' });
  }
  const decipher = createDecipheriv('aes-256-gcm', keyOf(sealingKey), file.subarray(MAGIC.length, head));
  decipher.setAuthTag(file.subarray(-TAG_BYTES));
  try {
    const packed = Buffer.concat([decipher.update(file.subarray(head, -TAG_BYTES)), decipher.final()]);
    return (await promisify(gunzip)(packed)).toString();
  } catch (cause) {
    throw new AppError('backup.unreadable', {
      detail: 'it was cut, changed, or made with another key',
      cause,
    });
  }
}

function keyOf(sealingKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', sealingKey, '', 'education-ai backup', 32));
}

const names = () => MIGRATIONS.map(({ id }) => id);

async function rowsOf(tx: Db, table: string): Promise<string> {
  const found = await sql<{ rows: string | null }>`
    select json_agg(t)::text as rows from ${sql.table(table)} t`.execute(tx);
  return found.rows[0]?.rows ?? '[]';
}

async function revisionOf(tx: Db): Promise<string> {
  const found = await sql<{ value: string }>`select last_value::text as value from revision_seq`.execute(tx);
  return found.rows[0]?.value ?? '1';
}

/** Without those that the database works out itself. */
async function ownColumns(tx: Db, table: string) {
  const found = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} and is_generated = 'NEVER'
    order by ordinal_position`.execute(tx);
  return sql.join(found.rows.map(({ name }) => sql.ref(name)));
}
