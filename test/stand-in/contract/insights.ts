/**
 * AI Insight rows: one current row per target, kind and discriminator. While level and reasons stay, it is updated
 * in place and `history` notes each state; when they change, a new row follows. People's columns are not touched.
 */
import { randomBytes } from 'node:crypto';
import type { InsightAddress, InsightValues, WriteBackItem } from '../../../sidecar/erpnext/contract.ts';
import type { StoredDocument } from '../records.ts';
import { document, type Row } from '../school/document.ts';
import type { Site } from '../site.ts';
import { failed, isNotOlder, STALE, STORED, text, UNCHANGED, type Result, stampOf } from './stored.ts';

export const INSIGHT = 'AI Insight';

type InsightItem = Extract<WriteBackItem, { kind: 'insight' }>;

export function writeInsight(site: Site, item: InsightItem, epoch: string): Result {
  const { address, values, revision } = item;
  if (address.target_doctype === 'Student' && site.excluded().has(address.target))
    return failed('target.excluded');
  if (!everyNameIsThere(site, address)) return failed('target.gone');
  const head = headOf(site, address);
  const content = text(values);
  const current = head?.values['is_current'] === 1 ? head : undefined;
  if (current?.values['content_hash'] === content) {
    confirm(site, current, epoch, revision);
    return UNCHANGED;
  }
  if (head !== undefined && isNotOlder(stampOf(head), epoch, revision)) return STALE;
  const said = { ...saidBy(site, values), content_hash: content, epoch, revision };
  if (current !== undefined && saysTheSame(current, values)) {
    const history: unknown[] = JSON.parse(String(current.values['history'] ?? '[]'));
    site.records.change(current, { ...said, history: text([...history, entry(site, values)]) }, true);
    return STORED;
  }
  if (current !== undefined) site.records.change(current, { is_current: 0 }, true);
  add(site, address, {
    ...said,
    status: 'Pending',
    is_current: 1,
    withdrawn_on: null,
    previous: head?.name ?? null,
    history: text([entry(site, values)]),
  });
  return STORED;
}

/** Every document that the address names. */
function everyNameIsThere(site: Site, address: InsightAddress): boolean {
  const named = [
    [address.target_doctype, address.target],
    ['Course', address.course],
    ['Student Group', address.student_group],
    ['Academic Term', address.academic_term],
  ] as const;
  return named.every(([doctype, name]) => name === '' || site.records.get(doctype, name) !== undefined);
}

/** It no longer holds: hidden, and kept as long as its pupil is there and not left out. */
export function withdrawInsight(
  site: Site,
  address: InsightAddress,
  revision: number,
  epoch: string,
): Result {
  const head = headOf(site, address);
  if (head === undefined) {
    // a trace, so that an older result that is still on its way is recognised as older
    if (site.records.get(address.target_doctype, address.target) !== undefined) {
      const trace = { level: 'steady', clarity: 0, reasons: '[]', is_current: 0, epoch, revision };
      add(site, address, { ...trace, withdrawn_on: site.clock.now() });
    }
    return UNCHANGED;
  }
  const isThere = site.records.get(address.target_doctype, address.target) !== undefined;
  if (address.target_doctype === 'Student' && (!isThere || site.excluded().has(address.target))) {
    // written while the pupil was being erased, unseen by what erases
    site.records.remove(INSIGHT, head.name, true);
    site.heads.delete(text(address));
    return STORED;
  }
  if (head.values['is_current'] !== 1) {
    confirm(site, head, epoch, revision);
    return UNCHANGED;
  }
  if (isNotOlder(stampOf(head), epoch, revision)) return STALE;
  site.records.change(head, { is_current: 0, withdrawn_on: site.clock.now(), epoch, revision }, true);
  return STORED;
}

/** Current insights, as the panels read them. */
export function currentInsights(site: Site): StoredDocument[] {
  return site.records
    .all(INSIGHT)
    .filter(({ values }) => values['is_current'] === 1 && (values['withdrawn_on'] ?? null) === null);
}

function headOf(site: Site, address: InsightAddress): StoredDocument | undefined {
  const name = site.heads.get(text(address));
  return name === undefined ? undefined : site.records.get(INSIGHT, name);
}

/** Equal content keeps its row; only its revision moves on, and only forward within an epoch. */
function confirm(site: Site, row: StoredDocument, epoch: string, revision: number): void {
  if (!isNotOlder(stampOf(row), epoch, revision)) site.records.change(row, { epoch, revision }, true);
}

function add(site: Site, address: InsightAddress, values: Row): void {
  const { insight: kind, ...columns } = address;
  const name = randomBytes(5).toString('hex');
  const target = address.target_doctype === 'Student' ? address.target : null;
  site.records.save(document(INSIGHT, name, { ...columns, kind, target_student: target, ...values }), true);
  site.heads.set(text(address), name);
}

function saidBy(site: Site, values: InsightValues): Row {
  return {
    level: values.level,
    clarity: values.clarity,
    reasons: text(values.reasons),
    chart: values.chart === null ? null : text(values.chart),
    confidence: values.confidence,
    records_to: values.records_to,
    generated_timestamp: site.clock.now(),
    model_version: values.model_version,
  };
}

/** The same level and reasons, whatever their numbers and order. */
function saysTheSame(row: StoredDocument, values: InsightValues): boolean {
  const stored: InsightValues['reasons'] = JSON.parse(String(row.values['reasons'] ?? '[]'));
  return row.values['level'] === values.level && text(codesOf(stored)) === text(codesOf(values.reasons));
}

function codesOf(reasons: InsightValues['reasons']): string[] {
  return reasons.map((reason) => text([reason.code, reason.about])).sort();
}

/** One state in `history`: the day, and all that was said, but not the rows it rested on. */
function entry(site: Site, values: InsightValues): unknown {
  return {
    day: site.clock.today(),
    level: values.level,
    confidence: values.confidence,
    records_to: values.records_to,
    reasons: values.reasons.map(({ evidence: _rows, ...reason }) => reason),
  };
}
