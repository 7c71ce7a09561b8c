/** What a person sees of a conflict, and what a decision does: the field gets its value, the proposal is settled. */
import type { SettingValue } from '../../../sidecar/erpnext/contract.ts';
import { CONFLICT, valueOf } from '../conflicts.ts';
import { text } from '../contract/stored.ts';
import type { StoredDocument } from '../records.ts';
import { Refusal } from '../school-rules.ts';
import { checkedValues, keyOf, putState, shownValue, stateOf, type FieldPlace } from '../settings.ts';
import type { Site } from '../site.ts';
import { mayEdit, nameOf, type Reader } from './readers.ts';
import { shownKey } from './settings.ts';

const DECISIONS = new Set(['Keep', "Use the AI's", 'Edit']);

/** Null (403) for a reader who may not edit the document. */
export function showConflict(site: Site, reader: Reader, name: string): object | null {
  const row = readable(site, reader, name);
  if (row === null) return null;
  const place = placeOf(row);
  const key = String(row.values['ref_key']);
  const kind = keyOf(place, key);
  if (kind === undefined) return null;
  const state = stateOf(site, place);
  const open = row.values['status'] === 'Open';
  const ours = open ? state.value[key] : valueOf(row, 'site_value');
  return {
    state: open ? 'open' : 'resolved',
    title: kind.label,
    about: {
      doctype: place.doctype,
      name: place.name,
      shown: place.doctype === 'Student' ? nameOf(site, place.name) : place.name,
    },
    values: {
      site: shownValue(kind, ours),
      ai: shownValue(kind, valueOf(row, 'ai_value')),
      base: shownValue(kind, valueOf(row, 'base_value')),
    },
    decided: open
      ? null
      : {
          how: row.values['decision'],
          lines: shownValue(kind, JSON.parse(String(row.values['decided_value'] ?? 'null'))),
          by: row.values['decided_by'] ?? null,
          on: row.values['decided_on'] ?? null,
        },
    key: shownKey(kind, state),
    seen: state.seen,
  };
}

export function decideConflict(
  site: Site,
  reader: Reader,
  asked: { name: string; decision: string; value?: unknown; seen: string },
): object | null {
  if (!DECISIONS.has(asked.decision)) throw new Refusal('ValidationError', 'There is no such decision.');
  const row = readable(site, reader, asked.name);
  if (row === null) return null;
  const place = placeOf(row);
  const state = stateOf(site, place);
  if (row.values['status'] !== 'Open') return showConflict(site, reader, asked.name);
  if (state.seen !== asked.seen) return { ...showConflict(site, reader, asked.name), moved: true };
  const key = String(row.values['ref_key']);
  const ai = valueOf(row, 'ai_value');
  const before = state.value[key] ?? null;
  const decided = decidedValue(asked, place, key, { before, ai });
  site.records.change(row, {
    status: 'Resolved',
    decision: asked.decision,
    decided_by: reader.user,
    decided_on: site.clock.now(),
    site_value: text(before),
    decided_value: text(decided),
  });
  const value = decided === null ? state.value : { ...state.value, [key]: decided };
  putState(site, place, { value, base: ai === null ? state.base : { ...state.base, [key]: ai } });
  site.noteChange(place.doctype, place.name);
  return showConflict(site, reader, asked.name);
}

type Value = SettingValue | null;

function decidedValue(
  asked: { decision: string; value?: unknown },
  place: FieldPlace,
  key: string,
  { before, ai }: { before: Value; ai: Value },
): Value {
  if (asked.decision === 'Keep') return before;
  if (asked.decision !== 'Edit') return ai;
  const checked = checkedValues(place, { [key]: asked.value });
  if (checked === null) throw new Refusal('ValidationError', 'This setting does not take the value.');
  return checked[key] ?? null;
}

function readable(site: Site, reader: Reader, name: string): StoredDocument | null {
  const row = site.records.get(CONFLICT, name);
  if (row === undefined) return null;
  const place = placeOf(row);
  return mayEdit(site, reader, place.doctype, place.name) ? row : null;
}

function placeOf({ values }: StoredDocument): FieldPlace {
  const [doctype, name, field] = ['ref_doctype', 'ref_name', 'ref_field'].map((column) =>
    String(values[column] ?? ''),
  );
  return { doctype: doctype ?? '', name: name ?? '', field: field ?? '' };
}
