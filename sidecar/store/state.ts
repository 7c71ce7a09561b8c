/** The pairing with the site as this database knows it: epoch, token, what is still to acknowledge, settings. */
import { sql } from 'kysely';
import { z } from 'zod';
import { Settings, type Response } from '../erpnext/contract.ts';
import { AppError } from '../errors.ts';
import { canonical } from './canonical.ts';
import { unsettleProposals } from './proposals.ts';
import type { Db } from './tables.ts';

export interface State {
  epoch: string | null;
  token: string | null;
  pendingAck: number[];
  siteId: string | null;
  timeZone: string | null;
  settings: Settings | null;
  load: number;
  loaded: boolean;
}

const Ids = z.array(z.int());

export async function readState(db: Db): Promise<State> {
  const row = await db.selectFrom('state').selectAll().executeTakeFirstOrThrow();
  return {
    epoch: row.epoch,
    token: row.token,
    pendingAck: Ids.parse(JSON.parse(row.pending_ack)),
    siteId: row.site_id,
    timeZone: row.time_zone,
    settings: row.settings === null ? null : Settings.parse(row.settings),
    load: row.load,
    loaded: row.loaded,
  };
}

/**
 * Takes over what `hello` answered. A resync (`sync.md` 1) starts a first load and makes every insight unsent:
 * each is sent again after its target was analysed again, never before, so that nothing old goes out.
 */
export async function storePairing(db: Db, hello: Response<'hello'>): Promise<void> {
  const state = await readState(db);
  if (state.siteId !== null && state.siteId !== hello.site_id) throw new AppError('store.wrong_site');
  await db.updateTable('state').set({ site_id: hello.site_id, time_zone: hello.time_zone }).execute();
  // Going on, the token here is good as it is; the one in this answer may be older than a pull of the leader. And
  // the next pull finds whether the settings are others than these, and has everything analysed with them.
  if (!hello.resync && state.epoch === hello.epoch) return;
  await db
    .updateTable('state')
    .set((eb) => ({
      epoch: hello.epoch,
      token: hello.token,
      settings: JSON.stringify(hello.settings),
      pending_ack: '[]',
      load: eb('load', '+', 1),
      loaded: false,
    }))
    .execute();
  await db.deleteFrom('backfill').execute();
  await db.deleteFrom('work').where('stage', '=', 'send').execute();
  await db.updateTable('ai_insights').set({ sent_revision: 0 }).execute();
  await unsettleProposals(db);
}

/** What a pull brought, beside its touches: returns whether the settings changed. */
export async function storePull(
  db: Db,
  pulled: { token: string; ids: number[]; settings: Settings },
): Promise<boolean> {
  const before = await db.selectFrom('state').select('settings').executeTakeFirstOrThrow();
  const changed = before.settings === null || canonical(before.settings) !== canonical(pulled.settings);
  await db
    .updateTable('state')
    .set({
      token: pulled.token,
      pending_ack: JSON.stringify(pulled.ids),
      ...(changed ? { settings: JSON.stringify(pulled.settings) } : {}),
    })
    .execute();
  return changed;
}

/**
 * Begins a round of analysis: draws its revision, a number that only grows (`sync.md` 16), and says with which
 * settings and in which time zone to work; null before the first `hello`.
 */
export async function beginRound(
  db: Db,
): Promise<{ revision: number; settings: Settings; timeZone: string } | null> {
  const rows = await sql<{ revision: number; settings: unknown; timeZone: string | null }>`
    select nextval('revision_seq') as revision, settings, time_zone as "timeZone" from state`.execute(db);
  const [row] = rows.rows;
  if (row === undefined || row.timeZone === null || row.settings === null) return null;
  return { revision: row.revision, settings: Settings.parse(row.settings), timeZone: row.timeZone };
}
