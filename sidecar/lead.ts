/**
 * Keeps the lead among the processes of one site and, while leading, the pairing with the site (`hello`).
 *
 * The one path of `sync.md` 1: whatever was deleted, restored or doubled, the site's answer to `hello` says
 * whether to go on or to load everything anew.
 */
import { isTimeZone, type Clock } from './clock.ts';
import { CONTRACT_VERSIONS, type Response } from './erpnext/contract.ts';
import type { Site } from './erpnext/client.ts';
import { AppError, asAppError } from './errors.ts';
import type { Log } from './log.ts';
import type { Pairing } from './pairing.ts';
import type { Status } from './status.ts';
import { LEADER_RENEW_MS, assertLead, giveUpLead, takeLead } from './store/leader.ts';
import type { Store } from './store/open.ts';
import { readState, storePairing, type State } from './store/state.ts';
import { touch } from './store/work.ts';
import { timetable } from './sync/timetable.ts';
import type { Wake } from './wake.ts';

export interface LeadTools {
  site: Site;
  store: Store;
  clock: Clock;
  log: Log;
  status: Status;
  pairing: Pairing;
  me: string;
  version: string;
  /** Once, at start: replace another sidecar without waiting for it to fall silent. */
  takeOver: boolean;
  wake: Wake;
  signal: AbortSignal;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export async function runLead(tools: LeadTools): Promise<void> {
  const { clock, pairing, signal, status, wake } = tools;
  let pauseMs = 0;
  let takeOver = tools.takeOver;
  while (!signal.aborted) {
    try {
      const leading = await takeLead(tools.store.db, tools.me, clock.now());
      if (!leading && pairing.session !== null) pairing.lost();
      if (leading && pairing.session === null) {
        await pair(tools, takeOver);
        takeOver = false;
      }
      // A process that does not lead still analyses, with what the leader stored.
      status.paired(true);
      status.stage('pairing', null);
      pauseMs = 0;
    } catch (thrown) {
      const error = asAppError(thrown);
      tools.log.warn({ code: error.code, detail: error.detail }, error.message);
      status.paired(false);
      status.stage('pairing', error);
      pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    }
    // Never longer than the renewal, or a site that is slow to come back would cost the lead.
    await wake.wait(Math.min(pauseMs === 0 ? LEADER_RENEW_MS : pauseMs, LEADER_RENEW_MS), clock, signal);
  }
  await giveUpLead(tools.store.db, tools.me);
}

async function pair(tools: LeadTools, takeOver: boolean): Promise<void> {
  const hello = await greet(tools.site, tools.store, tools.version, takeOver);
  await tools.store.transaction(async (tx) => {
    await assertLead(tx, tools.me, tools.clock.now());
    await storePairing(tx, hello);
    // Also a check that was given up gets another try.
    if ((await readState(tx)).loaded) await touch(tx, timetable(tools.clock.now(), hello.time_zone));
  });
  // Start has said hello once already, so that the answer alone does not tell whether a load is still to come.
  const { load, loaded } = await readState(tools.store.db);
  tools.log.info(
    { contract: hello.contract, app: hello.versions.app, pending: hello.pending },
    loaded ? 'paired' : 'paired: everything is loaded first',
  );
  tools.pairing.made({ epoch: hello.epoch, load });
}

/**
 * Whether this database was restored from before the last pull, which the site takes for one whose answer was lost.
 * Only an acknowledgement moves the token, so that a lost answer leaves something to acknowledge behind; with nothing
 * to acknowledge, what others pulled and told since then is missing here.
 */
async function isBehind(store: Store, before: State, hello: Response<'hello'>): Promise<boolean> {
  if (hello.resync || before.epoch === null || hello.token === before.token) return false;
  // Beside a process that is pulling, the token may have moved since it was read.
  const now = await readState(store.db);
  return now.token === before.token && before.pendingAck.length === 0 && now.pendingAck.length === 0;
}

/** `hello` with what this database knows, refused where its answer cannot be worked with. */
export async function greet(
  site: Site,
  store: Store,
  version: string,
  takeOver: boolean,
): Promise<Response<'hello'>> {
  const state = await readState(store.db);
  const ask = (token: string | null) =>
    site.hello({
      sidecar_version: version,
      contract_versions: [...CONTRACT_VERSIONS],
      epoch: state.epoch,
      token,
      take_over: takeOver,
    });
  let hello = await ask(state.token);
  if (await isBehind(store, state, hello)) hello = await ask(null);
  if (!CONTRACT_VERSIONS.some((spoken) => spoken === hello.contract)) {
    throw new AppError('contract.version', { detail: `the app speaks ${hello.contract}` });
  }
  if (state.siteId !== null && state.siteId !== hello.site_id) throw new AppError('store.wrong_site');
  if (!isTimeZone(hello.time_zone)) throw new AppError('site.malformed', { detail: 'time_zone' });
  const fault = hello.faults[0];
  if (fault !== undefined) throw new AppError('role.fault', { detail: fault.message });
  return hello;
}
