/** The sidecar's own tables as types; the mirror's tables follow `watched.json` (`mirror/shape.ts`). */
import type { ColumnType, Generated, Kysely } from 'kysely';
import type { Effects } from '../analysis/follow-up/effects.ts';
import type { Learned } from '../analysis/risk/learn.ts';

/** What every store function is given: the database, or a transaction on it. */
export type Db = Kysely<Tables>;

export interface Tables {
  state: StateTable;
  leader: { id: number; holder: string; until: number };
  work: WorkTable;
  backfill: BackfillTable;
  ai_insights: InsightTable;
  cohort_figures: CohortFiguresTable;
  group_attendance: GroupAttendanceTable;
  sync_logs: SyncLogTable;
  checks: CheckTable;
  student_ai_profiles: ProfileTable;
  proposals: ProposalTable;
  models: ModelTable;
  migrations: { id: string };
}

interface StateTable {
  id: number;
  epoch: string | null;
  token: string | null;
  /** Outbox rows that are stored here and not yet acknowledged, as a JSON array of ids. */
  pending_ack: string;
  site_id: string | null;
  time_zone: string | null;
  /** As AI Settings has them; parsed where they are read. */
  settings: ColumnType<unknown, string, string>;
  /** A known text, sealed: tells at start whether the key is the right one. */
  sealing_check: string | null;
  mirror_shape: string | null;
  /** Number of the first load that is running or was the last. */
  load: number;
  loaded: boolean;
  reported_load: Generated<number>;
}

interface WorkTable {
  stage: string;
  kind: string;
  name: string;
  seq: number;
  done_seq: number;
  due_at: number;
  attempts: number;
  lease: string | null;
  lease_until: number | null;
  code: string | null;
}

interface BackfillTable {
  doctype: string;
  cursor: string;
  rows: number;
  total: number;
  done: boolean;
}

interface InsightTable {
  id: Generated<string>;
  target_type: string;
  target_id: string;
  insight_type: string;
  insight_data: unknown;
  confidence_score: number | null;
  generated_timestamp: Date;
  status: Generated<string>;
  synced_to_erpnext: Generated<boolean>;
  created_at: Generated<Date>;
  owner_kind: string;
  owner_name: string;
  address: string;
  content: string;
  withdrawn: boolean;
  revision: number;
  sent_revision: number;
}

interface SyncLogTable {
  id: Generated<string>;
  sync_type: string;
  erpnext_entity_type: string | null;
  erpnext_entity_id: Generated<string | null>;
  sync_direction: string;
  sync_status: string;
  error_details: string | null;
  data_payload: ColumnType<unknown, string, string>;
  sync_timestamp: ColumnType<Date, string, string>;
}

interface CheckTable {
  kind: string;
  doctype: string;
  phase: string;
  cursor: string;
  watermark: string | null;
  total: Generated<number>;
  examined: number;
  found: number;
  repaired: number;
  finished: number | null;
  reported: boolean;
}

/** The design document's columns; those that no analysis fills yet stay empty. */
interface ProfileTable {
  id: Generated<string>;
  erpnext_student_id: string;
  learning_style_profile: ColumnType<unknown, string | null, string | null>;
  ai_interaction_preferences: ColumnType<unknown, string | null, string | null>;
  performance_analytics: ColumnType<unknown, string | null, string | null>;
  last_sync_timestamp: ColumnType<Date | null, string | null, string | null>;
  created_at: Generated<Date>;
  updated_at: ColumnType<Date, string, string>;
}

interface ProposalTable {
  doctype: string;
  name: string;
  field: string;
  proposal: unknown;
  settled: boolean;
  asked: unknown;
}

interface ModelTable {
  name: string;
  learned: ColumnType<Learned, string, string>;
  effects: ColumnType<Effects | null, string, string>;
  day: string;
}

interface CohortFiguresTable {
  course: string;
  student_group: string;
  academic_term: string;
  figures: unknown;
}

interface GroupAttendanceTable {
  student_group: string;
  academic_term: string;
  figures: unknown;
}
