/** What the site answers about settings that people edit, and about a conflict over one of them. */
import { list, oneOf, part, text, texts } from './reading.ts';

const KINDS = ['choice', 'switch', 'list', 'links'] as const;

export interface Link {
  title: string;
  url: string;
}

export type Value = string | boolean | string[] | Link[] | null;

export interface SettingKey {
  key: string;
  label: string;
  /** What it changes. */
  effect: string;
  kind: (typeof KINDS)[number];
  options: { value: string; label: string }[];
  value: Value;
  /** The value in words. */
  lines: string[];
}

/** One field of a document: what stands in it, and which of its keys wait for a decision. */
export interface SettingPart {
  field: string;
  title: string;
  about: string;
  keys: SettingKey[];
  /** Names the state that was looked at. */
  seen: string;
  conflicts: { key: string; name: string }[];
}

/** `moved`: somebody else changed the field meanwhile, and nothing was set. */
export interface SaveAnswer {
  moved: boolean;
  settings: SettingPart[];
}

export interface ConflictAnswer {
  state: 'open' | 'resolved';
  title: string;
  about: { doctype: string; name: string; shown: string };
  values: { site: string[]; ai: string[]; base: string[] };
  decided: { how: string; lines: string[]; by: string; on: string } | null;
  key: SettingKey | null;
  seen: string;
  moved: boolean;
}

export function readSettings(value: unknown): SettingPart[] {
  return list(value).map((one) => ({
    field: text(part(one, 'field')),
    title: text(part(one, 'title')),
    about: text(part(one, 'about')),
    keys: list(part(one, 'keys')).flatMap((key) => readKey(key) ?? []),
    seen: text(part(one, 'seen')),
    conflicts: list(part(one, 'conflicts')).map((conflict) => ({
      key: text(part(conflict, 'key')),
      name: text(part(conflict, 'name')),
    })),
  }));
}

export function readSave(message: unknown): SaveAnswer {
  return { moved: part(message, 'moved') === true, settings: readSettings(part(message, 'settings')) };
}

export function readConflict(message: unknown): ConflictAnswer | null {
  const state = oneOf(['open', 'resolved'] as const, part(message, 'state'));
  if (!state) return null;
  const about = part(message, 'about');
  const values = part(message, 'values');
  const decided = part(message, 'decided');
  return {
    state,
    title: text(part(message, 'title')),
    about: {
      doctype: text(part(about, 'doctype')),
      name: text(part(about, 'name')),
      shown: text(part(about, 'shown')),
    },
    values: {
      site: texts(part(values, 'site')),
      ai: texts(part(values, 'ai')),
      base: texts(part(values, 'base')),
    },
    decided: text(part(decided, 'how'))
      ? {
          how: text(part(decided, 'how')),
          lines: texts(part(decided, 'lines')),
          by: text(part(decided, 'by')),
          on: text(part(decided, 'on')),
        }
      : null,
    key: readKey(part(message, 'key')),
    seen: text(part(message, 'seen')),
    moved: part(message, 'moved') === true,
  };
}

/** A kind that this script does not know cannot be edited here, and is not shown. */
function readKey(value: unknown): SettingKey | null {
  const kind = oneOf(KINDS, part(value, 'kind'));
  if (!kind) return null;
  return {
    key: text(part(value, 'key')),
    label: text(part(value, 'label')),
    effect: text(part(value, 'effect')),
    kind,
    options: list(part(value, 'options')).map((option) => ({
      value: text(part(option, 'value')),
      label: text(part(option, 'label')),
    })),
    value: readValue(kind, part(value, 'value')),
    lines: texts(part(value, 'lines')),
  };
}

function readValue(kind: SettingKey['kind'], value: unknown): Value {
  if (kind === 'list') return texts(value);
  if (kind === 'links') {
    return list(value).map((link) => ({ title: text(part(link, 'title')), url: text(part(link, 'url')) }));
  }
  return kind === 'switch' ? value === true : text(value) || null;
}
