/** AI Conflict rows: what a person has to decide, one open row for each key of a field. */
import { randomBytes } from 'node:crypto';
import { SettingValue, type ConflictAddress } from '../../sidecar/erpnext/contract.ts';
import { text } from './contract/stored.ts';
import type { StoredDocument } from './records.ts';
import { document, type Row } from './school/document.ts';
import type { Site } from './site.ts';

export const CONFLICT = 'AI Conflict';

type Value = SettingValue | null;

export function openConflicts(
  site: Site,
  { doctype, name, field }: Omit<ConflictAddress, 'key'>,
): StoredDocument[] {
  return site.records
    .all(CONFLICT)
    .filter(
      ({ values }) =>
        values['status'] === 'Open' &&
        values['ref_doctype'] === doctype &&
        values['ref_name'] === name &&
        values['ref_field'] === field,
    );
}

/** One of the three values; null where nothing was set. */
export function valueOf(row: StoredDocument, side: 'site_value' | 'ai_value' | 'base_value'): Value {
  return SettingValue.nullable().parse(JSON.parse(String(row.values[side] ?? 'null')));
}

export function insertConflict(site: Site, address: ConflictAddress, title: string, said: Row): void {
  const name = randomBytes(5).toString('hex');
  const values = {
    title,
    ref_doctype: address.doctype,
    ref_name: address.name,
    ref_field: address.field,
    ref_key: address.key,
    target_student: address.doctype === 'Student' ? address.name : null,
    rule: 'manual_review',
    status: 'Open',
    decision: null,
    ...said,
  };
  site.records.save(document(CONFLICT, name, values), true);
}

/** Ends by itself what is no conflict any more; nobody hears of it, since nobody decided. */
export function closeSettled(
  site: Site,
  place: Omit<ConflictAddress, 'key'>,
  { value, base }: { value: Record<string, unknown>; base: Record<string, unknown> },
): void {
  for (const row of openConflicts(site, place)) {
    const key = String(row.values['ref_key']);
    const settled = [value[key], base[key]].map((one) => text(one ?? null));
    if (settled.includes(text(valueOf(row, 'ai_value')))) close(site, row);
  }
}

export function close(site: Site, row: StoredDocument): void {
  const ended = { status: 'Resolved', decision: 'Not needed', decided_on: site.clock.now() };
  site.records.change(row, ended, true);
}
