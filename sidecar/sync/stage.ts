/** Stage 2 as a loop, and the one fetcher: live documents first, then the first load, then the checks. */
import { AppError } from '../errors.ts';
import type { Pairing, Session } from '../pairing.ts';
import { readState } from '../store/state.ts';
import { claim, firstDue, nextDue, type Claim, type WorkStage } from '../store/work.ts';
import type { Wake } from '../wake.ts';
import type { Batch, Stage } from '../work.ts';
import { ABOUT_PUPILS_AT_ONCE, fetchAboutPupils } from './about-pupils.ts';
import { checkStep } from './checks.ts';
import { fetchDocuments, pageSize, recheck, relink, type FetchTools } from './fetch.ts';
import { FirstLoad } from './load.ts';
import { recheckOf } from './timetable.ts';

interface SyncTools extends FetchTools {
  pairing: Pairing;
  wake: Wake;
  /** Rung when there is something to analyse. */
  analyseWake: Wake;
  /** Rung when a first load is complete. */
  learnWake: Wake;
}

/** In this order: a pupil new to the mirror can wait for a result of another. */
const FETCHING: readonly WorkStage[] = ['relink', 'fetch', 'fetch_of'];
/** Only when nothing live is due: what a check saw is looked at again before the next one begins. */
const CHECKING: readonly WorkStage[] = ['recheck', 'check'];
/** A second reading tells drift from delay only after the outbox was drained since the first. */
const DRAINED_WITHIN_MS = 25_000;
const LOOK_AGAIN_MS = 1_000;

const LEASE_MS = 180_000;

export function syncStage(tools: SyncTools): Stage {
  const { pairing, store, clock } = tools;
  const firstLoad = new FirstLoad(tools);
  /** The load this process knows to be complete, so that it is not asked for at every step. */
  let completed: number | null = null;

  async function takeWork(stages: readonly WorkStage[], lease: string): Promise<Batch | null> {
    const now = clock.now();
    const first = await firstDue(store.db, stages, now);
    if (first === null) return null;
    const { stage, kind } = first;
    // What is about a pupil is asked for in all its kinds at once.
    const which = stage === 'fetch_of' ? { stage } : { stage, kind };
    const limit = limitOf(first);
    const claims = await claim(store.db, { ...which, limit, now, leaseMs: LEASE_MS, lease });
    if (claims.length === 0) return null;
    return {
      claims,
      async run(part) {
        const { session } = pairing;
        if (session === null) throw new AppError('leader.lost');
        await run(first.stage, tools, session, part);
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
          tools.learnWake.ring();
        }
      },
    };
  }

  function mayCheck(): boolean {
    return pairing.drainedAt !== null && clock.now() - pairing.drainedAt <= DRAINED_WITHIN_MS;
  }

  return {
    name: 'sync',
    wake: tools.wake,
    async take(lease) {
      if (pairing.session === null) return null;
      const checking = mayCheck() ? CHECKING : [];
      if (completed === pairing.session.load) return takeWork([...FETCHING, ...checking], lease);
      return (await takeWork(FETCHING, lease)) ?? (await takeLoad()) ?? (await takeWork(checking, lease));
    },
    async nextDue() {
      if (pairing.session === null) return null;
      if (mayCheck()) return nextDue(store.db, [...FETCHING, ...CHECKING]);
      const fetching = await nextDue(store.db, FETCHING);
      const checking = await nextDue(store.db, CHECKING);
      if (checking === null) return fetching;
      const check = Math.max(checking, clock.now() + LOOK_AGAIN_MS);
      return fetching === null ? check : Math.min(fetching, check);
    },
  };
}

function limitOf({ stage, kind }: { stage: WorkStage; kind: string }): number {
  if (stage === 'check') return 1;
  if (stage === 'fetch_of') return ABOUT_PUPILS_AT_ONCE;
  return pageSize(stage === 'recheck' ? recheckOf(kind)[1] : kind);
}

async function run(stage: WorkStage, tools: FetchTools, session: Session, claims: Claim[]): Promise<void> {
  if (stage === 'relink') await relink(tools, claims);
  else if (stage === 'fetch') await fetchDocuments(tools, session, claims);
  else if (stage === 'fetch_of') await fetchAboutPupils(tools, session, claims);
  else if (stage === 'recheck') await recheck(tools, session, claims);
  else await checkStep(tools, session, claims);
}
