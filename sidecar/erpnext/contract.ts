/**
 * The contract between the site and the sidecar: the shape of every call, once.
 *
 * Each method lives at `/api/method/education_ai.api.sidecar.<name>` and is called by POST. The schemas
 * describe what crosses the wire (JSON); `fixtures/contract/` holds one example of each call, recorded on a
 * real site. Field lists of documents are not repeated here: they come from `fixtures/app/watched.json`.
 */
import { z } from 'zod';

/** The contract this code speaks, newest first. App and sidecar accept the current and the previous one. */
export const CONTRACT_VERSIONS = [1] as const;

export const METHOD_PREFIX = 'education_ai.api.sidecar.';

/** The event the site publishes to the sidecar user's own room. It carries no data and means "pull now". */
export const WAKE_EVENT = 'education_ai_wake';

/** A date as the site writes it, `YYYY-MM-DD`. */
const SiteDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const Name = z.string().min(1);

/** What went wrong, as the site answers it beside a 4xx or 5xx status. `message` is safe to show. */
export const ContractError = z.object({ code: z.string(), message: z.string() });

// hello ------------------------------------------------------------------------------------------------------

const HelloRequest = z.object({
  sidecar_version: z.string(),
  contract_versions: z.array(z.int()),
  epoch: z.string().nullable(),
  token: z.string().nullable(),
  take_over: z.boolean(),
});

/** Thresholds and switches of AI Settings that the analysis needs. Rates and marks in percent. */
export const Settings = z.object({
  collect: z.boolean(),
  show: z.boolean(),
  attendance_watch_rate: z.number(),
  attendance_act_rate: z.number(),
  pass_mark: z.number(),
  minimum_group_size: z.int(),
});

const HelloResponse = z.object({
  site_id: z.string(),
  epoch: z.string(),
  token: z.string(),
  resync: z.boolean(),
  contract: z.int(),
  versions: z.object({
    frappe: z.string(),
    erpnext: z.string(),
    education: z.string(),
    app: z.string(),
    database: z.string(),
  }),
  time_zone: z.string(),
  now: z.iso.datetime({ offset: true }),
  settings: Settings,
  pending: z.int(),
  faults: z.array(ContractError),
});

// pull -------------------------------------------------------------------------------------------------------

export const SyncEvent = z.object({
  id: z.int(),
  doctype: Name,
  name: Name,
  event: z.enum(['insert', 'update', 'delete', 'rename']),
  new_name: z.string().nullable(),
});

const PullRequest = z.object({
  epoch: z.string(),
  token: z.string(),
  ack: z.array(z.int()).max(1000),
  limit: z.int().min(1).max(1000),
});

const PullResponse = z.object({
  token: z.string(),
  events: z.array(SyncEvent),
  /** Rows still waiting behind these, capped at 10,001. */
  pending: z.int(),
  settings: Settings,
});

// snapshot ---------------------------------------------------------------------------------------------------

/** One document: name, modified, docstatus, row_sum, the listed fields, and child rows under their table's field. */
export const SnapshotRow = z
  .object({
    name: Name,
    modified: z.string(),
    docstatus: z.int(),
    row_sum: z.int(),
  })
  .catchall(
    z.union([
      z.string(),
      z.number(),
      z.null(),
      z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
    ]),
  );

/** Exactly one of `names`, `after` and `students` is set; `after: ''` starts at the first name. */
const SnapshotRequest = z.object({
  epoch: z.string(),
  doctype: Name,
  names: z.array(z.string()).optional(),
  after: z.string().optional(),
  students: z.array(z.string()).optional(),
});

const SnapshotResponse = z.object({
  doctype: Name,
  rows: z.array(SnapshotRow),
  /** Asked-for names that are not there (deleted, renamed away, excluded, differing in case or accents). */
  gone: z.array(z.string()),
  /** The name to pass as `after` for the next page; null on the last one. Only with `after`. */
  next: z.string().nullable(),
});

// digest -----------------------------------------------------------------------------------------------------

const DigestRequest = z.object({
  epoch: z.string(),
  doctype: Name,
  /** Ask for count and sum of row sums per CRC32(name) % 256. */
  buckets: z.boolean().optional(),
  bucket: z.int().min(0).max(255).optional(),
  modified_from: z.string().optional(),
  after: z.string().optional(),
});

const DigestResponse = z.object({
  doctype: Name,
  count: z.int(),
  newest: z.string().nullable(),
  buckets: z.array(z.object({ bucket: z.int(), count: z.int(), sum: z.int() })).optional(),
  rows: z.array(z.object({ name: Name, modified: z.string(), row_sum: z.int() })).optional(),
  next: z.string().nullable(),
});

// write_back -------------------------------------------------------------------------------------------------

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
const InsightKind = z.enum(['attendance', 'marks', 'class']);

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
  target_doctype: z.enum(['Student', 'Course']),
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
    values: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal('engagement'),
    revision: z.int(),
    /** `session` is the sidecar's own id of the tutor session: writing it twice changes nothing. */
    address: z.object({ session: Name }),
    values: z.object({
      student: Name,
      session_date: SiteDate,
      interaction_duration: z.int(),
      questions_asked: z.int(),
      concepts_explored: z.array(z.string()),
      help_requests: z.int(),
      independence_score: z.number(),
    }),
  }),
  z.object({
    kind: z.literal('withdraw'),
    revision: z.int(),
    address: z.union([InsightAddress, z.object({ assessment_result: Name })]),
  }),
]);

const WriteBackRequest = z.object({
  epoch: z.string(),
  items: z.array(WriteBackItem).max(200),
});

/** Results stand in the order of the items. `stale`: the site holds a newer revision of this epoch. */
const WriteBackResponse = z.object({
  results: z.array(
    z.object({ outcome: z.enum(['stored', 'unchanged', 'stale', 'error']), code: z.string().nullable() }),
  ),
});

// report -----------------------------------------------------------------------------------------------------

const DeadWork = z.object({ code: z.string(), doctype: z.string(), name: z.string() });

const ReportRequest = z.object({
  epoch: z.string(),
  checks: z.array(
    z.object({
      check: z.enum(['hourly', 'daily', 'weekly', 'monthly', 'backfill']),
      finished: z.iso.datetime({ offset: true }),
      examined: z.int(),
      found: z.int(),
      repaired: z.int(),
      /** Where it found anything, and how much of that it repaired; by no name. */
      details: z.array(z.object({ doctype: Name, found: z.int(), repaired: z.int() })),
    }),
  ),
  /** All dead work there is now; what is missing here has healed. */
  dead: z.array(DeadWork),
  /** Seconds since the oldest work became due; 0 when there is none. */
  lag_seconds: z.number(),
});

const ReportResponse = z.object({
  redrive: z.array(z.object({ doctype: z.string(), name: z.string() })),
  /** Students whose every trace must go from the sidecar's database. */
  erase: z.array(z.string()),
});

/** Every method of the contract, by name. */
export const METHODS = {
  hello: { request: HelloRequest, response: HelloResponse },
  pull: { request: PullRequest, response: PullResponse },
  snapshot: { request: SnapshotRequest, response: SnapshotResponse },
  digest: { request: DigestRequest, response: DigestResponse },
  write_back: { request: WriteBackRequest, response: WriteBackResponse },
  report: { request: ReportRequest, response: ReportResponse },
} as const;

export type MethodName = keyof typeof METHODS;
export type Request<M extends MethodName> = z.input<(typeof METHODS)[M]['request']>;
export type Response<M extends MethodName> = z.output<(typeof METHODS)[M]['response']>;
export type Reason = z.output<typeof Reason>;
export type Chart = z.output<typeof Chart>;
export type Settings = z.output<typeof Settings>;
export type InsightAddress = z.output<typeof InsightAddress>;
export type InsightValues = z.output<typeof InsightValues>;
export type AssessmentInsightValues = z.output<typeof AssessmentInsightValues>;
export type WriteBackItem = z.output<typeof WriteBackItem>;
export type SnapshotRow = z.output<typeof SnapshotRow>;
