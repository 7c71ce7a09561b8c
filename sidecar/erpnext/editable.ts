/**
 * The sealed fields that people edit and the AI proposes for (`fixtures/app/editable_fields.json`), and who wins
 * where both changed something (`fixtures/app/conflict_rules.json`), typed.
 */
import { z } from 'zod';
import rulesJson from '../../fixtures/app/conflict_rules.json' with { type: 'json' };
import sealedJson from '../../fixtures/app/custom_fields.json' with { type: 'json' };
import fieldsJson from '../../fixtures/app/editable_fields.json' with { type: 'json' };

const Key = z.discriminatedUnion('kind', [
  z.object({ key: z.string(), kind: z.literal('choice'), options: z.array(z.object({ value: z.string() })) }),
  z.object({ key: z.string(), kind: z.literal('switch') }),
  z.object({ key: z.string(), kind: z.enum(['list', 'links']), most: z.int(), longest: z.int() }),
]);

const EditableField = z.object({ doctype: z.string(), field: z.string(), keys: z.array(Key) });

/** `erpnext_wins`: what stands on the site. `ai_wins`: what the AI says. `merge`: both, people first. `manual_review`: a person decides. */
const Rule = z.enum(['erpnext_wins', 'ai_wins', 'merge', 'manual_review']);

const ConflictRule = z.object({
  name: z.string(),
  doctype: z.string(),
  field: z.string(),
  key: z.string(),
  rule: Rule,
  why: z.string(),
});

export type EditableKey = z.output<typeof Key>;
export type EditableField = z.output<typeof EditableField>;
export type Rule = z.output<typeof Rule>;

export const EDITABLE: readonly EditableField[] = z.array(EditableField).parse(fieldsJson);
export const CONFLICT_RULES = z.array(ConflictRule).parse(rulesJson);

/** The sealed fields of a DocType that the AI alone writes. */
export function ownFields(doctype: string): string[] {
  return sealedJson
    .filter((one) => one.doctype === doctype && editableField(doctype, one.fieldname) === undefined)
    .map((one) => one.fieldname);
}

export function editableField(doctype: string, field: string): EditableField | undefined {
  return EDITABLE.find((one) => one.doctype === doctype && one.field === field);
}

/** The rule of one key: its own, else that of its field. A key without any is the site's. */
export function ruleOf(doctype: string, field: string, key: string): Rule {
  const rules = CONFLICT_RULES.filter((row) => row.doctype === doctype && row.field === field);
  const own = rules.find((row) => row.key === key) ?? rules.find((row) => row.key === '*');
  return own?.rule ?? 'erpnext_wins';
}

/** Whether the site takes this value for the key: as it is, since it refuses what it would have to tidy. */
export function takes(kind: EditableKey, value: unknown): boolean {
  if (kind.kind === 'choice') return kind.options.some((option) => option.value === value);
  if (kind.kind === 'switch') return typeof value === 'boolean';
  const line = z.string().refine((text) => isLine(text, kind.longest));
  const item = kind.kind === 'list' ? line : z.object({ title: line, url: z.string().regex(ADDRESS) });
  const items = z.array(item).max(kind.most).safeParse(value);
  if (!items.success) return false;
  const identities = items.data.map((one) => (typeof one === 'string' ? one : one.url));
  return new Set(identities).size === identities.length;
}

/** The first key that the field does not take with its value; null where all is well. */
export function refusedKey(doctype: string, field: string, values: Record<string, unknown>): string | null {
  const keys = editableField(doctype, field)?.keys ?? [];
  for (const [key, value] of Object.entries(values)) {
    const kind = keys.find((one) => one.key === key);
    if (kind === undefined || !takes(kind, value)) return key;
  }
  return null;
}

/** A page of the web, or of the site itself. */
const ADDRESS = /^(https?:\/\/[^\s/]|\/[^\s/\\])\S{0,1990}$/;

/** One line without space that nobody sees. */
function isLine(text: string, longest: number): boolean {
  const { length } = Array.from(text);
  return length > 0 && length <= longest && text === text.trim() && !/ {2}|[^\S ]|\p{Cc}/u.test(text);
}
