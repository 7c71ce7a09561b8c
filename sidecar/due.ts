/** When a touched piece of work becomes due: the priorities of `sync.md` 15, in one table. */
import { WATCHED, watchedDocType } from './erpnext/watched.ts';
import { RISK } from './store/models.ts';
import { proposalName, type DocumentName } from './store/proposals.ts';
import type { Target } from './store/targets.ts';
import { targetName } from './store/targets.ts';
import type { Touch } from './store/work.ts';

/** Classes wait until a burst is over: 300 absences of one morning are one run of the group. */
const CLASS_DELAY_MS = 15_000;

/** After this any changed document is due. */
export const LONGEST_DELAY_MS = Math.max(...WATCHED.map(({ due_seconds: seconds }) => seconds)) * 1000;

/** A changed document is fetched after the delay of its DocType: a result at once, attendance after 1 s. */
export function fetchTouch(doctype: string, name: string, now: number): Touch {
  const seconds = watchedDocType(doctype)?.due_seconds ?? 0;
  return { stage: 'fetch', kind: doctype, name, dueAt: now + seconds * 1000 };
}

/**
 * A renamed document: whatever links to its old or new name is asked for again, before anything else. Looking
 * only when the old name is gone would miss a new document that took it meanwhile.
 */
export function relinkTouch(doctype: string, name: string, now: number): Touch {
  return { stage: 'relink', kind: doctype, name, dueAt: now };
}

/** Every record about a pupil, whatever its name. */
export function aboutPupilTouches(student: string, dueAt: number): Touch[] {
  return WATCHED.filter(({ student: column, doctype }) => column !== null && doctype !== 'Student').map(
    ({ doctype }): Touch => ({ stage: 'fetch_of', kind: doctype, name: student, dueAt }),
  );
}

/** A reached target: pupils at once (their document has already waited), classes later. */
export function analyseTouch(target: Target, now: number): Touch {
  const delay = target.kind === 'student' ? 0 : CLASS_DELAY_MS;
  return { stage: 'analyse', kind: target.kind, name: targetName(target), dueAt: now + delay };
}

/** What need not wait for a burst to end, as after a first load: classes before their readers. */
export function analyseNowTouch(target: Target, now: number): Touch {
  const delay = target.kind === 'cohort' || target.kind === 'group' ? 0 : 1;
  return { stage: 'analyse', kind: target.kind, name: targetName(target), dueAt: now + delay };
}

/** A class's readers come in no more turns than these, of so many at least, and so far apart. */
const TURNS = 3;
const LEAST_IN_A_TURN = 10;
const TURN_MS = 1000;

/**
 * Who reads figures that have changed. In turns, with room after the class's run and between them: an answer that
 * somebody waits for stands behind one of these at most, and a burst costs few runs more.
 */
export function readerTouches(readers: readonly Target[], now: number): Touch[] {
  const inATurn = Math.max(LEAST_IN_A_TURN, Math.ceil(readers.length / TURNS));
  return readers.map((reader, place) =>
    analyseNowTouch(reader, now + (1 + Math.floor(place / inATurn)) * TURN_MS),
  );
}

/** A document for which something is proposed, to be merged with what stands on the site. */
export function proposalTouch(document: DocumentName, now: number): Touch {
  return { stage: 'send', kind: 'proposal', name: proposalName(document), dueAt: now };
}

/** All that is learned is learned together. */
export function learnTouch(dueAt: number): Touch {
  return { stage: 'learn', kind: RISK, name: RISK, dueAt };
}

/** What an analysis says goes at once and together: a profile in a request of its own would cost the site three times as much. */
export function sendTouch(id: string, now: number): Touch {
  return { stage: 'send', kind: 'insight', name: id, dueAt: now };
}
