/** The fake site's fields that people edit too: an edit by a person, a merge or a question by the sidecar. */
import { createHash } from 'node:crypto';
import {
  OpenedField,
  type SettingValues,
  type SnapshotRow,
  type WriteBackItem,
} from '../../sidecar/erpnext/contract.ts';
import { EDITABLE, editableField } from '../../sidecar/erpnext/editable.ts';
import { canonical } from '../../sidecar/store/canonical.ts';

type Documents = Map<string, Map<string, SnapshotRow>>;
type Conflict = Extract<WriteBackItem, { kind: 'conflict' }>;
export type OpenConflicts = Map<string, Conflict['values']>;
type State = ReturnType<typeof OpenedField.parse>;

export function stateOf(row: SnapshotRow | undefined, field: string): State {
  const state = OpenedField.safeParse(row?.[field]);
  return state.success ? state.data : { value: {}, base: {}, seen: '' };
}

/** The field with other contents; what `seen` names is never the same for two contents. */
export function withState(
  row: SnapshotRow,
  field: string,
  { value, base }: { value: SettingValues; base: SettingValues },
): SnapshotRow {
  const seen = createHash('sha256').update(canonical({ value, base })).digest('hex');
  return { ...row, [field]: { value, base, seen } };
}

/** What a save of the document leaves as it was. */
export function settingsOf(row: SnapshotRow | undefined, doctype: string): Partial<SnapshotRow> {
  const fields = EDITABLE.filter((one) => one.doctype === doctype).map(({ field }) => field);
  return Object.fromEntries(fields.flatMap((field) => (row?.[field] == null ? [] : [[field, row[field]]])));
}

/** Null for an item that is about no setting. */
export function storeSetting(
  documents: Documents,
  conflicts: OpenConflicts,
  item: WriteBackItem,
): 'stored' | 'unchanged' | 'stale' | null {
  if (item.kind === 'conflict') return openConflict(documents, conflicts, item);
  if (item.kind === 'withdraw' && 'key' in item.address) {
    return conflicts.delete(canonical(item.address)) ? 'stored' : 'unchanged';
  }
  if (item.kind !== 'fields') return null;
  const { doctype, name } = item.address;
  const [field, merged] = Object.entries(item.values)[0] ?? ['', null];
  const rows = documents.get(doctype);
  const row = rows?.get(name);
  if (editableField(doctype, field) === undefined || rows === undefined || row === undefined) return null;
  const next = withState(row, field, OpenedField.omit({ seen: true }).parse(merged));
  if (stateOf(next, field).seen === stateOf(row, field).seen) return 'unchanged';
  if (stateOf(row, field).seen !== item.seen?.[field]) return 'stale';
  rows.set(name, next);
  return 'stored';
}

function openConflict(documents: Documents, conflicts: OpenConflicts, { address, values }: Conflict) {
  const state = stateOf(documents.get(address.doctype)?.get(address.name), address.field);
  const settled = [state.value[address.key], state.base[address.key]].map(canonical);
  if (settled.includes(canonical(values.ai))) return 'unchanged';
  if (canonical(state.value[address.key]) !== canonical(values.site)) return 'stale';
  const before = conflicts.get(canonical(address));
  conflicts.set(canonical(address), values);
  return canonical(before) === canonical(values) ? 'unchanged' : 'stored';
}
