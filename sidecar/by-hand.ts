/**
 * What a person reads from the site and writes there through the sidecar (`erpnext/operations.ts`), with what the
 * sidecar's database has to do with it: the epoch, the revision, a pupil's preferences as a proposal, the log.
 */
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { proposalTouch } from './due.ts';
import type { Site } from './erpnext/client.ts';
import type { Entry, ProfileEntry } from './erpnext/entries.ts';
import {
  createAssessmentInsight,
  expectDocument,
  recordEngagement,
  updateStudentProfile,
  type Desk,
} from './erpnext/operations.ts';
import { AppError, asAppError } from './errors.ts';
import { logBatch } from './store/logs.ts';
import type { Store } from './store/open.ts';
import { proposePreferences } from './store/proposals.ts';
import { beginRound, readState } from './store/state.ts';
import { touch } from './store/work.ts';

export interface HandTools {
  site: Site;
  store: Store;
  clock: Clock;
}

/** `proposed`: kept here, and merged with what people set when the sidecar sends next. */
export const Written = z.object({ outcome: z.enum(['stored', 'unchanged', 'stale', 'proposed']) });
export type Written = z.output<typeof Written>;

export function deskOf({ site, store, clock }: HandTools): Desk {
  return {
    site,
    clock,
    async epoch() {
      const { epoch } = await readState(store.db);
      if (epoch === null) throw new AppError('site.fenced');
      return epoch;
    },
  };
}

export async function write(tools: HandTools, entry: Entry): Promise<Written> {
  const { store, clock } = tools;
  // Newer than what an analysis that has read already will say.
  const round = await beginRound(store.db);
  if (round === null) throw new AppError('site.fenced');
  const batch = { type: 'write_back', direction: 'to_erpnext', doctype: null } as const;
  try {
    const outcome = await writeEntry(tools, round.revision, entry);
    const counts = { [outcome]: 1 };
    await logBatch(store.db, { ...batch, status: 'success', code: null, counts }, clock.now());
    return { outcome };
  } catch (thrown) {
    const { code } = asAppError(thrown);
    await logBatch(store.db, { ...batch, status: 'failed', code, counts: { error: 1 } }, clock.now());
    throw thrown;
  }
}

async function writeEntry(
  tools: HandTools,
  revision: number,
  { kind, entry }: Entry,
): Promise<Written['outcome']> {
  const desk = deskOf(tools);
  switch (kind) {
    case 'profile':
      return writeProfile(tools, desk, revision, entry);
    case 'assessment':
      return createAssessmentInsight(desk, revision, entry);
    default:
      return recordEngagement(desk, revision, entry);
  }
}

/** A proposal for a pupil whom the site has not would wait here for ever. */
async function writeProfile(
  { store, clock }: HandTools,
  desk: Desk,
  revision: number,
  entry: ProfileEntry,
): Promise<Written['outcome']> {
  const { student, preferences, ...own } = entry;
  await expectDocument(desk, 'Student', student);
  if (preferences !== undefined) {
    const now = clock.now();
    await store.transaction(async (tx) => {
      await proposePreferences(tx, store.sealer, student, preferences, now);
      await touch(tx, [proposalTouch({ doctype: 'Student', name: student }, now)]);
    });
  }
  return Object.keys(own).length > 0 ? updateStudentProfile(desk, revision, { student, ...own }) : 'proposed';
}
