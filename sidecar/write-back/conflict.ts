/**
 * Three-way, key by key: what holds on the site, what the AI proposed last, what it proposes now. Pure.
 *
 * Where only one of both changed since the last proposal, that change holds. Where both did and want different
 * things, the rule of the key decides (`fixtures/app/conflict_rules.json`). What was decided moves the base to the
 * proposal, so that the same proposal never asks twice; what a person has to decide leaves everything as it is.
 */
import type { SettingValue, SettingValues } from '../erpnext/contract.ts';
import { ruleOf, type EditableField, type EditableKey, type Rule } from '../erpnext/editable.ts';
import { canonical } from '../store/canonical.ts';

export interface Sides {
  value: SettingValues;
  base: SettingValues;
}

/** What became of one key. `site` and `ai` are what both wanted; null where nothing was set. */
export interface Decision {
  key: string;
  rule: Rule;
  /** `ai`: taken. `site`: kept. `merged`: both. `same`: both wanted this. `asked`: a person has to decide. */
  outcome: 'ai' | 'site' | 'merged' | 'same' | 'asked';
  site: SettingValue | null;
  ai: SettingValue;
  base: SettingValue | null;
}

export interface Merged extends Sides {
  /** Keys in which the site is not yet as decided, or a person is needed. */
  decisions: Decision[];
}

/** A key that the proposal does not hold is left alone; so is one that this version does not know. */
export function merge(field: EditableField, now: Sides, proposal: SettingValues): Merged {
  const value = { ...now.value };
  const base = { ...now.base };
  const decisions: Decision[] = [];
  for (const kind of field.keys) {
    const ai = proposal[kind.key];
    if (ai === undefined) continue;
    const rule = ruleOf(field.doctype, field.field, kind.key);
    const sides = { site: now.value[kind.key], ai, base: now.base[kind.key] };
    const decided = decide(kind, rule, sides);
    if (decided === null) continue;
    decisions.push({
      key: kind.key,
      rule,
      outcome: decided.outcome,
      site: sides.site ?? null,
      ai,
      base: sides.base ?? null,
    });
    if (decided.outcome === 'asked') continue;
    if (decided.value !== undefined) value[kind.key] = decided.value;
    base[kind.key] = ai;
  }
  return { value, base, decisions };
}

interface KeySides {
  site: SettingValue | undefined;
  ai: SettingValue;
  base: SettingValue | undefined;
}

/** Null where there is nothing to decide: the proposal is the one that is settled already. */
function decide(
  kind: EditableKey,
  rule: Rule,
  { site, ai, base }: KeySides,
): { outcome: Decision['outcome']; value: SettingValue | undefined } | null {
  if (same(ai, base)) return null;
  if (same(site, base)) return { outcome: 'ai', value: ai };
  if (same(site, ai)) return { outcome: 'same', value: site };
  if (rule === 'ai_wins') return { outcome: 'ai', value: ai };
  if (rule === 'manual_review') return { outcome: 'asked', value: site };
  if (rule === 'merge' && (kind.kind === 'list' || kind.kind === 'links')) {
    return { outcome: 'merged', value: mergeLists(site, ai, base, kind.most) };
  }
  return { outcome: 'site', value: site };
}

/** No list and an empty one are the same: nobody has put anything there. */
function same(a: SettingValue | undefined, b: SettingValue | undefined): boolean {
  return canonical(a ?? []) === canonical(b ?? []);
}

type Item = string | { title: string; url: string };

/**
 * Three-way for each member: people's order first, then what the AI added since. What people removed stays removed;
 * what the AI no longer proposes goes unless people changed it. A link is the same one by its address.
 */
function mergeLists(
  site: SettingValue | undefined,
  ai: SettingValue,
  base: SettingValue | undefined,
  most: number,
): SettingValue {
  const [ours, theirs, before] = [items(site), items(ai), items(base)];
  const proposed = new Map(theirs.map((item) => [identity(item), item]));
  const settled = new Map(before.map((item) => [identity(item), item]));
  const kept = ours.flatMap((item) => {
    const untouched = canonical(item) === canonical(settled.get(identity(item)));
    const now = proposed.get(identity(item));
    if (!untouched) return [item];
    return now === undefined ? [] : [now];
  });
  const present = new Set(kept.map(identity));
  const added = theirs.filter((item) => !settled.has(identity(item)) && !present.has(identity(item)));
  return list([...kept, ...added.slice(0, Math.max(0, most - kept.length))]);
}

function items(value: SettingValue | undefined): Item[] {
  return Array.isArray(value) ? value : [];
}

function identity(item: Item): string {
  return typeof item === 'string' ? item : item.url;
}

/** Items of one list are of one kind. */
function list(merged: Item[]): SettingValue {
  const texts = merged.filter((item) => typeof item === 'string');
  return texts.length > 0 ? texts : merged.filter((item) => typeof item !== 'string');
}
