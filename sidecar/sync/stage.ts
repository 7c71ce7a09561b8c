/** Stage 2 as a loop, and the one fetcher: live documents first, then pupils new to the mirror, then the first load. */
import { AppError } from '../errors.ts';
import type { Pairing } from '../pairing.ts';
import { readState } from '../store/state.ts';
import { claim, firstDue, nextDue, type WorkStage } from '../store/work.ts';
import type { Wake } from '../wake.ts';
import type { Batch, Stage } from '../work.ts';
import { fetchAboutPupils, fetchDocuments, pageSize, relink, type FetchTools } from './fetch.ts';
import { FirstLoad } from './load.ts';

interface SyncTools extends FetchTools {
  pairing: Pairing;
  wake: Wake;
  /** Rung when there is something to analyse. */
  analyseWake: Wake;
}

/** In this order: a pupil new to the mirror can wait for a result of another. */
const FETCHING: readonly WorkStage[] = ['relink', 'fetch', 'fetch_of'];

const LEASE_MS = 180_000;
/** Everything about one pupil of one kind: the site caps an answer at about 5,000 rows. */
const PUPILS_AT_ONCE = 10;

export function syncStage(tools: SyncTools): Stage {
  const { pairing, store, clock } = tools;
  const firstLoad = new FirstLoad(tools);
  /** The load this process knows to be complete, so that it is not asked for at every step. */
  let completed: number | null = null;

  async function takeWork(lease: string): Promise<Batch | null> {
    const now = clock.now();
    const first = await firstDue(store.db, FETCHING, now);
    if (first === null) return null;
    const limit = first.stage === 'fetch_of' ? PUPILS_AT_ONCE : pageSize(first.kind);
    const claims = await claim(store.db, { ...first, limit, now, leaseMs: LEASE_MS, lease });
    if (claims.length === 0) return null;
    return {
      claims,
      async run(part) {
        const { session } = pairing;
        if (session === null) throw new AppError('leader.lost');
        if (first.stage === 'relink') await relink(tools, part);
        else if (first.stage === 'fetch') await fetchDocuments(tools, session, part);
        else await fetchAboutPupils(tools, session, part);
        tools.analyseWake.ring();
      },
    };
  }

  async function takeLoad(): Promise<Batch | null> {
    const { session } = pairing;
    if (session === null || completed === session.load) return null;
    const state = await readState(store.db);
    if (state.loaded) {
      completed = session.load;
      return null;
    }
    return {
      claims: [],
      async run() {
        if (await firstLoad.step(session)) {
          completed = session.load;
          tools.analyseWake.ring();
        }
      },
    };
  }

  return {
    name: 'sync',
    wake: tools.wake,
    async take(lease) {
      if (pairing.session === null) return null;
      return (await takeWork(lease)) ?? (await takeLoad());
    },
    nextDue: () => (pairing.session === null ? Promise.resolve(null) : nextDue(store.db, FETCHING)),
  };
}
