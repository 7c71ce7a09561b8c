/** Numbered migrations, append-only: a released one is never edited, a mistake is mended by the next. */
import { sql } from 'kysely';
import type { Db } from '../tables.ts';
import * as work from './0001-work.ts';
import * as insights from './0002-insights.ts';
import * as report from './0003-report.ts';
import * as logs from './0004-logs.ts';
import * as profiles from './0005-profiles.ts';
import * as checks from './0006-checks.ts';
import * as leases from './0007-leases.ts';
import * as ownFields from './0008-own-fields.ts';
import * as risk from './0009-risk.ts';
import * as effects from './0010-effects.ts';

export const MIGRATIONS = [
  work,
  insights,
  report,
  logs,
  profiles,
  checks,
  leases,
  ownFields,
  risk,
  effects,
] as const;

/** Only inside a transaction, where it also works behind a pooling proxy (`sync.md` 20). */
const MIGRATION_LOCK = 814_011;

/** Brings the database to this release, all or nothing; several processes may start at once. */
export async function migrate(db: Db): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(tx);
    await sql`create table if not exists migrations (id text primary key)`.execute(tx);
    const applied = new Set((await tx.selectFrom('migrations').select('id').execute()).map((row) => row.id));
    for (const migration of MIGRATIONS) {
      if (applied.has(migration.id)) continue;
      await migration.up(tx);
      await tx.insertInto('migrations').values({ id: migration.id }).execute();
    }
  });
}
