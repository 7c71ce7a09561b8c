/** How insights become the lines of a panel, for one reader; pure, given the insights and a Speaker. */
import { z } from 'zod';
import { Chart, Level, Reason } from '../../../sidecar/erpnext/contract.ts';
import type { StoredDocument } from '../records.ts';
import { isFor, sectionOf, type Speaker } from './sentences.ts';

/** One current AI Insight row as a panel reads it. */
const InsightRow = z.object({
  kind: z.string(),
  target: z.string(),
  target_student: z.string().nullable(),
  course: z.string(),
  student_group: z.string(),
  academic_term: z.string(),
  level: Level,
  clarity: z.number(),
  confidence: z.string(),
  reasons: z.string().transform((text) => z.array(Reason).parse(JSON.parse(text))),
  chart: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : Chart.parse(JSON.parse(text)))),
  records_to: z.string().nullable(),
  generated_timestamp: z.string().nullable(),
  status: z.string(),
  answered_on: z.string().nullish(),
});

export type Insight = z.output<typeof InsightRow> & { name: string };

export interface Line {
  section: string;
  title: string;
  text: string;
  headline: string | null;
  insight: Insight;
  reason: number;
  button: string | null;
}

const LEVELS = Level.options;
/** Whatever a sentence's text may say: what stands in other sections is not for pupils and guardians. */
const SECTIONS_FOR_PUPILS = new Set([
  'why',
  'strength',
  'step',
  'too_little',
  'note',
  'profile',
  'session',
  'progress',
  'path',
]);

export function asInsight(row: StoredDocument): Insight {
  return { name: row.name, ...InsightRow.parse(row.values) };
}

/** Whether this reader may see what is said with this code. */
export function maySee(code: string, audience: Speaker['audience']): boolean {
  const section = sectionOf(code);
  if (section === null || !isFor(code, audience)) return false;
  return audience === 'staff' || SECTIONS_FOR_PUPILS.has(section);
}

/** Clearest first. */
export function byRank(a: Insight, b: Insight): number {
  return (
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    b.clarity - a.clarity ||
    compare(a.kind, b.kind) ||
    compare(a.course, b.course) ||
    compare(a.name, b.name)
  );
}

/** Every line this reader may see, clearest first, no text twice in one section. */
export function lines(insights: readonly Insight[], speaker: Speaker): Line[] {
  const said = new Set<string>();
  return [...insights].sort(byRank).flatMap((insight) =>
    insight.reasons.flatMap((reason, at) => {
      const section = sectionOf(reason.code);
      const text = maySee(reason.code, speaker.audience) ? speaker.text(reason) : null;
      if (section === null || text === null) return [];
      const title = speaker.title(reason) ?? '';
      const key = JSON.stringify([section, title, text]);
      if (said.has(key)) return [];
      said.add(key);
      const headline = speaker.headline(reason);
      return [{ section, title, text, headline, insight, reason: at, button: speaker.button(reason) }];
    }),
  );
}

export function inSection(found: readonly Line[], section: string): Line[] {
  return found.filter((line) => line.section === section);
}

export function highestLevel(insights: readonly Insight[]): Insight['level'] | null {
  return LEVELS.find((level) => insights.some((insight) => insight.level === level)) ?? null;
}

/** The first reason with a headline of each insight at this level, clearest insight first. */
export function clearest(found: readonly Line[], level: Insight['level']): Line[] {
  const first = new Map<string, Line>();
  for (const line of found) {
    const fits = line.insight.level === level && line.section === 'why' && line.headline !== null;
    if (fits && !first.has(line.insight.name)) first.set(line.insight.name, line);
  }
  return [...first.values()];
}

/** A clause with a capital and a full stop. */
export function asSentence(clause: string): string {
  const sentence = clause.slice(0, 1).toUpperCase() + clause.slice(1);
  return /[.!?。؟]$/.test(sentence) ? sentence : `${sentence}.`;
}

export function newest(values: (string | null)[]): string | null {
  return values.reduce((latest, value) => (latest === null || (value ?? '') > latest ? value : latest), null);
}

export function withEvidence(line: Line): object {
  return { ...plain(line), insight: line.insight.name, reason: line.reason, button: line.button };
}

export function plain(line: Line): { title: string; text: string } {
  return { title: line.title, text: line.text };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
