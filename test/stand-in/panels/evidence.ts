/** The records behind one reason of an insight: exactly those it rests on, for those who may read the insight. */
import type { Reason } from '../../../sidecar/erpnext/contract.ts';
import { currentInsights } from '../contract/insights.ts';
import type { StoredDocument } from '../records.ts';
import type { Site } from '../site.ts';
import { asInsight, maySee, type Insight } from './composition.ts';
import { noteRead, targetRead } from './read-log.ts';
import { audienceOf, nameOf, showsTo, teaches, teachesGroup, type Reader } from './readers.ts';
import { criterionOf, shownDate, Speaker, type Audience } from './sentences.ts';

interface Table {
  columns: string[];
  rows: { record: StoredDocument; cells: string[] }[];
}

/** null (403) for a reader who may not read the insight, and for an insight that does not exist. */
export function evidence(site: Site, reader: Reader, name: string, at: number): object | null {
  const stored = currentInsights(site).find((row) => row.name === name);
  if (stored === undefined) return null;
  const insight = asInsight(stored);
  const audience = readsAs(site, reader, insight);
  const reason = insight.reasons[at];
  if (audience === null || reason === undefined || !maySee(reason.code, audience)) return null;
  noteRead(site, reader, [targetRead(insight)], true);
  const names = [...new Set(reason.evidence?.names ?? [])];
  const doctype = reason.evidence?.doctype ?? '';
  const table = tableOf(site, insight, reason, doctype, names);
  const missing = names.length - table.rows.length;
  return {
    title: new Speaker(audience, (student) => nameOf(site, student)).title(reason) ?? '',
    columns: table.columns,
    rows: table.rows.map(({ record, cells }) => ({
      cells,
      doctype,
      name: record.name,
      can_open: reader.opensRecords,
    })),
    note:
      missing === 0
        ? null
        : `Records changed or removed since this was worked out: ${missing}. The next analysis leaves them out.`,
  };
}

/** As whom this reader reads the insight; null where they do not. */
export function readsAs(site: Site, reader: Reader, insight: Insight): Audience | null {
  if (insight.target_student === null) {
    const mine =
      insight.kind === 'group'
        ? teachesGroup(reader, insight.target)
        : teaches(reader, insight.student_group, insight.target);
    return mine && showsTo(site, 'staff') ? 'staff' : null;
  }
  const audience = audienceOf(site, reader, insight.target_student);
  return audience !== null && showsTo(site, audience) ? audience : null;
}

function tableOf(site: Site, insight: Insight, reason: Reason, doctype: string, names: string[]): Table {
  const records = names.flatMap((name) => {
    const record = site.records.get(doctype, name);
    return record?.docstatus === 1 && belongs(site, insight, reason, record) ? [record] : [];
  });
  if (doctype === 'Student Attendance') return attendance(records);
  if (doctype === 'Assessment Result') return results(site, insight, criterionOf(reason), records);
  if (doctype === 'Assessment Plan') return plans(site, insight, records);
  return { columns: [], rows: [] };
}

function belongs(
  site: Site,
  insight: Insight,
  { params }: Reason,
  { doctype, values }: StoredDocument,
): boolean {
  if (insight.target_student !== null && doctype === 'Assessment Plan') {
    const group = site.records.get('Student Group', String(values['student_group'] ?? ''));
    const members = group?.children['students'] ?? [];
    return (
      values['course'] === insight.course &&
      members.some((member) => member['student'] === insight.target_student)
    );
  }
  if (insight.target_student !== null) return values['student'] === insight.target_student;
  // of a group each reason names its course
  const course = insight.kind === 'group' ? params['course'] : insight.target;
  return values['course'] === course && values['student_group'] === insight.student_group;
}

function attendance(records: StoredDocument[]): Table {
  const sorted = records.sort((a, b) => compare(field(a, 'date'), field(b, 'date')));
  return {
    columns: ['Date', 'Status', 'Student Group'],
    rows: sorted.map((record) => ({
      record,
      cells: [shownDate(field(record, 'date')), field(record, 'status'), field(record, 'student_group')],
    })),
  };
}

/** Whole tests, or one criterion of each where the reason is about one. */
function results(site: Site, insight: Insight, criterion: string | null, records: StoredDocument[]): Table {
  const ofClass = insight.target_student === null;
  const rows = records.flatMap((record) => {
    const plan = site.records.get('Assessment Plan', field(record, 'assessment_plan'));
    const detail = (record.children['details'] ?? []).find((row) => row['assessment_criteria'] === criterion);
    if (plan === undefined || (criterion !== null && detail === undefined)) return [];
    const points =
      detail === undefined
        ? `${number(record.values['total_score'])} of ${number(record.values['maximum_score'])}`
        : `${number(detail['score'])} of ${number(detail['maximum_score'])}`;
    const date = field(plan, 'schedule_date');
    const pupil = ofClass ? [nameOf(site, field(record, 'student'))] : [];
    return [{ record, date, cells: [shownDate(date), testOf(plan), ...pupil, points] }];
  });
  return {
    columns: ['Date', 'Test', ...(ofClass ? ['Student'] : []), criterion ?? 'Points'],
    rows: rows.sort((a, b) => compare(a.date, b.date) || compare(a.cells[2] ?? '', b.cells[2] ?? '')),
  };
}

/** Of a class with the number of results, of one pupil without it. */
function plans(site: Site, insight: Insight, records: StoredDocument[]): Table {
  const ofClass = insight.target_student === null;
  const marked = site.records.all('Assessment Result').filter((result) => result.docstatus === 1);
  return {
    columns: ['Date', 'Test', 'Maximum', ...(ofClass ? ['Results'] : [])],
    rows: records
      .sort((a, b) => compare(field(a, 'schedule_date'), field(b, 'schedule_date')))
      .map((record) => ({
        record,
        cells: [
          shownDate(field(record, 'schedule_date')),
          testOf(record),
          number(record.values['maximum_assessment_score']),
          ...(ofClass
            ? [String(marked.filter(({ values }) => values['assessment_plan'] === record.name).length)]
            : []),
        ],
      })),
  };
}

function testOf(plan: StoredDocument): string {
  return field(plan, 'assessment_name') || plan.name;
}

function field(record: StoredDocument, name: string): string {
  return String(record.values[name] ?? '');
}

/** A record's own number, decimals and all: what a teacher entered is not rounded in the proof. */
function number(value: string | number | null | undefined): string {
  return String(Math.round(Number(value ?? 0) * 100) / 100);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
