/**
 * What the sidecar writes back: the shape of each kind of item, as part of the contract (`contract.ts`).
 */
import { z } from 'zod';

const Name = z.string().min(1);

/** A date as the site writes it, `YYYY-MM-DD`. */
export const SiteDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** A value of a sentence. Names of people never stand here: a student is passed by document name. */
const SentenceValue = z.union([z.string(), z.number()]);

/**
 * One thing an insight says: a code of `sentences.json`, what it is about (a weekday, a criterion, a course;
 * '' if nothing), its numbers, and the rows it rests on.
 */
export const Reason = z.object({
  code: z.string(),
  about: z.string(),
  params: z.record(z.string(), SentenceValue),
  evidence: z.object({ doctype: Name, names: z.array(Name) }).nullable(),
});

/** One line of a chart: `labels` are dates or bands, `values` whole percent or counts, null where nothing is. */
export const Chart = z.object({
  kind: z.enum(['line', 'bar']),
  code: z.string(),
  labels: z.array(z.string()),
  series: z.array(z.object({ code: z.string(), values: z.array(z.number().nullable()) })),
});

export const Level = z.enum(['act', 'watch', 'steady']);
const Confidence = z.enum(['sure', 'fairly', 'little']);
const InsightKind = z.enum(['attendance', 'marks', 'risk', 'class', 'group']);

export const InsightValues = z.object({
  level: Level,
  /** 0-100: how clear the clearest reason is; orders "who first", never shown. */
  clarity: z.int().min(0).max(100),
  /** Everything said, in the order to be read; the section of a panel follows from the code. */
  reasons: z.array(Reason),
  chart: Chart.nullable(),
  confidence: Confidence,
  /** Newest record this rests on. */
  records_to: SiteDate.nullable(),
  model_version: z.string(),
});

/** Where an insight belongs. Discriminators that do not apply are ''. */
export const InsightAddress = z.object({
  target_doctype: z.enum(['Student', 'Course', 'Student Group']),
  target: Name,
  insight: InsightKind,
  course: z.string(),
  student_group: z.string(),
  academic_term: z.string(),
});

export const AssessmentInsightValues = z.object({
  student: Name,
  course: Name,
  /** What this result shows: reasons, as in an insight. */
  ai_analysis: z.array(Reason),
  improvement_suggestions: z.array(Reason),
  learning_gaps: z.array(
    z.object({
      criterion: z.string(),
      score: z.number(),
      maximum: z.number(),
      class_percent: z.int().nullable(),
    }),
  ),
  /** Percent of the maximum, an 80% interval; null with too little data. */
  predicted_next: z.object({ low: z.int(), high: z.int(), tests: z.int() }).nullable(),
  confidence: Confidence,
  model_version: z.string(),
});

/** What one key of an editable field may hold. */
export const SettingValue = z.union([
  z.string(),
  z.boolean(),
  z.array(z.string()),
  z.array(z.object({ title: z.string(), url: z.string() })),
]);

/** The keys of an editable field that were set. */
export const SettingValues = z.record(z.string(), SettingValue);

/** One key of an editable field. */
export const ConflictAddress = z.object({ doctype: Name, name: Name, field: Name, key: Name });

/** One session of a pupil with the tutor. `interaction_duration` in minutes; `independence_score` is 0-1. */
export const EngagementValues = z.object({
  student: Name,
  session_date: SiteDate,
  interaction_duration: z.int(),
  questions_asked: z.int(),
  concepts_explored: z.array(z.string()),
  help_requests: z.int(),
  independence_score: z.number(),
});

/** What the sidecar writes back, one shape per kind. */
export const WriteBackItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('insight'), revision: z.int(), address: InsightAddress, values: InsightValues }),
  z.object({
    kind: z.literal('assessment_insight'),
    revision: z.int(),
    address: z.object({ assessment_result: Name }),
    values: AssessmentInsightValues,
  }),
  z.object({
    kind: z.literal('fields'),
    revision: z.int(),
    address: z.object({ doctype: Name, name: Name }),
    /** For a field that people edit too: `{value, base}`, as merged. */
    values: z.record(z.string(), z.unknown()),
    /** For each such field: `seen` of the state that the proposal was merged with; the site compares. */
    seen: z.record(z.string(), z.string()).optional(),
  }),
  z.object({
    kind: z.literal('conflict'),
    revision: z.int(),
    address: ConflictAddress,
    /** Null where the key was never set. */
    values: z.object({
      site: SettingValue.nullable(),
      ai: SettingValue,
      base: SettingValue.nullable(),
      rule: z.literal('manual_review'),
    }),
  }),
  z.object({
    kind: z.literal('engagement'),
    revision: z.int(),
    /** `session` is the sidecar's own id of the tutor session: writing it twice changes nothing. */
    address: z.object({ session: Name }),
    values: EngagementValues,
  }),
  z.object({
    kind: z.literal('withdraw'),
    revision: z.int(),
    address: z.union([InsightAddress, z.object({ assessment_result: Name }), ConflictAddress]),
  }),
]);

export type Reason = z.output<typeof Reason>;
export type Chart = z.output<typeof Chart>;
export type InsightAddress = z.output<typeof InsightAddress>;
export type InsightValues = z.output<typeof InsightValues>;
export type AssessmentInsightValues = z.output<typeof AssessmentInsightValues>;
export type SettingValue = z.output<typeof SettingValue>;
export type SettingValues = z.output<typeof SettingValues>;
export type ConflictAddress = z.output<typeof ConflictAddress>;
export type WriteBackItem = z.output<typeof WriteBackItem>;
