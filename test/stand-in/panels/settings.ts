/** The part of a panel that people edit, and a save of some keys. */
import { CONFLICT } from '../conflicts.ts';
import { Refusal } from '../school-rules.ts';
import {
  checkedValues,
  fieldsOf,
  putState,
  shownValue,
  stateOf,
  type FieldPlace,
  type Key,
  type State,
} from '../settings.ts';
import type { Site } from '../site.ts';
import { mayEdit, type Reader } from './readers.ts';

/** One part for each field that this reader may edit; none for others. */
export function settingsOf(site: Site, reader: Reader, doctype: string, name: string): object[] {
  if (!mayEdit(site, reader, doctype, name)) return [];
  return fieldsOf(doctype).map(({ field, title, about, keys }) => {
    const state = stateOf(site, { doctype, name, field });
    const waiting = site.records
      .all(CONFLICT)
      .filter(({ values }) => values['status'] === 'Open' && values['ref_name'] === name)
      .filter(({ values }) => values['ref_doctype'] === doctype && values['ref_field'] === field);
    return {
      field,
      title,
      about,
      keys: keys.map((kind) => shownKey(kind, state)),
      seen: state.seen,
      conflicts: waiting.map((row) => ({ key: row.values['ref_key'], name: row.name })),
    };
  });
}

export function shownKey(kind: Key, state: State): object {
  const { key, label, effect, options, most, longest } = kind;
  const value = state.value[key] ?? kind.default;
  return {
    key,
    label,
    effect,
    kind: kind.kind,
    options,
    most,
    longest,
    value,
    lines: shownValue(kind, value),
  };
}

/** Null (403) for a reader who may not. `moved`: the field changed since it was looked at, and nothing is set. */
export function saveSettings(
  site: Site,
  reader: Reader,
  place: FieldPlace,
  values: Record<string, unknown>,
  seen: string,
): object | null {
  const { doctype, name } = place;
  const known = fieldsOf(doctype).some(({ field }) => field === place.field);
  if (!known || !mayEdit(site, reader, doctype, name)) return null;
  const checked = checkedValues(place, values);
  if (checked === null) throw new Refusal('ValidationError', 'This setting does not take the value.');
  const state = stateOf(site, place);
  const moved = state.seen !== seen;
  if (!moved) {
    putState(site, place, { value: { ...state.value, ...checked }, base: state.base });
    site.noteChange(doctype, name);
  }
  return { moved, settings: settingsOf(site, reader, doctype, name) };
}
