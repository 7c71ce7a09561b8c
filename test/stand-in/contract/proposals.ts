/** What the AI proposes for fields that people edit too, and what it asks a person: taken only into the state it was made with. */
import { z } from 'zod';
import { ruleOf } from '../../../sidecar/erpnext/editable.ts';
import {
  SettingValues,
  type ConflictAddress,
  type WriteBackItem,
} from '../../../sidecar/erpnext/contract.ts';
import { close, insertConflict, openConflicts, valueOf } from '../conflicts.ts';
import type { StoredDocument } from '../records.ts';
import { checkedValues, fieldsOf, keyOf, putState, stateOf, tellDocument } from '../settings.ts';
import type { Site } from '../site.ts';
import { failed, isNotOlder, STALE, STORED, text, UNCHANGED, type Result, stampOf } from './stored.ts';

type FieldsItem = Extract<WriteBackItem, { kind: 'fields' }>;
type ConflictItem = Extract<WriteBackItem, { kind: 'conflict' }>;

const Sides = z.object({ value: SettingValues, base: SettingValues });

export function isProposal({ address, values }: FieldsItem): boolean {
  return fieldsOf(address.doctype).some(({ field }) => field in values);
}

export function writeProposal(site: Site, item: FieldsItem, epoch: string): Result {
  const { doctype, name } = item.address;
  const asked = Object.entries(item.values).map(([field, merged]) => ({
    field,
    sides: sidesOf(doctype, field, merged),
  }));
  const seen = item.seen ?? {};
  const named = asked.every(({ field }) => field in seen) && Object.keys(seen).length === asked.length;
  if (!named || asked.some(({ sides }) => sides === null)) return failed('fields.refused');
  const left = targetLeft(site, doctype, name);
  if (left !== null) return left;
  const changed = asked.flatMap(({ field, sides }) => {
    const there = stateOf(site, { doctype, name, field });
    const same = sides === null || text(sides) === text({ value: there.value, base: there.base });
    return same ? [] : [{ field, sides, there }];
  });
  if (changed.length === 0) return UNCHANGED;
  const moved = changed.some(
    ({ field, there }) => there.seen !== seen[field] || isNotOlder(there, epoch, item.revision),
  );
  if (moved) return STALE;
  for (const { field, sides } of changed) {
    putState(site, { doctype, name, field }, sides, { epoch, revision: item.revision });
  }
  return STORED;
}

/** Nothing is tidied: what would have to be is refused. */
function sidesOf(doctype: string, field: string, merged: unknown): z.output<typeof Sides> | null {
  const sides = Sides.safeParse(merged);
  if (!sides.success || !fieldsOf(doctype).some((one) => one.field === field)) return null;
  const place = { doctype, field };
  const value = checkedValues(place, sides.data.value);
  const base = checkedValues(place, sides.data.base);
  return text({ value, base }) === text(sides.data) ? sides.data : null;
}

export function writeConflict(
  site: Site,
  { address, values, revision }: ConflictItem,
  epoch: string,
): Result {
  const { doctype, name, key } = address;
  const kind = keyOf(address, key);
  const asked = { [key]: values.ai };
  const fits = kind !== undefined && ruleOf(doctype, address.field, key) === 'manual_review';
  if (!fits || text(checkedValues(address, asked)) !== text(asked)) return failed('conflict.refused');
  const left = targetLeft(site, doctype, name);
  if (left !== null) return left;
  const now = stateOf(site, address);
  const row = openRow(site, address);
  if (row !== undefined && isNotOlder(stampOf(row), epoch, revision)) return STALE;
  const settled = [now.value[key], now.base[key]].map((one) => text(one ?? null));
  if (settled.includes(text(values.ai))) return UNCHANGED;
  if (settled[0] !== text(values.site)) return STALE;
  const said = { site_value: text(values.site), ai_value: text(values.ai), base_value: text(values.base) };
  const same =
    row !== undefined &&
    text(valueOf(row, 'site_value')) === said.site_value &&
    text(valueOf(row, 'ai_value')) === said.ai_value &&
    text(valueOf(row, 'base_value')) === said.base_value;
  if (row === undefined) insertConflict(site, address, kind.label, { ...said, epoch, revision });
  else site.records.change(row, { ...said, epoch, revision }, true);
  if (!same) tellDocument(site, doctype, name);
  return same ? UNCHANGED : STORED;
}

export function withdrawConflict(
  site: Site,
  address: ConflictAddress,
  revision: number,
  epoch: string,
): Result {
  const row = openRow(site, address);
  if (row === undefined) return UNCHANGED;
  if (isNotOlder(stampOf(row), epoch, revision)) return STALE;
  close(site, row);
  tellDocument(site, address.doctype, address.name);
  return STORED;
}

function openRow(site: Site, address: ConflictAddress): StoredDocument | undefined {
  return openConflicts(site, address).find(({ values }) => values['ref_key'] === address.key);
}

function targetLeft(site: Site, doctype: string, name: string): Result | null {
  if (site.records.get(doctype, name) === undefined) return failed('target.gone');
  return doctype === 'Student' && site.excluded().has(name) ? failed('target.excluded') : null;
}
