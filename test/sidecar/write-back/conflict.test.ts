import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SettingValue, SettingValues } from '../../../sidecar/erpnext/contract.ts';
import { EDITABLE, ruleOf, type EditableField, type EditableKey } from '../../../sidecar/erpnext/editable.ts';
import { canonical } from '../../../sidecar/store/canonical.ts';
import { merge, type Sides } from '../../../sidecar/write-back/conflict.ts';

const PREFERENCES = field('ai_preferences_settings');
const OBJECTIVES = field('ai_learning_objectives');
const LINKS = field('ai_resource_links');
const CONFIG = field('ai_insights_config');

function field(name: string): EditableField {
  const found = EDITABLE.find((one) => one.field === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
}

const link = (title: string, url: string) => ({ title, url });
const turned = (values: SettingValues) => Object.fromEntries(Object.entries(values).toReversed());
const objectives = (value: string[], base: string[]): Sides => ({
  value: { objectives: value },
  base: { objectives: base },
});

describe('one key', () => {
  test('that nobody changed takes the proposal', () => {
    expect(merge(OBJECTIVES, objectives(['A'], ['A']), { objectives: ['A', 'B'] })).toMatchObject(
      objectives(['A', 'B'], ['A', 'B']),
    );
  });

  test('that people changed stays while the AI proposes nothing new', () => {
    const merged = merge(OBJECTIVES, objectives(['B'], ['A']), { objectives: ['A'] });
    expect(merged).toEqual({ ...objectives(['B'], ['A']), decisions: [] });
  });

  test('that both changed alike is settled', () => {
    const now = { value: { contact_first: 'guardian' }, base: {} };
    const merged = merge(PREFERENCES, now, { contact_first: 'guardian' });
    expect(merged).toMatchObject({ ...now, base: { contact_first: 'guardian' } });
    expect(merged.decisions).toMatchObject([{ outcome: 'same' }]);
  });

  test('that both changed and that the site decides stays as people set it, and is settled', () => {
    const now = { value: { marks: false }, base: {} };
    const merged = merge(CONFIG, now, { marks: true });
    expect(merged).toMatchObject({ value: { marks: false }, base: { marks: true } });
    expect(merge(CONFIG, merged, { marks: true }).decisions).toEqual([]);
  });

  test('that both changed and that a person decides is left alone and asked about', () => {
    const now = { value: { contact_first: 'guardian' }, base: {} };
    const merged = merge(PREFERENCES, now, { contact_first: 'student' });
    expect(merged).toMatchObject(now);
    expect(merged.decisions).toEqual([
      {
        key: 'contact_first',
        rule: 'manual_review',
        outcome: 'asked',
        site: 'guardian',
        ai: 'student',
        base: null,
      },
    ]);
  });

  test('that both changed and that is merged without being a list stays as people set it', () => {
    const now = { value: { feedback_detail: 'short' }, base: {} };
    expect(merge(PREFERENCES, now, { feedback_detail: 'full' }).value).toEqual({ feedback_detail: 'short' });
  });
});

describe('a list that both changed', () => {
  test('has what people wrote first, in their order, then what the AI added', () => {
    const now = objectives(['Own', 'B', 'A'], ['A', 'B']);
    expect(merge(OBJECTIVES, now, { objectives: ['A', 'B', 'C'] }).value).toEqual({
      objectives: ['Own', 'B', 'A', 'C'],
    });
  });

  test('keeps removed what people removed, and drops what the AI no longer proposes', () => {
    const now = objectives(['Own', 'B'], ['A', 'B']);
    expect(merge(OBJECTIVES, now, { objectives: ['A', 'C'] }).value).toEqual({ objectives: ['Own', 'C'] });
  });

  test('keeps a link that people renamed, and renames one that only the AI renamed', () => {
    const before = [link('One', 'https://a.example'), link('Two', 'https://b.example')];
    const now = {
      value: { links: [link('Mine', 'https://a.example'), before[1]!] },
      base: { links: before },
    };
    const proposal = { links: [link('First', 'https://a.example'), link('Second', 'https://b.example')] };
    expect(merge(LINKS, now, proposal).value).toEqual({
      links: [link('Mine', 'https://a.example'), link('Second', 'https://b.example')],
    });
  });

  test('never grows over what the field takes, and never at the cost of what people wrote', () => {
    const own = Array.from({ length: 29 }, (_, at) => `Own ${at}`);
    const merged = merge(OBJECTIVES, objectives(own, []), { objectives: ['A', 'B', 'C'] });
    expect(merged.value).toEqual({ objectives: [...own, 'A'] });
  });
});

const someText = fc.constantFrom('A', 'B', 'C', 'D', 'E');
const lists = fc.uniqueArray(someText, { maxLength: 5 });
const someLinks = fc.uniqueArray(fc.record({ title: someText, url: fc.constantFrom('/a', '/b', '/c') }), {
  selector: ({ url }) => url,
});

function valueOf(kind: EditableKey): fc.Arbitrary<SettingValue> {
  if (kind.kind === 'choice') return fc.constantFrom(...kind.options.map((option) => option.value));
  if (kind.kind === 'switch') return fc.boolean();
  return kind.kind === 'list' ? lists : someLinks;
}

function valuesOf({ keys }: EditableField): fc.Arbitrary<SettingValues> {
  const record = fc.record(Object.fromEntries(keys.map((kind) => [kind.key, fc.option(valueOf(kind))])));
  return record.map((values) => {
    const set: SettingValues = {};
    for (const [key, value] of Object.entries(values)) if (value !== null) set[key] = value;
    return set;
  });
}

/** Any editable field in any state, with any proposal. */
const situation = fc.constantFrom(...EDITABLE).chain((definition) =>
  fc.record({
    definition: fc.constant(definition),
    now: fc.record({ value: valuesOf(definition), base: valuesOf(definition) }),
    proposal: valuesOf(definition),
  }),
);

describe('whatever stands on the site and whatever is proposed', () => {
  test('nothing that people set is lost but by a rule that says so', () => {
    fc.assert(
      fc.property(situation, ({ definition, now, proposal }) => {
        const { value } = merge(definition, now, proposal);
        for (const { key } of definition.keys) {
          if (ruleOf(definition.doctype, definition.field, key) === 'ai_wins') continue;
          const [mine, before, after] = [now.value[key], now.base[key], value[key]];
          // No list and an empty one are the same.
          if (canonical(mine ?? []) === canonical(before ?? [])) continue;
          if (definition.keys.some((kind) => kind.key === key && 'most' in kind) && mine === undefined)
            continue;
          if (!Array.isArray(mine)) {
            expect(after, key).toEqual(mine);
            continue;
          }
          const settled = new Set((Array.isArray(before) ? before : []).map(canonical));
          const own = mine.map(canonical).filter((member) => !settled.has(member));
          expect((Array.isArray(after) ? after : []).map(canonical), key).toEqual(
            expect.arrayContaining(own),
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('merging again changes nothing, and asks nothing that was not asked', () => {
    fc.assert(
      fc.property(situation, ({ definition, now, proposal }) => {
        const once = merge(definition, now, proposal);
        const twice = merge(definition, once, proposal);
        expect({ value: twice.value, base: twice.base }).toEqual({ value: once.value, base: once.base });
        expect(twice.decisions).toEqual(once.decisions.filter(({ outcome }) => outcome === 'asked'));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a decision of a person ends the question for this proposal', () => {
    fc.assert(
      fc.property(situation, fc.boolean(), ({ definition, now, proposal }, useTheAis) => {
        const asked = merge(definition, now, proposal);
        const decided = { value: { ...asked.value }, base: { ...asked.base } };
        for (const { key, outcome, ai } of asked.decisions) {
          if (outcome !== 'asked') continue;
          decided.base[key] = ai;
          if (useTheAis) decided.value[key] = ai;
        }
        expect(merge(definition, decided, proposal).decisions).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the order of keys never matters', () => {
    fc.assert(
      fc.property(situation, ({ definition, now, proposal }) => {
        const other = merge(
          { ...definition, keys: definition.keys.toReversed() },
          { value: turned(now.value), base: turned(now.base) },
          turned(proposal),
        );
        const { value, base } = merge(definition, now, proposal);
        expect(canonical({ value: other.value, base: other.base })).toBe(canonical({ value, base }));
      }),
      { numRuns: 1_000 },
    );
  });
});
