/**
 * Stage 2: asks the site for the dirty documents of one kind and stores them with everything that follows: the
 * targets they reach, the documents that linked to what is gone, the end of the work. One transaction.
 */
import type { Clock } from '../clock.ts';
import { aboutPupilTouches, analyseTouch, proposalTouch } from '../due.ts';
import type { Site } from '../erpnext/client.ts';
import type { SnapshotPage } from '../erpnext/contract.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Session } from '../pairing.ts';
import { countDrift, type CheckKind } from '../store/checks.ts';
import { forgetToldOf } from '../store/insights.ts';
import { assertLead, assertPaired } from '../store/leader.ts';
import { logBatches, type LogEntry } from '../store/logs.ts';
import {
  documentOf,
  isHeld,
  ownSum,
  type MirrorDocument,
  type MirroredDocument,
} from '../store/mirror/document.ts';
import {
  documentsLinkingTo,
  readDocuments,
  removeDocuments,
  storeDocuments,
} from '../store/mirror/documents.ts';
import { mirrorShape, type MirrorShape } from '../store/mirror/shape.ts';
import type { Store } from '../store/open.ts';
import { documentsWithProposals, removeProposals } from '../store/proposals.ts';
import { widen } from '../store/targets.ts';
import type { Db } from '../store/tables.ts';
import { dirtyNames, finish, finishAll, touch, type Claim, type Touch } from '../store/work.ts';
import type { Wake } from '../wake.ts';
import { CONFLICT, noteDecisions } from './decisions.ts';
import { resolve } from './resolve.ts';
import { recheckOf } from './timetable.ts';

export interface FetchTools {
  site: Site;
  store: Store;
  clock: Clock;
  metrics: Metrics;
  me: string;
  /** Rung when a proposal is to be merged anew. */
  sendWake: Wake;
}

const PAGE_WITH_CHILDREN = 50;
const PAGE_FLAT = 2000;

export function pageSize(doctype: string): number {
  return (mirrorShape(doctype)?.children.length ?? 0) > 0 ? PAGE_WITH_CHILDREN : PAGE_FLAT;
}

/** Documents by name. */
export async function fetchDocuments(tools: FetchTools, session: Session, claims: Claim[]): Promise<void> {
  const shape = shapeOf(claims[0]?.kind ?? '');
  const asked = claims.map((claim) => claim.name);
  const answer = await tools.site.snapshot({ epoch: session.epoch, doctype: shape.doctype, names: asked });
  const { rows, gone } = sortAnswer(asked, answer);
  await storePages(tools, session, claims, [
    { shape, documents: rows.map((row) => documentOf(shape, row)), gone },
  ]);
}

/**
 * Documents in which a check saw a difference, read again now that the outbox was drained. What differs still is
 * drift: no event told of it. It is stored like any change, and counted for the check.
 */
export async function recheck(tools: FetchTools, session: Session, claims: Claim[]): Promise<void> {
  const [check, doctype] = recheckOf(claims[0]?.kind ?? '');
  const shape = shapeOf(doctype);
  const names = claims.map((claim) => claim.name);
  const answer = await tools.site.snapshot({ epoch: session.epoch, doctype, names });
  await storePages(tools, session, claims, [pageAgain(check, shape, names, answer)]);
}

/** Documents that were asked for by name, where every one that is not as the mirror has it counts for a check. */
export function pageAgain(
  check: CheckKind,
  shape: MirrorShape,
  asked: readonly string[],
  answer: SnapshotPage,
): Page {
  const { rows, gone } = sortAnswer(asked, answer);
  const { doctype } = shape;
  return {
    shape,
    documents: rows.map((row) => documentOf(shape, row)),
    gone,
    async also(tx, changed) {
      // An event has come meanwhile: what differs is on its way and was not missed.
      const told = new Set(await dirtyNames(tx, 'fetch', doctype, changed));
      const found = changed.filter((name) => !told.has(name)).length;
      if (found > 0) await countDrift(tx, { kind: check, doctype }, { found, repaired: found });
    },
  };
}

export function shapeOf(doctype: string): MirrorShape {
  const shape = mirrorShape(doctype);
  if (shape === undefined) throw new AppError('work.unknown_doctype');
  return shape;
}

/**
 * A name that came back written otherwise (the site's `IN` ignores case and accents) is another document: what
 * was asked for is gone (`sync.md` 13). A name that is neither there nor gone means a cut answer.
 */
export function sortAnswer(asked: readonly string[], answer: SnapshotPage) {
  const returned = new Set(answer.rows.map((row) => row.name));
  const gone = asked.filter((name) => !returned.has(name));
  const stated = new Set(answer.gone);
  const written = [...returned].filter((name) => !asked.includes(name)).length;
  const unexplained = gone.filter((name) => !stated.has(name)).length;
  if (unexplained > written)
    throw new AppError('site.malformed', { detail: `${unexplained} names unanswered` });
  return { rows: answer.rows, gone };
}

export interface Page {
  shape: MirrorShape;
  documents: MirrorDocument[];
  gone: string[];
  /** Told, inside the transaction, which documents were not as the mirror had them. */
  also?: (tx: Db, changed: string[]) => Promise<void>;
}

export async function storePages(
  tools: FetchTools,
  session: Session,
  claims: Claim[],
  pages: readonly Page[],
  /** Told inside the transaction, before the pages are stored. */
  first?: (tx: Db) => Promise<void>,
): Promise<void> {
  const now = tools.clock.now();
  const toMerge = await tools.store.transaction(async (tx) => {
    await assertPaired(tx, { me: tools.me, epoch: session.epoch, now });
    await finishAll(tx, claims);
    await first?.(tx);
    let proposals = 0;
    for (const page of pages) proposals += await storePage(tools, tx, session, page, now);
    await logBatches(tx, pages.map(fetchedEntry), now);
    return proposals;
  });
  if (toMerge > 0) tools.sendWake.ring();
  const count = (which: 'documents' | 'gone') => pages.reduce((sum, page) => sum + page[which].length, 0);
  tools.metrics.documents.inc({ outcome: 'stored' }, count('documents'));
  tools.metrics.documents.inc({ outcome: 'gone' }, count('gone'));
}

/** Returns for how many documents a proposal is to be merged anew. */
async function storePage(
  tools: FetchTools,
  tx: Db,
  session: Session,
  { shape, documents, gone, also }: Page,
  now: number,
): Promise<number> {
  const before = await readDocuments(tx, shape, [...documents.map((document) => document.name), ...gone]);
  await also?.(tx, differing(before, documents, gone));
  const fresh = documents.filter((document) => {
    const held = before.get(document.name);
    return held?.seen !== session.load || !isHeld(shape, held, document);
  });
  await storeDocuments(tx, tools.store.sealer, shape, fresh, session.load);
  await removeDocuments(tx, shape, gone);
  await removeProposals(tx, shape.doctype, gone);
  // Also what was withdrawn before: it may have been written while the site was erasing, and goes when it is told.
  if (shape.doctype === 'Student') await forgetToldOf(tx, gone);
  if (shape.doctype === CONFLICT) await noteDecisions(tx, tools.store.sealer, documents, now);
  const reaches = [
    ...documents.flatMap((document) => resolve(shape.doctype, before.get(document.name) ?? null, document)),
    ...gone.flatMap((name) => resolve(shape.doctype, before.get(name) ?? null, null)),
  ];
  const targets = await widen(tx, reaches);
  const toMerge = await proposed(tx, shape.doctype, documents, now);
  await touch(tx, [
    ...targets.map((target) => analyseTouch(target, now)),
    ...(await relinked(tx, gone, now)),
    ...toMerge,
    ...(shape.doctype === 'Student' ? newPupils(documents, before, now) : []),
  ]);
  return toMerge.length;
}

function fetchedEntry({ shape, documents, gone }: Page): LogEntry {
  return {
    type: 'fetch',
    direction: 'from_erpnext',
    status: 'success',
    doctype: shape.doctype,
    code: null,
    counts: { stored: documents.length, gone: gone.length },
  };
}

function differing(
  before: Map<string, MirroredDocument>,
  documents: readonly MirrorDocument[],
  gone: readonly string[],
): string[] {
  const changed = documents.filter(({ name, rowSum }) => {
    const held = before.get(name);
    return held === undefined || held.rowSum !== rowSum || ownSum(held) !== held.ownSum;
  });
  return [...changed.map(({ name }) => name), ...gone.filter((name) => before.has(name))];
}

/** Where something is proposed for a document, it is merged anew with what people set there meanwhile. */
async function proposed(tx: Db, doctype: string, documents: MirrorDocument[], now: number): Promise<Touch[]> {
  const names = documents.map((document) => document.name);
  return (await documentsWithProposals(tx, doctype, names)).map((document) => proposalTouch(document, now));
}

/** No request: what links to these names becomes dirty (`sync.md` 12). In the fetcher, after any page on its way. */
export async function relink(tools: FetchTools, claims: Claim[]): Promise<void> {
  const now = tools.clock.now();
  await tools.store.transaction(async (tx) => {
    await assertLead(tx, tools.me, now);
    const mine = await finish(tx, claims);
    await touch(
      tx,
      await relinked(
        tx,
        mine.map(({ name }) => name),
        now,
      ),
    );
  });
}

/** Frappe rewrites links of a renamed or merged document without an event (`sync.md` 12): ask for them again. */
async function relinked(tx: Db, gone: readonly string[], now: number): Promise<Touch[]> {
  const linking = await documentsLinkingTo(tx, gone);
  return linking.map(({ doctype, name }) => ({ stage: 'fetch', kind: doctype, name, dueAt: now }));
}

function newPupils(documents: MirrorDocument[], before: Map<string, MirrorDocument>, now: number): Touch[] {
  const names = documents.map((document) => document.name).filter((name) => !before.has(name));
  return names.flatMap((name) => aboutPupilTouches(name, now));
}
