/**
 * The checks: what no event told. Each works through one DocType in small steps, between which live changes go
 * first, and only names what differs; `recheck` looks again after the outbox was drained, and repairs.
 *
 * hourly: the count, and every row modified since the last clean check less 15 minutes. daily: row sums per bucket.
 * weekly: every row, and the mirror's own columns. monthly: dead links, and insights whose evidence is gone.
 * sync: a person wants every document, or those changed since a moment, to be read again.
 */
import { z } from 'zod';
import { analyseTouch } from '../due.ts';
import { AppError } from '../errors.ts';
import type { Session } from '../pairing.ts';
import {
  isCheckKind,
  readPlace,
  storePlace,
  countDrift,
  type CheckKind,
  type CheckPlace,
} from '../store/checks.ts';
import { evidencePage } from '../store/evidence.ts';
import { assertPaired } from '../store/leader.ts';
import { BUCKETS } from '../store/mirror/document.ts';
import {
  bucketSums,
  countDocuments,
  damagedNames,
  deadLinks,
  rowSums,
  rowSumsOf,
} from '../store/mirror/sums.ts';
import { mirrorShape, type MirrorShape } from '../store/mirror/shape.ts';
import { readState } from '../store/state.ts';
import type { Db } from '../store/tables.ts';
import { dirtyNames, finish, touch, type Claim, type Touch } from '../store/work.ts';
import type { FetchTools } from './fetch.ts';
import { checkTouch, nextRun, recheckKind } from './timetable.ts';

/** A difference is drift only if it is still there when everything that was on its way has arrived. */
export const RECHECK_AFTER_MS = 30_000;
const OVERLAP_MS = 15 * 60_000;
/** A DocType of so many rows is listed in one go; a larger one bucket by bucket. */
const LISTED_WHOLE = 5000;
const MOST_DEAD_LINKS = 1000;
const FAR_PAST = '0001-01-01 00:00:00';
const FAR_FUTURE = '9999-12-31 00:00:00';
/** Where the evidence of insights is checked: with the DocType that insights themselves are. */
const OF_INSIGHTS = 'AI Insight';

/** What one step saw. `place` null: the check of this DocType is through. */
interface Step {
  examined: number;
  /** How many documents there are to look at; 0 where this step cannot tell. */
  total: number;
  /** What is to be looked at again. */
  differing: { doctype: string; name: string }[];
  touches: Touch[];
  place: { phase: string; cursor: string } | null;
  watermark: string | null;
}

interface Check {
  tools: FetchTools;
  session: Session;
  kind: CheckKind;
  shape: MirrorShape;
  place: CheckPlace;
}

/** One step of one check; the next follows when nothing live is due. */
export async function checkStep(tools: FetchTools, session: Session, claims: Claim[]): Promise<void> {
  const { store, clock, me } = tools;
  const [claim] = claims;
  if (claim === undefined) return;
  const { kind, name: doctype } = claim;
  const shape = mirrorShape(doctype);
  if (!isCheckKind(kind) || shape === undefined) throw new AppError('work.unknown_doctype');
  const place = await readPlace(store.db, kind, doctype);
  const step = await look({ tools, session, kind, shape, place });
  const now = clock.now();
  const { timeZone } = await readState(store.db);
  const again = step.place === null ? nextStart(kind, now, timeZone ?? 'UTC') : now;
  await store.transaction(async (tx) => {
    await assertPaired(tx, { me, epoch: session.epoch, now });
    if ((await finish(tx, [claim])).length === 0) return;
    await storePlace(
      tx,
      { kind, doctype },
      { ...(step.place ?? { phase: '', cursor: '' }), watermark: step.watermark },
      { examined: step.examined, total: step.total, finishedAt: step.place === null ? now : null },
    );
    const differing = kind === 'sync' ? step.differing : await unknownYet(tx, step.differing);
    await touch(tx, [
      ...differing.map((each): Touch => recheckTouch(kind, each, now)),
      ...step.touches,
      ...(again === null ? [] : [checkTouch(kind, doctype, again)]),
    ]);
    const repaired = step.touches.length;
    if (repaired > 0) await countDrift(tx, { kind, doctype }, { found: repaired, repaired });
  });
}

/** What is to be fetched anyway was not missed; what could not be fetched is dead work already. */
async function unknownYet(tx: Db, differing: Step['differing']): Promise<Step['differing']> {
  const found: Step['differing'] = [];
  for (const doctype of new Set(differing.map((each) => each.doctype))) {
    const names = differing.filter((each) => each.doctype === doctype).map(({ name }) => name);
    const known = new Set(await dirtyNames(tx, 'fetch', doctype, names));
    found.push(...names.filter((name) => !known.has(name)).map((name) => ({ doctype, name })));
  }
  return found;
}

function recheckTouch(
  kind: CheckKind,
  { doctype, name }: { doctype: string; name: string },
  now: number,
): Touch {
  const delay = kind === 'sync' ? 0 : RECHECK_AFTER_MS;
  return { stage: 'recheck', kind: recheckKind(kind, doctype), name, dueAt: now + delay };
}

function nextStart(kind: CheckKind, now: number, timeZone: string): number | null {
  return kind === 'sync' ? null : nextRun(kind, now, timeZone);
}

async function look(check: Check): Promise<Step> {
  switch (check.place.phase || FIRST_PHASE[check.kind]) {
    case 'changed':
      return changed(check);
    case 'buckets':
      return differingBuckets(check);
    case 'everything':
      return everything(check);
    case 'list':
      return listed(check);
    case 'links':
      return links(check);
    default:
      return evidence(check);
  }
}

const FIRST_PHASE: Record<CheckKind, string> = {
  hourly: 'changed',
  daily: 'buckets',
  weekly: 'everything',
  monthly: 'links',
  sync: 'everything',
};

function seenIn(check: Check, seen: Partial<Step>): Step {
  return {
    examined: 0,
    total: 0,
    differing: [],
    touches: [],
    place: null,
    watermark: check.place.watermark,
    ...seen,
  };
}

const Changed = z.object({ after: z.string(), newest: z.string().nullable() });

async function changed(check: Check): Promise<Step> {
  const { tools, session, shape, place } = check;
  const { doctype } = shape;
  const at = place.cursor === '' ? { after: '', newest: null } : Changed.parse(JSON.parse(place.cursor));
  const answer = await tools.site.digest({
    epoch: session.epoch,
    doctype,
    modified_from: changedSince(check),
    after: at.after,
  });
  const rows = answer.rows ?? [];
  const held = await rowSumsOf(
    tools.store.db,
    shape,
    rows.map(({ name }) => name),
  );
  const differing = rows.filter(({ name, row_sum: sum }) => check.kind === 'sync' || held.get(name) !== sum);
  // The newest of the first page: what changes while the others are read is looked at next time.
  const newest = at.newest ?? answer.newest;
  const seen = { examined: rows.length, differing: named(doctype, differing) };
  if (answer.next !== null) {
    const cursor = JSON.stringify({ after: answer.next, newest });
    return seenIn(check, { ...seen, place: { phase: 'changed', cursor } });
  }
  if (check.kind === 'sync') return seenIn(check, seen);
  const same = answer.count === (await countDocuments(tools.store.db, shape));
  return seenIn(check, { ...seen, watermark: newest, place: same ? null : { phase: 'buckets', cursor: '' } });
}

/** The first time there is nothing to go by, and everything has just been loaded. */
function changedSince({ kind, place }: Check): string {
  if (place.watermark === null) return FAR_FUTURE;
  return kind === 'sync' ? place.watermark : earlier(place.watermark);
}

/** 15 minutes before, as the site writes times; a transaction may commit what it wrote a while ago. */
function earlier(modified: string): string {
  const at = Date.parse(`${modified.slice(0, 19).replace(' ', 'T')}Z`) - OVERLAP_MS;
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

async function differingBuckets(check: Check): Promise<Step> {
  const { tools, session, shape } = check;
  const answer = await tools.site.digest({ epoch: session.epoch, doctype: shape.doctype, buckets: true });
  const ours = new Map((await bucketSums(tools.store.db, shape)).map((each) => [each.bucket, each]));
  const theirs = new Map((answer.buckets ?? []).map((each) => [each.bucket, each]));
  const left = [...Array(BUCKETS).keys()].filter((bucket) => {
    const [a, b] = [ours.get(bucket), theirs.get(bucket)];
    return a?.count !== b?.count || a?.sum !== b?.sum;
  });
  return seenIn(check, {
    examined: answer.count,
    place: left.length === 0 ? null : { phase: 'list', cursor: JSON.stringify(left) },
  });
}

async function everything(check: Check): Promise<Step> {
  const { tools, session, shape } = check;
  const { count } = await tools.site.digest({ epoch: session.epoch, doctype: shape.doctype });
  const held = await countDocuments(tools.store.db, shape);
  const total = Math.max(count, held);
  const left = total <= LISTED_WHOLE ? [null] : [...Array(BUCKETS).keys()];
  return seenIn(check, { total, place: { phase: 'list', cursor: JSON.stringify(left) } });
}

const Left = z.array(z.int().nullable());

/** Every name of one bucket (null: of everything), on either side. */
async function listed(check: Check): Promise<Step> {
  const { tools, shape, kind } = check;
  const [bucket = null, ...left] = Left.parse(JSON.parse(check.place.cursor));
  const theirs = await namesOnSite(check, bucket);
  const ours = await rowSums(tools.store.db, shape, bucket);
  const all = kind === 'sync';
  const differing = [...theirs].filter(([name, sum]) => all || ours.get(name) !== sum).map(([name]) => name);
  const extra = [...ours.keys()].filter((name) => !theirs.has(name));
  const damaged = kind === 'weekly' ? await damagedNames(tools.store.db, shape, [...ours.keys()]) : [];
  const names = [...new Set([...differing, ...extra, ...damaged])];
  return seenIn(check, {
    // The daily check has counted them when it compared the buckets.
    examined: kind === 'daily' || kind === 'hourly' ? 0 : theirs.size,
    differing: names.map((name) => ({ doctype: shape.doctype, name })),
    place: left.length === 0 ? null : { phase: 'list', cursor: JSON.stringify(left) },
  });
}

async function namesOnSite(check: Check, bucket: number | null): Promise<Map<string, number>> {
  const { tools, session, shape } = check;
  const found = new Map<string, number>();
  for (let after: string | null = ''; after !== null;) {
    const answer = await tools.site.digest({
      epoch: session.epoch,
      doctype: shape.doctype,
      after,
      ...(bucket === null ? { modified_from: FAR_PAST } : { bucket }),
    });
    for (const { name, row_sum: sum } of answer.rows ?? []) found.set(name, sum);
    after = answer.next;
  }
  return found;
}

async function links(check: Check): Promise<Step> {
  const { tools, shape } = check;
  const dead = await deadLinks(tools.store.db, shape, MOST_DEAD_LINKS);
  const ends = dead.flatMap(({ name, doctype, missing }) => [
    { doctype: shape.doctype, name },
    { doctype, name: missing },
  ]);
  const place = shape.doctype === OF_INSIGHTS ? { phase: 'evidence', cursor: '' } : null;
  return seenIn(check, { examined: await countDocuments(tools.store.db, shape), differing: ends, place });
}

/** No request: an insight is wrong by what the mirror holds, and a new run says what is true. */
async function evidence(check: Check): Promise<Step> {
  const { tools, place } = check;
  const now = tools.clock.now();
  const page = await evidencePage(tools.store.db, place.cursor, now);
  return seenIn(check, {
    examined: page.examined,
    touches: page.targets.map((target) => analyseTouch(target, now)),
    place: page.next === null ? null : { phase: 'evidence', cursor: page.next },
  });
}

function named(doctype: string, rows: readonly { name: string }[]): { doctype: string; name: string }[] {
  return rows.map(({ name }) => ({ doctype, name }));
}
