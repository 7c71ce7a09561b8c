/** What an analysis says, as text: the sentences of fixtures/app/sentences.json with their values put in. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Reason } from '../../../sidecar/erpnext/contract.ts';
import type { StudentAnalysis } from '../../../sidecar/analysis/records.ts';

const Text = z.string().nullable();
const Sentence = z.strictObject({
  section: z.enum([
    'why',
    'strength',
    'next',
    'rule',
    'sure',
    'step',
    'too_little',
    'class',
    'part',
    'note',
    'chart',
    'profile',
    'session',
    'difficulty',
    'mapping',
    'teaching',
    'progress',
    'path',
    'history',
    'peer',
  ]),
  title: z.string(),
  params: z.record(
    z.string(),
    z.enum([
      'count',
      'percent',
      'points',
      'date',
      'weekday',
      'course',
      'criterion',
      'student',
      'test',
      'text',
    ]),
  ),
  minimum: z.strictObject({ param: z.string(), count: z.int(), unit: z.string() }).optional(),
  staff: z.string(),
  headline: z.string().optional(),
  student: Text,
  guardian: Text,
  evidence: z.string().optional(),
});
export type Sentence = z.output<typeof Sentence>;

const file = new URL('../../../fixtures/app/sentences.json', import.meta.url);
export const SENTENCES = z.record(z.string(), Sentence).parse(JSON.parse(readFileSync(file, 'utf8')));

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function sentenceOf(reason: Reason): Sentence {
  const sentence = SENTENCES[reason.code];
  if (sentence === undefined) throw new Error(`no sentence ${reason.code}`);
  return sentence;
}

export type Text = 'staff' | 'headline' | 'student' | 'guardian';

/** The text for a reader; null where the code has none. */
export function text(reason: Reason, kind: Text = 'staff'): string | null {
  const { params, [kind]: template } = sentenceOf(reason);
  return (
    template?.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = reason.params[name];
      return params[name] === 'weekday' ? (WEEKDAYS[Number(value)] ?? '') : String(value);
    }) ?? null
  );
}

export function texts(
  reasons: readonly Reason[],
  section: Sentence['section'],
  kind: Text = 'staff',
): string[] {
  const found = reasons.filter((reason) => sentenceOf(reason).section === section);
  return found.map((reason) => text(reason, kind)).filter((line) => line !== null);
}

/** The values of one insight of a pupil; fails where it was not produced. */
export function insight(analysis: StudentAnalysis, kind: 'attendance' | 'marks' | 'risk', course = '') {
  const found = analysis.insights.find(
    ({ address }) => address.insight === kind && address.course === course,
  );
  if (found === undefined) throw new Error(`no ${kind} insight`);
  return found.values;
}

export function codes(reasons: readonly Reason[]): string[] {
  return reasons.map((reason) => reason.code);
}
