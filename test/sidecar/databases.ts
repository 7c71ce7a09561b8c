/**
 * The databases that the store suite runs on: PGlite always, PostgreSQL where a server program is found.
 *
 * Each gives one store; `wipe` puts it back to the state of a fresh one between tests.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql, type PGliteDialectConfig } from 'kysely';
import { openStore, prepareStore, type Store } from '../../sidecar/store/open.ts';
import { SHAPES } from '../../sidecar/store/mirror/shape.ts';
import type { Tables } from '../../sidecar/store/tables.ts';

export const SEALING_KEY = Buffer.alloc(32, 7);

export interface TestDatabase {
  title: string;
  start(): Promise<Store>;
  stop(store: Store): Promise<void>;
}

const embedded: TestDatabase = {
  title: 'PGlite',
  start: () => openStore({ databaseUrl: null, dataDir: 'memory://', sealingKey: SEALING_KEY }),
  stop: (store) => store.close(),
};

/** As the sidecar opens it, on nothing or on what one held before. */
export function createPglite(held?: Blob): Promise<PGlite> {
  return PGlite.create({
    dataDir: 'memory://',
    parsers: { [types.INT8]: Number },
    ...(held === undefined ? {} : { loadDataDir: held }),
  });
}

export function storeOn(pglite: PGliteDialectConfig['pglite']): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  return prepareStore({ db, shared: false, release: () => undefined }, SEALING_KEY);
}

/** Where `postgres` and `initdb` lie; distributions keep them off the PATH. */
function postgresFolder(): string | null {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'initdb'));
  const usual = [18, 17, 16, 15, 14].map((major) => `/usr/lib/postgresql/${major}/bin/initdb`);
  const found = [...usual, ...onPath].find((file) => existsSync(file));
  return found === undefined ? null : dirname(found);
}

/** PostgreSQL refuses to run as root, so root lends it another user. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'nobody']).stdout.toString()));
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

export interface PostgresServer {
  url: string;
  /** Killed as by a power cut, and started again: it recovers from its log. */
  restart(): Promise<void>;
  stop(): void;
}

/** A server of the test's own in a folder of its own, or null where no server program is found. */
export function startPostgres(): PostgresServer | null {
  const folder = postgresFolder();
  if (folder === null) return null;
  const home = mkdtempSync(join(tmpdir(), 'education-ai-pg-'));
  const user = unprivileged();
  if (user !== null) chownSync(home, user.uid, user.gid);
  const data = join(home, 'data');
  const options = { ...user, cwd: home };
  function run(program: string, args: string[]): void {
    const done = spawnSync(join(folder ?? '', program), args, { ...options, stdio: 'pipe' });
    if (done.status !== 0) throw new Error(`${program}: ${String(done.stderr)}`);
  }
  const locale = ['--locale=C.UTF-8', '-E', 'UTF8'];
  run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', ...locale]);
  const listen = `-c listen_addresses= -c unix_socket_directories=${home} -c fsync=off`;
  run('pg_ctl', ['-D', data, '-w', '-l', join(home, 'log'), '-o', listen, 'start']);
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(home)}`,
    async restart() {
      const args = ['-D', data, '-w', '-m', 'immediate', '-l', join(home, 'log'), 'restart'];
      const [status] = await once(
        spawn(join(folder, 'pg_ctl'), args, { ...options, stdio: 'ignore' }),
        'exit',
      );
      if (status !== 0) throw new Error(`pg_ctl restart: ${String(status)}`);
    },
    stop() {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** For what cannot go without. */
export function requirePostgres(): PostgresServer {
  const server = startPostgres();
  if (server === null) throw new Error('no PostgreSQL was found: install its server');
  return server;
}

function postgres(): TestDatabase {
  let server: PostgresServer | null = null;
  return {
    title: 'PostgreSQL',
    start() {
      server = requirePostgres();
      return openStore({ databaseUrl: server.url, dataDir: '', sealingKey: SEALING_KEY });
    },
    async stop(store) {
      await store.close();
      server?.stop();
    },
  };
}

export function testDatabases(): TestDatabase[] {
  return hasPostgres() ? [embedded, postgres()] : [embedded];
}

export function hasPostgres(): boolean {
  return postgresFolder() !== null;
}

const OWN_TABLES = [
  'work',
  'backfill',
  'ai_insights',
  'cohort_figures',
  'group_attendance',
  'checks',
  'sync_logs',
  'student_ai_profiles',
  'proposals',
  'models',
];

export async function wipe({ db }: Store): Promise<void> {
  const mirror = SHAPES.flatMap((shape) => [shape.table, ...shape.children.map((child) => child.table)]);
  const holding = [...OWN_TABLES, ...mirror].map(
    (table) => sql`select ${sql.lit(table)} as name where exists (select from ${sql.table(table)})`,
  );
  // to empty a table costs as much where nothing is in it
  const { rows } = await sql<{ name: string }>`${sql.join(holding, sql` union all `)}`.execute(db);
  if (rows.length > 0) await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(db);
  await sql`update leader set holder = '', until = 0`.execute(db);
  await sql`
    update state set epoch = null, token = null, pending_ack = '[]', site_id = null, time_zone = null,
      settings = null, load = 1, loaded = false, reported_load = 0`.execute(db);
}
