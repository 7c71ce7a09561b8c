/** From a sentence code and its parameters to the reader's sentence, in English; decides no facts. */
import { z } from 'zod';
import catalogueJson from '../../../fixtures/app/sentences.json' with { type: 'json' };
import type { Reason } from '../../../sidecar/erpnext/contract.ts';

export type Audience = 'staff' | 'student' | 'guardian';

const Sentence = z.object({
  section: z.string(),
  title: z.string().optional(),
  params: z.record(z.string(), z.string()),
  staff: z.string(),
  headline: z.string().nullish(),
  student: z.string().nullish(),
  guardian: z.string().nullish(),
  evidence: z.string().nullish(),
});
type Sentence = z.output<typeof Sentence>;
type Field = 'title' | 'staff' | 'headline' | 'student' | 'guardian' | 'evidence';

const CATALOGUE: ReadonlyMap<string, Sentence> = new Map(
  Object.entries(z.record(z.string(), Sentence).parse(catalogueJson)),
);

const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

export function sectionOf(code: string): string | null {
  return CATALOGUE.get(code)?.section ?? null;
}

export function isFor(code: string, audience: Audience): boolean {
  return Boolean(CATALOGUE.get(code)?.[audience]);
}

/** The criterion a reason is about, if it is about one. */
export function criterionOf(reason: Reason): string | null {
  const types = Object.entries(CATALOGUE.get(reason.code)?.params ?? {});
  const name = types.find(([, type]) => type === 'criterion')?.[0];
  const value = name === undefined ? undefined : reason.params[name];
  return typeof value === 'string' ? value : null;
}

export class Speaker {
  readonly audience: Audience;
  readonly #nameOf: (student: string) => string;

  constructor(audience: Audience, nameOf: (student: string) => string) {
    this.audience = audience;
    this.#nameOf = nameOf;
  }

  text(reason: Reason): string | null {
    return this.#say(reason.code, reason.params, this.audience);
  }

  title(reason: Reason): string | null {
    return isFor(reason.code, this.audience) ? this.#say(reason.code, reason.params, 'title') : null;
  }

  /** The clause a headline is made of, without capital and full stop; staff only. */
  headline(reason: Reason): string | null {
    return this.audience === 'staff' ? this.#say(reason.code, reason.params, 'headline') : null;
  }

  /** The title of a code that stands alone, such as a chart's. */
  label(code: string): string | null {
    return this.#say(code, {}, 'title');
  }

  /** What opens the rows behind a reason; null where it names none. */
  button(reason: Reason): string | null {
    const count = reason.evidence?.names.length ?? 0;
    if (count === 0 || !isFor(reason.code, this.audience)) return null;
    return this.#say(reason.code, { ...reason.params, count }, 'evidence');
  }

  #say(code: string, params: Reason['params'], field: Field): string | null {
    const sentence = CATALOGUE.get(code);
    const template = sentence?.[field];
    if (!sentence || !template) return null;
    const types: Record<string, string> = { ...sentence.params, count: 'count' };
    return fill(template, (name) => {
      const value = params[name];
      const type = types[name];
      return value === undefined || type === undefined ? null : this.#shown(type, value);
    });
  }

  #shown(type: string, value: string | number): string {
    switch (type) {
      case 'count':
      case 'percent':
      case 'points':
        return String(Math.round(Number(value)));
      case 'date':
        return shownDate(String(value));
      case 'weekday':
        return shownWeekday(Number(value));
      case 'student':
        return shownText(this.#nameOf(String(value)));
      default:
        return shownText(String(value));
    }
  }
}

/** Puts values into `{name}` places; null when one is missing. Values are not looked at again. */
export function fill(template: string, valueOf: (name: string) => string | null): string | null {
  let whole = true;
  const filled = template.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = valueOf(name);
    if (value === null) whole = false;
    return value ?? '';
  });
  return whole ? filled : null;
}

/** A name as plain text, kept from reordering the sentence around it. */
export function shownText(value: string): string {
  const text = value
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    // oxlint-disable-next-line no-control-regex -- these are the very characters to be taken out
    .replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .trim();
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(text) ? `${ISOLATE}${text}${END_ISOLATE}` : text;
}

const DAY = new Intl.DateTimeFormat('en-US', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});
const WEEKDAY = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' });

/** 'Fri 20 Nov'. */
export function shownDate(day: string): string {
  const parts = new Map(
    DAY.formatToParts(new Date(`${day}T00:00:00Z`)).map(({ type, value }) => [type, value]),
  );
  return `${parts.get('weekday')} ${parts.get('day')} ${parts.get('month')}`;
}

function shownWeekday(day: number): string {
  // 2024 began on a Monday
  return WEEKDAY.format(new Date(Date.UTC(2024, 0, 1 + day)));
}
