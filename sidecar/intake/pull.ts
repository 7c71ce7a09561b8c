/** Stage 1: takes what the site's outbox holds and makes it work, in one transaction with the ids to acknowledge. */
import type { Clock } from '../clock.ts';
import {
  LONGEST_DELAY_MS,
  aboutPupilTouches,
  analyseNowTouch,
  analyseTouch,
  fetchTouch,
  learnTouch,
  relinkTouch,
} from '../due.ts';
import type { Response } from '../erpnext/contract.ts';
import type { Site } from '../erpnext/client.ts';
import { watchedDocType } from '../erpnext/watched.ts';
import type { ErrorCode } from '../errors.ts';
import type { Session } from '../pairing.ts';
import { followRenames, type Rename } from '../store/insight-renames.ts';
import { forgetTold } from '../store/insights.ts';
import { assertPaired } from '../store/leader.ts';
import { logBatch, type LogEntry } from '../store/logs.ts';
import type { Store } from '../store/open.ts';
import { readState, storePull } from '../store/state.ts';
import type { Db } from '../store/tables.ts';
import { everyTarget } from '../store/targets.ts';
import { bury, touch, type Touch } from '../store/work.ts';

export const PULL_LIMIT = 1000;

export interface PullTools {
  site: Site;
  store: Store;
  clock: Clock;
  /** This process's name in the leader's lease. */
  me: string;
}

export interface Pulled {
  events: number;
  /** Whether more is waiting, so that the next pull should follow at once. */
  more: boolean;
  /** Then everything is looked at anew. */
  settingsChanged: boolean;
}

/**
 * The acknowledgement of what is stored here travels with the next pull: killed before the store, the rows come
 * again; killed after it, they are acknowledged again (`sync.md` 8).
 */
export async function pullOnce(tools: PullTools, session: Session): Promise<Pulled> {
  const state = await readState(tools.store.db);
  // The delays run from here, so that the time of the answer is not added to them.
  const asked = tools.clock.now();
  const answer = await tools.site.pull({
    epoch: session.epoch,
    token: state.token ?? '',
    ack: state.pendingAck,
    limit: PULL_LIMIT,
  });
  const now = tools.clock.now();
  // What comes by the thousand has waited already; it keeps its order, and nothing is gained by waiting more.
  const backlog = answer.events.length === PULL_LIMIT;
  const sorted = sortEvents(answer.events, backlog ? asked - LONGEST_DELAY_MS : asked);
  const settingsChanged = await tools.store.transaction(async (tx) => {
    await assertPaired(tx, { me: tools.me, epoch: session.epoch, now, toChange: true });
    await followRenames(tx, renamesIn(answer.events));
    await touch(tx, [...sorted.touches, ...(await sayAgain(tx, answer.events, now))]);
    await bury(tx, sorted.dead, now);
    if (answer.events.length > 0) await logBatch(tx, pulledEntry(answer.events.length, sorted), now);
    const ids = answer.events.map((event) => event.id);
    const changed = await storePull(tx, { token: answer.token, ids, settings: answer.settings });
    if (changed) {
      const targets = await everyTarget(tx);
      await touch(tx, [...targets.map((target) => analyseNowTouch(target, now)), learnTouch(now)]);
    }
    return changed;
  });
  const events = answer.events.length;
  return { events, more: events > 0 && answer.pending > 0, settingsChanged };
}

function pulledEntry(events: number, { dead }: SortedEvents): LogEntry {
  return {
    type: 'pull',
    direction: 'from_erpnext',
    status: dead.length === 0 ? 'success' : 'partial',
    doctype: null,
    code: dead[0]?.code ?? null,
    counts: { events, dead: dead.length },
  };
}

/** DocTypes of which something may have been said, and erased on the site with the document. */
const SPOKEN_OF = new Set([
  'Student',
  'Program Enrollment',
  'Assessment Result',
  'Student Group',
  'Course',
  'Instructor',
  'Academic Term',
]);

/**
 * A document may go and come back before anything was fetched: the mirror then sees no difference, while the site
 * has erased what was said. Whatever comes anew is said again.
 */
async function sayAgain(tx: Db, events: Response<'pull'>['events'], now: number): Promise<Touch[]> {
  const touches: Touch[] = [];
  for (const doctype of SPOKEN_OF) {
    const came = events.filter((event) => event.event === 'insert' && event.doctype === doctype);
    if (came.length === 0) continue;
    const names = came.map(({ name }) => name);
    for (const target of await forgetTold(tx, doctype, names)) touches.push(analyseTouch(target, now));
  }
  return touches;
}

function renamesIn(events: Response<'pull'>['events']): Rename[] {
  return events.flatMap(({ doctype, name: from, event, new_name: to }) =>
    event === 'rename' && to !== null && SPOKEN_OF.has(doctype) ? [{ doctype, from, to }] : [],
  );
}

interface SortedEvents {
  touches: Touch[];
  dead: { kind: string; name: string; code: ErrorCode }[];
}

/**
 * An event is only a touch of its name and of the new one (`sync.md` 9); what we cannot know is dead work.
 *
 * Of a pupil who comes anew or under another name every record is asked for: there may be some that the mirror never
 * knew, since the pupil was left out until now.
 */
export function sortEvents(events: Response<'pull'>['events'], now: number): SortedEvents {
  const sorted: SortedEvents = { touches: [], dead: [] };
  for (const { doctype, name, event, new_name: newName } of events) {
    for (const each of newName === null || newName === '' ? [name] : [name, newName]) {
      if (watchedDocType(doctype) === undefined) {
        sorted.dead.push({ kind: storable(doctype), name: storable(each), code: 'work.unknown_doctype' });
      } else if (each.includes('\0')) {
        sorted.dead.push({ kind: doctype, name: storable(each), code: 'work.impossible_name' });
      } else {
        const fetch = fetchTouch(doctype, each, now);
        sorted.touches.push(fetch);
        if (newName !== null) sorted.touches.push(relinkTouch(doctype, each, now));
        if (doctype === 'Student' && (event === 'insert' || each === newName))
          sorted.touches.push(...aboutPupilTouches(each, fetch.dueAt));
      }
    }
  }
  return sorted;
}

/** PostgreSQL refuses a NUL in text, and one such name must not stop the pull. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
