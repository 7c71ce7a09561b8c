/** write_back: stores what the sidecar found, says for each item what became of it, and tells open panels. */
import { randomBytes } from 'node:crypto';
import type { Request, Response, WriteBackItem } from '../../../sidecar/erpnext/contract.ts';
import type { StoredDocument } from '../records.ts';
import { document, type Row } from '../school/document.ts';
import { tellDocument } from '../settings.ts';
import { className, type Site } from '../site.ts';
import { CONFLICT, close } from '../conflicts.ts';
import { isProposal, withdrawConflict, writeConflict, writeProposal } from './proposals.ts';
import { currentInsights, withdrawInsight, writeInsight } from './insights.ts';
import { failed, isNotOlder, STALE, STORED, text, UNCHANGED, type Result, stampOf } from './stored.ts';

const ASSESSMENT = 'Assessment Insight';
const ENGAGEMENT = 'AI Engagement Log';
/** The AI's own fields on ERPNext's documents; for the others it proposes. */
const OWN_FIELDS: Record<string, string[]> = {
  Student: ['ai_learning_profile', 'ai_performance_insights', 'ai_interaction_summary'],
  Instructor: ['ai_teaching_profile', 'ai_performance_metrics'],
  Course: ['ai_content_mapping', 'ai_difficulty_profile'],
  'Program Enrollment': ['ai_progress_tracking', 'ai_learning_path', 'ai_intervention_history'],
};

export function writeBack(site: Site, request: Request<'write_back'>): Response<'write_back'> {
  site.pairing.check(request.epoch);
  const results = request.items.map((item) => write(site, item, request.epoch));
  tellPanels(
    site,
    request.items.filter((_item, at) => results[at]?.outcome === 'stored'),
  );
  return { results };
}

function write(site: Site, item: WriteBackItem, epoch: string): Result {
  switch (item.kind) {
    case 'insight':
      return writeInsight(site, item, epoch);
    case 'assessment_insight':
      return writeAssessment(site, item, epoch);
    case 'fields':
      return isProposal(item) ? writeProposal(site, item, epoch) : writeFields(site, item, epoch);
    case 'conflict':
      return writeConflict(site, item, epoch);
    case 'engagement':
      return writeEngagement(site, item, epoch);
    default:
      return withdraw(site, item, epoch);
  }
}

function withdraw(
  site: Site,
  { address, revision }: Extract<WriteBackItem, { kind: 'withdraw' }>,
  epoch: string,
): Result {
  if ('key' in address) return withdrawConflict(site, address, revision, epoch);
  return 'assessment_result' in address
    ? withdrawAssessment(site, address.assessment_result, revision, epoch)
    : withdrawInsight(site, address, revision, epoch);
}

function writeAssessment(
  site: Site,
  { address, values, revision }: Extract<WriteBackItem, { kind: 'assessment_insight' }>,
  epoch: string,
): Result {
  if (site.excluded().has(values.student)) return failed('target.excluded');
  if (site.records.get('Assessment Result', address.assessment_result) === undefined)
    return failed('target.gone');
  return upsert(site, ASSESSMENT, address.assessment_result, epoch, revision, text(values), {
    assessment_result: address.assessment_result,
    student: values.student,
    course: values.course,
    ai_analysis: text(values.ai_analysis),
    improvement_suggestions: text(values.improvement_suggestions),
    learning_gaps: text(values.learning_gaps),
    predicted_next: values.predicted_next === null ? null : text(values.predicted_next),
    confidence: values.confidence,
    model_version: values.model_version,
    generated_timestamp: site.clock.now(),
    withdrawn_on: null,
    status: 'Pending',
  });
}

function withdrawAssessment(site: Site, result: string, revision: number, epoch: string): Result {
  const row = site.records.get(ASSESSMENT, result);
  const { student, course } = site.records.get('Assessment Result', result)?.values ?? {};
  const isThere = typeof student === 'string' && !site.excluded().has(student);
  if (row === undefined) {
    // a trace, so that an older result that is still on its way is recognised as older
    const trace = { assessment_result: result, student: student ?? null, course: course ?? null };
    const values = { ...trace, withdrawn_on: site.clock.now(), epoch, revision };
    if (isThere) site.records.save(document(ASSESSMENT, result, values), true);
    return UNCHANGED;
  }
  if (!isThere) {
    site.records.remove(ASSESSMENT, result, true);
    return STORED;
  }
  if (row.values['withdrawn_on'] !== null) {
    if (!isNotOlder(stampOf(row), epoch, revision)) site.records.change(row, { epoch, revision }, true);
    return UNCHANGED;
  }
  if (isNotOlder(stampOf(row), epoch, revision)) return STALE;
  site.records.change(row, { withdrawn_on: site.clock.now(), epoch, revision }, true);
  return STORED;
}

/** Once everything has been said in this epoch: what was last said in another no longer holds. */
export function withdrawUnsaid(site: Site, epoch: string): void {
  const isOfAnother = (row: StoredDocument) => stampOf(row).epoch !== epoch;
  const ended = { withdrawn_on: site.clock.now() };
  for (const row of currentInsights(site).filter(isOfAnother))
    site.records.change(row, { ...ended, is_current: 0 }, true);
  for (const row of site.records.all(ASSESSMENT).filter(isOfAnother))
    if (row.values['withdrawn_on'] === null) site.records.change(row, ended, true);
  for (const row of site.records.all(CONFLICT).filter(isOfAnother))
    if (row.values['status'] === 'Open') close(site, row);
}

function writeEngagement(
  site: Site,
  { address, values, revision }: Extract<WriteBackItem, { kind: 'engagement' }>,
  epoch: string,
): Result {
  if (site.excluded().has(values.student)) return failed('target.excluded');
  if (site.records.get('Student', values.student) === undefined) return failed('target.gone');
  const columns = { ...values, concepts_explored: text(values.concepts_explored), session: address.session };
  return upsert(site, ENGAGEMENT, address.session, epoch, revision, text(values), columns);
}

function writeFields(
  site: Site,
  { address, values, revision }: Extract<WriteBackItem, { kind: 'fields' }>,
  epoch: string,
): Result {
  const own = OWN_FIELDS[address.doctype] ?? [];
  const asked = Object.keys(values);
  if (asked.length === 0 || asked.some((field) => !own.includes(field))) return failed('fields.refused');
  const record = site.records.get(address.doctype, address.name);
  if (record === undefined) return failed('target.gone');
  const pupil = address.doctype === 'Student' ? record.name : record.values['student'];
  if (typeof pupil === 'string' && site.excluded().has(pupil)) return failed('target.excluded');
  const stored = asked.map((field) => ({ field, key: text([address.doctype, address.name, field]) }));
  const changed = stored.some(
    ({ field, key }) => (site.fields.get(key)?.value ?? 'null') !== text(values[field]),
  );
  const newer = stored.some(({ key }) => {
    const known = site.fields.get(key);
    return known !== undefined && isNotOlder(known, epoch, revision);
  });
  if (newer) return changed ? STALE : UNCHANGED;
  // what says the same is stored too, with its revision: an older result may still be on its way
  for (const { field, key } of stored) site.fields.set(key, { value: text(values[field]), epoch, revision });
  return changed ? STORED : UNCHANGED;
}

/** Stores one row under the name of what it is about; the row's own name on a real site is a hash. */
function upsert(
  site: Site,
  doctype: string,
  about: string,
  epoch: string,
  revision: number,
  content: string,
  columns: Row,
): Result {
  const row = site.records.get(doctype, about);
  const shown = row !== undefined && (row.values['withdrawn_on'] ?? null) === null;
  if (row !== undefined && shown && row.values['content_hash'] === content) {
    if (!isNotOlder(stampOf(row), epoch, revision)) site.records.change(row, { epoch, revision }, true);
    return UNCHANGED;
  }
  if (row !== undefined && isNotOlder(stampOf(row), epoch, revision)) return STALE;
  const values = { ...columns, content_hash: content, epoch, revision };
  site.records.save(document(doctype, about, { name_hash: randomBytes(5).toString('hex'), ...values }), true);
  return STORED;
}

function tellPanels(site: Site, items: WriteBackItem[]): void {
  const students = new Set<string>();
  const classes = new Set<string>();
  const groups = new Set<string>();
  for (const item of items) {
    if (item.kind === 'assessment_insight') students.add(item.values.student);
    if (item.kind === 'fields' && !isProposal(item)) {
      if (item.address.doctype === 'Student') students.add(item.address.name);
      else tellDocument(site, item.address.doctype, item.address.name);
    }
    if ((item.kind !== 'insight' && item.kind !== 'withdraw') || !('target' in item.address)) continue;
    const { address } = item;
    if (address.target_doctype === 'Student') students.add(address.target);
    else if (address.target_doctype === 'Student Group') groups.add(address.target);
    else addClass(classes, address.target, address.student_group, address.academic_term);
    if (address.target_doctype === 'Course') groups.add(address.student_group);
  }
  const around = groupsOf(site, students);
  for (const group of around) groups.add(group);
  for (const { values } of classInsightsOf(site, around)) {
    addClass(
      classes,
      String(values['target']),
      String(values['student_group']),
      String(values['academic_term']),
    );
  }
  site.tellPanels('Student', students);
  site.tellPanels('Course', classes);
  site.tellPanels('Student Group', groups);
}

function addClass(classes: Set<string>, course: string, studentGroup: string, academicTerm: string): void {
  classes.add(className(course, studentGroup, academicTerm));
  // the page of all groups listens under no group and no term
  classes.add(className(course, '', ''));
}

/** The groups in which any of these pupils is. */
function groupsOf(site: Site, students: Set<string>): Set<string> {
  if (students.size === 0) return new Set();
  return new Set(
    site.records
      .all('Student Group')
      .filter(({ children }) =>
        (children['students'] ?? []).some((row) => students.has(String(row['student']))),
      )
      .map((group) => group.name),
  );
}

function classInsightsOf(site: Site, groups: Set<string>): StoredDocument[] {
  if (groups.size === 0) return [];
  return currentInsights(site).filter(
    ({ values }) => values['kind'] === 'class' && groups.has(String(values['student_group'])),
  );
}
