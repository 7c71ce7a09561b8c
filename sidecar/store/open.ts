/** Opens the one database of a site: embedded PGlite or a PostgreSQL server, brought to this release. */
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { Pool, types as pgTypes } from 'pg';
import { AppError, asAppError } from '../errors.ts';
import { lockFolder } from './folder-lock.ts';
import { LEADER_LEASE_MS } from './leader.ts';
import { migrate } from './migrations/migrate.ts';
import { prepareMirror } from './mirror/shape.ts';
import { createSealer, type Sealer } from './sealing.ts';
import type { Db, Tables } from './tables.ts';

export interface Store {
  db: Db;
  sealer: Sealer;
  /** Whether other processes may work on the same database, so that they must be asked for by polling. */
  shared: boolean;
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface StoreOptions {
  /** Null: PGlite in `dataDir`. */
  databaseUrl: string | null;
  /** `memory://` for tests. */
  dataDir: string;
  sealingKey: Buffer;
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const opened = options.databaseUrl === null ? embedded(options.dataDir) : server(options.databaseUrl);
  return prepareStore(opened, options.sealingKey);
}

interface Opened {
  db: Db;
  shared: boolean;
  /** Called when the database is closed. */
  release(): void;
}

/** Brings a connected database to this release. Closes it again where that fails. */
export async function prepareStore(opened: Opened, sealingKey: Buffer): Promise<Store> {
  const { db } = opened;
  const sealer = createSealer(sealingKey);
  try {
    await migrate(db);
    await checkSealingKey(db, sealer);
    await prepareMirror(db);
    if (!opened.shared) await forgetFormerSelf(db);
  } catch (error) {
    await db.destroy();
    opened.release();
    throw asAppError(error);
  }
  return {
    db,
    sealer,
    shared: opened.shared,
    transaction: (work) =>
      db.transaction().execute(async (tx) => {
        if (opened.shared) await limitPauses(tx);
        return work(tx);
      }),
    async close() {
      await db.destroy();
      opened.release();
    },
  };
}

function embedded(dataDir: string): Opened {
  const lock = dataDir.startsWith('memory://') ? null : lockFolder(dataDir);
  const pglite = new PGlite({
    dataDir: lock === null ? dataDir : `${dataDir}/pglite`,
    parsers: { [pgliteTypes.INT8]: Number },
  });
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  return { db, shared: false, release: () => lock?.release() };
}

function server(databaseUrl: string): Opened {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 8,
    types: {
      getTypeParser: (oid, format) =>
        oid === pgTypes.builtins.INT8 ? Number : pgTypes.getTypeParser(oid, format),
    },
  });
  // A connection that breaks is replaced by the pool, and fails the statement it was busy with; without a listener
  // on it the process would end, whether the connection was idle or not.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { db, shared: true, release: () => undefined };
}

/**
 * A process that is stopped in the middle keeps the locks of its transaction, the leader's among them, so that nobody
 * could lead in its place. Set for the transaction alone: a pooling proxy gives the connection to others afterwards.
 */
async function limitPauses(tx: Db): Promise<void> {
  await sql`set local idle_in_transaction_session_timeout = ${sql.lit(LEADER_LEASE_MS)}`.execute(tx);
}

const SEALING_PLACE = { table: 'state', row: '1', column: 'sealing_check' };

async function checkSealingKey(db: Db, sealer: Sealer): Promise<void> {
  const { sealing_check: check } = await db
    .selectFrom('state')
    .select('sealing_check')
    .executeTakeFirstOrThrow();
  if (check === null) {
    const sealed = sealer.seal('education-ai', SEALING_PLACE);
    await db.updateTable('state').set({ sealing_check: sealed }).where('sealing_check', 'is', null).execute();
  } else if (sealer.open(check, SEALING_PLACE) === null) {
    throw new AppError('store.wrong_key');
  }
}

/** Nobody else can hold a lease on an embedded database; those that stand there are of a process that is gone. */
async function forgetFormerSelf(db: Db): Promise<void> {
  await sql`update work set lease = null, lease_until = null where lease is not null`.execute(db);
  await sql`update leader set holder = '', until = 0`.execute(db);
}
