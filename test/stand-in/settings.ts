/**
 * The fields that people edit and the AI proposes for: their state, and the one way to write it. A real site seals
 * what stands here.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import fieldsJson from '../../fixtures/app/editable_fields.json' with { type: 'json' };
import { SettingValue, SettingValues } from '../../sidecar/erpnext/contract.ts';
import { closeSettled } from './conflicts.ts';
import { text, type Stamp } from './contract/stored.ts';
import { className, type Site } from './site.ts';

const Key = z.object({
  key: z.string(),
  label: z.string(),
  effect: z.string(),
  kind: z.enum(['choice', 'switch', 'list', 'links']),
  options: z.array(z.object({ value: z.string(), label: z.string() })).default([]),
  most: z.int().default(0),
  longest: z.int().default(0),
  default: SettingValue.nullable().default(null),
});

const FIELDS = z
  .array(
    z.object({
      doctype: z.string(),
      field: z.string(),
      title: z.string(),
      about: z.string(),
      keys: z.array(Key),
    }),
  )
  .parse(fieldsJson);

export type Key = z.output<typeof Key>;
export type Field = (typeof FIELDS)[number];

/** One field of one document. */
export interface FieldPlace {
  doctype: string;
  name: string;
  field: string;
}

export interface State extends Stamp {
  value: SettingValues;
  base: SettingValues;
  /** Names this very state; '' for a field never set. */
  seen: string;
}

const Sides = z.object({ value: SettingValues, base: SettingValues });
const LONGEST_ADDRESS = 2000;
const ADDRESS = /^(https?:\/\/[^\s/]|\/[^\s/\\])\S*$/;

export function fieldsOf(doctype: string): Field[] {
  return FIELDS.filter((field) => field.doctype === doctype);
}

export function keyOf({ doctype, field }: Omit<FieldPlace, 'name'>, key: string): Key | undefined {
  return fieldsOf(doctype)
    .find((one) => one.field === field)
    ?.keys.find((one) => one.key === key);
}

export function stateOf(site: Site, { doctype, name, field }: FieldPlace): State {
  const stored = site.fields.get(text([doctype, name, field]));
  const sides = stored === undefined ? { value: {}, base: {} } : Sides.parse(JSON.parse(stored.value));
  const empty = Object.keys(sides.value).length + Object.keys(sides.base).length === 0;
  const seen = empty ? '' : createHash('sha256').update(text(sides)).digest('hex');
  return { ...sides, seen, epoch: stored?.epoch ?? '', revision: stored?.revision ?? 0 };
}

/** What holds for one key: what was set, else what holds without anybody setting it. */
export function settingOf(site: Site, place: FieldPlace, key: string): z.output<typeof SettingValue> | null {
  return stateOf(site, place).value[key] ?? keyOf(place, key)?.default ?? null;
}

/** Writes, ends the questions that this settles, and tells open panels. A person's write keeps the stamp. */
export function putState(
  site: Site,
  place: FieldPlace,
  sides: z.output<typeof Sides>,
  stamp: Stamp = stateOf(site, place),
): void {
  const { doctype, name, field } = place;
  const { epoch, revision } = stamp;
  site.fields.set(text([doctype, name, field]), {
    value: text({ value: sides.value, base: sides.base }),
    epoch,
    revision,
  });
  closeSettled(site, place, sides);
  tellDocument(site, doctype, name);
}

/** A course has a panel for each class, and one for all of them. */
export function tellDocument(site: Site, doctype: string, name: string): void {
  if (doctype !== 'Course') {
    site.tellPanels(doctype, [name]);
    return;
  }
  const rooms = site.records
    .all('AI Insight')
    .filter(({ values }) => values['target'] === name && values['kind'] === 'class')
    .map(({ values }) => className(name, String(values['student_group']), String(values['academic_term'])));
  site.tellPanels('Course', new Set([...rooms, className(name, '', '')]));
}

/** The value as it is stored; null for one that the key does not take. */
export function checkedValue(kind: Key, value: unknown): z.output<typeof SettingValue> | null {
  if (kind.kind === 'choice') return kind.options.find((option) => option.value === value)?.value ?? null;
  if (kind.kind === 'switch') return typeof value === 'boolean' ? value : null;
  if (kind.kind === 'list') {
    const lines = z.array(z.string()).max(kind.most).safeParse(value);
    const tidied = lines.data?.map(oneLine).filter(Boolean);
    const fits = tidied?.every((line) => Array.from(line).length <= kind.longest);
    return tidied !== undefined && fits === true ? [...new Set(tidied)] : null;
  }
  const links = z
    .array(z.object({ title: z.string(), url: z.string() }))
    .max(kind.most)
    .safeParse(value);
  if (!links.success) return null;
  const found = new Map<string, { title: string; url: string }>();
  for (const link of links.data) {
    const [title, url] = [oneLine(link.title), link.url.trim()];
    if (title === '' && url === '') continue;
    const fits =
      ADDRESS.test(url) && url.length <= LONGEST_ADDRESS && Array.from(title).length <= kind.longest;
    if (!fits) return null;
    if (!found.has(url))
      found.set(url, { title: title || Array.from(url).slice(0, kind.longest).join(''), url });
  }
  return [...found.values()];
}

/** All values as they are stored; null where one of them is refused. */
export function checkedValues(
  place: Omit<FieldPlace, 'name'>,
  values: Record<string, unknown>,
): SettingValues | null {
  const checked: SettingValues = {};
  for (const [key, value] of Object.entries(values)) {
    const kind = keyOf(place, key);
    const taken = kind === undefined ? null : checkedValue(kind, value);
    if (taken === null) return null;
    checked[key] = taken;
  }
  return checked;
}

/** A value in words, in lines; none where nothing was set. */
export function shownValue(kind: Key, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (kind.kind === 'choice') {
    return kind.options.filter((option) => option.value === value).map((option) => option.label);
  }
  if (kind.kind === 'switch') return [value === true ? 'On' : 'Off'];
  const items = z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])).parse(value);
  return items.map((item) => (typeof item === 'string' ? item : `${item.title} (${item.url})`));
}

function oneLine(line: string): string {
  return line.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}
