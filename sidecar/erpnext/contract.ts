/**
 * The contract between the site and the sidecar: the shape of every call, once.
 *
 * Each method lives at `/api/method/education_ai.api.sidecar.<name>` and is called by POST. The schemas
 * describe what crosses the wire (JSON); `fixtures/contract/` holds one example of each call, recorded on a
 * real site. Field lists of documents are not repeated here: they come from `fixtures/app/watched.json`.
 */
import { z } from 'zod';
import { SettingValues, SiteDate, WriteBackItem } from './items.ts';

export * from './items.ts';

/** The contract this code speaks, newest first. App and sidecar accept the current and the previous one. */
export const CONTRACT_VERSIONS = [1] as const;

export const METHOD_PREFIX = 'education_ai.api.sidecar.';

/** The events the site publishes to the sidecar user's own room, without data: "pull now" and "pull when it suits". */
export const WAKE_EVENT = 'education_ai_wake';
export const SOON_EVENT = 'education_ai_wake_soon';

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

/**
 * A sealed field that people edit too, opened: what holds, and what the AI proposed last as far as that is settled.
 * `seen` names this very state. Null for a field that nobody ever set.
 */
export const OpenedField = z.object({ value: SettingValues, base: SettingValues, seen: z.string() });

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
      OpenedField,
      z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
    ]),
  );

/** Lessons of a group or an instructor on some days, both included; null where it does not matter. Of Course Schedule. */
export const Lessons = z.object({
  student_group: z.string().nullable(),
  instructor: z.string().nullable(),
  from_date: SiteDate.nullable(),
  to_date: SiteDate.nullable(),
  after: z.string(),
});

/**
 * Exactly one of `names`, `after`, `students` and `lessons` is set; `after: ''` starts at the first name. `students`:
 * what points to them, also in a child row; with `academic_year` only what is of that year.
 */
const SnapshotQuestion = z.object({
  doctype: Name,
  names: z.array(z.string()).optional(),
  after: z.string().optional(),
  students: z.array(z.string()).optional(),
  academic_year: z.string().optional(),
  lessons: Lessons.optional(),
});

const SnapshotRequest = SnapshotQuestion.extend({
  epoch: z.string(),
  /** More questions in the same request: what is about one pupil is of many kinds. */
  also: z.array(SnapshotQuestion).min(1).max(20).optional(),
});

const SnapshotPage = z.object({
  doctype: Name,
  rows: z.array(SnapshotRow),
  /** Asked-for names that are not there (deleted, renamed away, excluded, differing in case or accents). */
  gone: z.array(z.string()),
  /** The name to pass as `after` for the next page; null on the last one. Only with `after` and `lessons`. */
  next: z.string().nullable(),
});

/** `also`: answers to the further questions, in their order; there if any were asked. */
const SnapshotResponse = SnapshotPage.extend({ also: z.array(SnapshotPage).optional() });

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

const ModelScore = z.object({
  rung: z.enum(['rule', 'pooled', 'trained']),
  brier: z.number(),
  log_loss: z.number(),
  calibration_error: z.number(),
  auc: z.number(),
});

const Share = z.number().min(0).max(1);
/** With both ends of a 95% interval. */
const Estimate = z.object({ value: Share, low: Share, high: Share });
/** Warned of: those who failed or left, and those who passed. */
const ModelErrors = z.object({ auc: Estimate, caught: Estimate, false_alarms: Estimate });

/** The card of the early warning: what it was learned from, and how often it was right here. Counts, never a pupil. */
const ModelCard = z.object({
  /** Which rung speaks. */
  rung: ModelScore.shape.rung,
  learned_on: z.iso.date(),
  /** Finished courses of pupils, and how many of them ended in failing or leaving. */
  pupil_terms: z.int(),
  failed_or_left: z.int(),
  terms: z.array(z.string()),
  /** On terms later than those learned from, or on folds of pupils; null where there were too few to check. */
  checked: z
    .object({
      how: z.enum(['later_terms', 'folds']),
      pupil_terms: z.int(),
      /** The rule first, then each rung that was tried. */
      scores: z.array(ModelScore),
      /** Groups of rising chance; none where the rule speaks. */
      bins: z.array(z.object({ said: Share, came: Share, pupils: z.int() })),
      /** Whom the rule named. */
      rule: z.object({ pupils: z.int(), came: Share }),
      /** By gender, small groups left out, '' where none is entered; null with fewer than two, missing from older ones. */
      fairness: z
        .object({
          groups: z.array(
            ModelErrors.extend({
              group: z.string(),
              pupils: z.int(),
              courses: z.int(),
              failed_or_left: z.int(),
            }),
          ),
          gaps: ModelErrors,
        })
        .nullable()
        .optional(),
    })
    .nullable(),
});

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
  /** Missing or null until something was learned. */
  model: ModelCard.nullable().optional(),
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
export type ModelCard = z.output<typeof ModelCard>;
export type Settings = z.output<typeof Settings>;
export type SnapshotPage = z.output<typeof SnapshotPage>;
export type SnapshotQuestion = z.input<typeof SnapshotQuestion>;
export type SnapshotRow = z.output<typeof SnapshotRow>;
