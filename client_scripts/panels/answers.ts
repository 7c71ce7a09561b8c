/**
 * What the site answers to a panel, one type per method of `education_ai/api/panel.py`.
 *
 * Read defensively: a part that is missing or of another shape counts as empty, so that an app one version
 * apart shows less instead of nothing. Only an answer without a known state is refused (`null`).
 */

import { list, number, oneOf, part, text, texts } from './reading.ts';
import { readSettings, type SettingPart } from './setting-answers.ts';

const STATES = ['ready', 'empty', 'waiting', 'too_little', 'stale', 'off'] as const;
export const LEVELS = ['act', 'watch', 'steady'] as const;
const AUDIENCES = ['staff', 'student', 'guardian'] as const;
const EXCLUSIONS = ['in', 'out'] as const;
const CHART_KINDS = ['line', 'bar'] as const;

type State = (typeof STATES)[number];
export type Level = (typeof LEVELS)[number];

export interface Fact {
  title: string;
  text: string;
}

/** A fact with rows behind it; `button` is null where there are none to show. */
export interface Reason extends Fact {
  insight: string;
  reason: number;
  button: string | null;
}

interface Headline {
  text: string;
  step: string | null;
}

/** `columns` heads the table: the label's column first, then one for each series. */
export interface ChartData {
  title: string;
  kind: (typeof CHART_KINDS)[number];
  labels: string[];
  series: { name: string; values: (number | null)[] }[];
  columns: string[];
}

/** What both panels have. `worked_out` and `stale_since` are in the site's time zone. */
export interface Answer {
  state: State;
  records_to: string | null;
  worked_out: string | null;
  stale_since: string | null;
  headline: Headline | null;
  chart: ChartData | null;
  how_sure: Fact[];
  track_record: string;
  steps: string[];
  too_little: Fact[];
  /** What the panel says about what the reader chose not to see; '' for nothing. */
  hidden: string;
  channel: string | null;
  /** What this reader may edit here. */
  settings: SettingPart[];
}

/** What is raised about one thing; `on` is the day on which somebody acted upon all of it. */
export interface Acted {
  title: string;
  insights: string[];
  on: string | null;
}

export interface StudentAnswer extends Answer {
  audience: (typeof AUDIENCES)[number];
  heading: { name: string; group: string; term: string };
  level: Level | null;
  why: Reason[];
  going_well: Fact[];
  next_test: Fact[];
  rule: string[];
  notes: string[];
  not_used: string;
  acted: Acted[];
  /** How the pupil has learned so far. */
  profile: Fact[];
  /** Whom to talk with first, where that was set. */
  contact: Fact | null;
  /** Whether the analysis takes the pupil in or leaves the pupil out; null for readers who do not decide that. */
  exclusion: (typeof EXCLUSIONS)[number] | null;
}

export interface InstructorAnswer extends Answer {
  heading: { name: string };
  /** Whether the reader is the person. */
  own: boolean;
  shown_to_managers: boolean;
  work: Fact[];
  classes: Fact[];
}

export interface ProgramAnswer extends Answer {
  audience: (typeof AUDIENCES)[number];
  heading: { program: string };
  progress: Fact[];
  path: Fact[];
  history: Fact[];
}

export interface EvidenceRow {
  cells: string[];
  doctype: string;
  name: string;
  can_open: boolean;
}

export interface EvidenceAnswer {
  title: string;
  columns: string[];
  rows: EvidenceRow[];
  note: string | null;
}

export function readStudent(message: unknown): StudentAnswer | null {
  const common = readCommon(message);
  if (!common) return null;
  const heading = part(message, 'heading');
  return {
    ...common,
    audience: oneOf(AUDIENCES, part(message, 'audience')) ?? 'staff',
    heading: {
      name: text(part(heading, 'name')),
      group: text(part(heading, 'group')),
      term: text(part(heading, 'term')),
    },
    level: oneOf(LEVELS, part(message, 'level')),
    why: list(part(message, 'why')).map(readReason),
    going_well: facts(message, 'going_well'),
    next_test: facts(message, 'next_test'),
    rule: list(part(message, 'rule')).map((rule) => text(part(rule, 'text'))),
    notes: texts(part(message, 'notes')),
    not_used: text(part(message, 'not_used')),
    acted: list(part(message, 'acted')).map((one) => ({
      title: text(part(one, 'title')),
      insights: texts(part(one, 'insights')),
      on: text(part(one, 'on')) || null,
    })),
    profile: facts(message, 'profile'),
    contact: text(part(part(message, 'contact'), 'text')) ? readFact(part(message, 'contact')) : null,
    exclusion: oneOf(EXCLUSIONS, part(message, 'exclusion')),
  };
}

export function readInstructor(message: unknown): InstructorAnswer | null {
  const common = readCommon(message);
  return (
    common && {
      ...common,
      heading: { name: text(part(part(message, 'heading'), 'name')) },
      own: part(message, 'own') === true,
      shown_to_managers: part(message, 'shown_to_managers') === true,
      work: facts(message, 'work'),
      classes: facts(message, 'classes'),
    }
  );
}

export function readProgram(message: unknown): ProgramAnswer | null {
  const common = readCommon(message);
  return (
    common && {
      ...common,
      audience: oneOf(AUDIENCES, part(message, 'audience')) ?? 'staff',
      heading: { program: text(part(part(message, 'heading'), 'program')) },
      progress: facts(message, 'progress'),
      path: facts(message, 'path'),
      history: facts(message, 'history'),
    }
  );
}

export function readEvidence(message: unknown): EvidenceAnswer | null {
  if (!Array.isArray(part(message, 'rows'))) return null;
  return {
    title: text(part(message, 'title')),
    columns: texts(part(message, 'columns')),
    rows: list(part(message, 'rows')).map((row) => ({
      cells: texts(part(row, 'cells')),
      doctype: text(part(row, 'doctype')),
      name: text(part(row, 'name')),
      can_open: part(row, 'can_open') === true,
    })),
    note: text(part(message, 'note')) || null,
  };
}

export function readCommon(message: unknown): Answer | null {
  const state = oneOf(STATES, part(message, 'state'));
  if (!state) return null;
  return {
    state,
    records_to: text(part(message, 'records_to')) || null,
    worked_out: text(part(message, 'worked_out')) || null,
    stale_since: text(part(message, 'stale_since')) || null,
    headline: readHeadline(part(message, 'headline')),
    chart: readChart(part(message, 'chart')),
    how_sure: facts(message, 'how_sure'),
    track_record: text(part(message, 'track_record')),
    steps: texts(part(message, 'steps')),
    too_little: facts(message, 'too_little'),
    hidden: text(part(message, 'hidden')),
    settings: readSettings(part(message, 'settings')),
    channel: text(part(message, 'channel')) || null,
  };
}

function readHeadline(value: unknown): Headline | null {
  const sentence = text(part(value, 'text'));
  return sentence ? { text: sentence, step: text(part(value, 'step')) || null } : null;
}

function readChart(value: unknown): ChartData | null {
  const kind = oneOf(CHART_KINDS, part(value, 'kind'));
  if (!kind) return null;
  return {
    title: text(part(value, 'title')),
    kind,
    labels: texts(part(value, 'labels')),
    series: list(part(value, 'series')).map((series) => ({
      name: text(part(series, 'name')),
      values: list(part(series, 'values')).map(number),
    })),
    columns: texts(part(value, 'columns')),
  };
}

export function readReason(value: unknown): Reason {
  return {
    ...readFact(value),
    insight: text(part(value, 'insight')),
    reason: number(part(value, 'reason')) ?? 0,
    button: text(part(value, 'button')) || null,
  };
}

function readFact(value: unknown): Fact {
  return { title: text(part(value, 'title')), text: text(part(value, 'text')) };
}

export function facts(message: unknown, key: string): Fact[] {
  return list(part(message, key)).map(readFact);
}
