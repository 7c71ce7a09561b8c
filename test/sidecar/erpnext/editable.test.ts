/** The table of conflict rules against what the sidecar's code and contract do; the site's half is in `test/contract/`. */
import { describe, expect, test } from 'vitest';
import customFields from '../../../fixtures/app/custom_fields.json' with { type: 'json' };
import { WriteBackItem } from '../../../sidecar/erpnext/contract.ts';
import {
  CONFLICT_RULES,
  EDITABLE,
  editableField,
  ruleOf,
  takes,
  type EditableKey,
} from '../../../sidecar/erpnext/editable.ts';
import { watchedDocType } from '../../../sidecar/erpnext/watched.ts';
import { merge } from '../../../sidecar/write-back/conflict.ts';

/** The design document's own names; two of its rules are about several fields. */
const NAMED = [
  'student_name',
  'student_email',
  'ai_learning_profile',
  'ai_performance_insights',
  'grades',
  'attendance',
  'ai_engagement_metrics',
  'parent_contact_info',
  'learning_preferences',
];

const isOurs = (doctype: string, field: string) =>
  customFields.some((one) => one.doctype === doctype && one.fieldname === field);

describe('the table of rules', () => {
  test('has the rules that are named in the design document, and one for each of our fields', () => {
    const names = CONFLICT_RULES.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(NAMED));
    for (const { doctype, fieldname } of customFields) {
      expect(
        CONFLICT_RULES.some((row) => row.doctype === doctype && row.field === fieldname),
        fieldname,
      ).toBe(true);
    }
  });

  test.each(CONFLICT_RULES)(
    '$name ($field, $key) is what the code does: $rule',
    ({ doctype, field, key, rule }) => {
      const definition = editableField(doctype, field);
      if (definition === undefined) {
        // Nobody but the AI, or nobody but people: there is nothing to merge.
        expect(rule === 'ai_wins').toBe(isOurs(doctype, field));
        if (rule === 'merge')
          expect(WriteBackItem.options.some(({ shape }) => shape.kind.value === 'engagement')).toBe(true);
        return;
      }
      for (const kind of definition.keys.filter((one) => key === '*' || one.key === key)) {
        expect(ruleOf(doctype, field, kind.key)).toBe(
          key === kind.key ? rule : ruleOf(doctype, field, kind.key),
        );
        const [mine, theirs] =
          kind.kind === 'switch'
            ? [true, false]
            : kind.kind === 'choice'
              ? kind.options.map(({ value }) => value)
              : [['a'], ['b']];
        if (mine === undefined || theirs === undefined) throw new Error('a choice needs two options');
        const merged = merge(definition, { value: { [kind.key]: mine }, base: {} }, { [kind.key]: theirs });
        const list = kind.kind === 'list';
        const expected = {
          erpnext_wins: mine,
          ai_wins: theirs,
          merge: list ? ['a', 'b'] : mine,
          manual_review: mine,
        };
        if (kind.kind !== 'links')
          expect(merged.value[kind.key]).toEqual(expected[ruleOf(doctype, field, kind.key)]);
      }
    },
  );

  test('how to reach a family, and the e-mail of a pupil, are not even read', () => {
    const kept = CONFLICT_RULES.filter(({ name }) => ['parent_contact_info', 'student_email'].includes(name));
    expect(kept).toHaveLength(3);
    for (const { doctype, field, rule } of kept) {
      expect(rule).toBe('erpnext_wins');
      expect(watchedDocType(doctype)?.fields.map(({ name }) => name)).not.toContain(field);
    }
  });

  test('what people and the AI both write is read open, sealed in the mirror, and part of no checksum', () => {
    for (const { doctype, field } of EDITABLE) {
      const read = watchedDocType(doctype)?.fields.find(({ name }) => name === field);
      expect(read, field).toMatchObject({ type: 'opened', personal: true });
    }
    const opened = EDITABLE.map(({ field }) => field).toSorted();
    expect(opened).toEqual([
      'ai_assistance_preferences',
      'ai_insights_config',
      'ai_learning_objectives',
      'ai_preferences_settings',
      'ai_resource_links',
    ]);
  });
});

function keyOf(field: string, name: string): EditableKey {
  const found = EDITABLE.find((one) => one.field === field)?.keys.find((one) => one.key === name);
  if (found === undefined) throw new Error(`no key ${name}`);
  return found;
}

test('a value is taken as it is, or not at all', () => {
  const contact = keyOf('ai_preferences_settings', 'contact_first');
  expect([takes(contact, 'guardian'), takes(contact, 'aunt'), takes(contact, true)]).toEqual([
    true,
    false,
    false,
  ]);
  const marks = keyOf('ai_insights_config', 'marks');
  expect([takes(marks, false), takes(marks, 'no')]).toEqual([true, false]);
  const lines = keyOf('ai_learning_objectives', 'objectives');
  const bad = [[' a'], ['a  b'], ['a\tb'], [''], ['a', 'a'], ['x'.repeat(201)], 'a', [1]];
  expect([takes(lines, ['a b', 'é']), ...bad.map((value) => takes(lines, value))]).toEqual([
    true,
    ...bad.map(() => false),
  ]);
  const links = keyOf('ai_resource_links', 'links');
  expect(
    takes(links, [
      { title: 'a', url: '/app/article/A' },
      { title: 'b', url: 'https://b.example' },
    ]),
  ).toBe(true);
  for (const url of ['//evil.example', 'javascript:x', '/\\evil', '', 'https://']) {
    expect(takes(links, [{ title: 'a', url }]), url).toBe(false);
  }
});
