/** Leaving a pupil out of the analysis, and taking one in again: what was written is erased, the sidecar is told. */
import { SOON_EVENT } from '../../sidecar/erpnext/contract.ts';
import { INSIGHT } from './contract/insights.ts';
import { CONFLICT } from './conflicts.ts';
import { dropFields } from './fields.ts';
import { READ_LOG } from './panels/read-log.ts';
import { forgetWishes } from './peer-wishes.ts';
import { document } from './school/document.ts';
import { Refusal } from './school-rules.ts';
import type { Site } from './site.ts';

const EXCLUSION = 'AI Exclusion';

/** Doing it twice changes nothing. */
export function exclude(site: Site, student: string): { excluded: boolean } {
  if (site.records.get('Student', student) === undefined) {
    throw new Refusal('DoesNotExistError', 'There is no such student.', 404);
  }
  if (!site.excluded().has(student)) {
    site.records.save(
      document(EXCLUSION, student, { target_student: student, since: site.clock.now() }),
      true,
    );
    leaveOut(site, student);
  }
  return { excluded: true };
}

/** What follows for a pupil who has come to be left out. */
export function leaveOut(site: Site, student: string): void {
  forget(site, student);
  tell(site, student, 'update');
}

export function include(site: Site, student: string): { excluded: boolean } {
  if (site.excluded().has(student)) {
    site.records.remove(EXCLUSION, student, true);
    // for the sidecar the pupil comes anew
    tell(site, student, 'insert');
    // their lists were read without this pupil, and nothing links a pupil to them but these lists
    for (const { name, children } of site.records.all('Student Group')) {
      if ((children['students'] ?? []).some((row) => row['student'] === student))
        site.outbox.add({ doctype: 'Student Group', name, event: 'update', new_name: null });
    }
  }
  return { excluded: false };
}

/** Erases every insight, log and reading about a pupil, and every mention in what is said about classes. */
function forget(site: Site, student: string): void {
  dropFields(site, 'Student', student);
  forgetWishes(site, student);
  for (const { name, values } of site.records.all('Program Enrollment'))
    if (values['student'] === student) dropFields(site, 'Program Enrollment', name);
  for (const doctype of [INSIGHT, 'Assessment Insight', 'AI Engagement Log', CONFLICT]) {
    for (const { name, values } of site.records.all(doctype)) {
      if (values['target_student'] === student || values['student'] === student) {
        site.records.remove(doctype, name, true);
      }
    }
  }
  for (const { name, values } of site.records.all(READ_LOG)) {
    if (values['target'] === student) site.records.remove(READ_LOG, name, true);
  }
  for (const row of site.records.all(INSIGHT)) {
    const said = String(row.values['reasons'] ?? '[]');
    if (!said.includes(JSON.stringify(student))) continue;
    const reasons: { params: Record<string, unknown> }[] = JSON.parse(said);
    const left = reasons.filter(({ params }) => !Object.values(params).includes(student));
    site.records.change(row, { reasons: JSON.stringify(left), content_hash: '' }, true);
  }
}

function tell(site: Site, student: string, event: 'insert' | 'update'): void {
  site.outbox.add({ doctype: 'Student', name: student, event, new_name: null });
  site.wake(SOON_EVENT);
  site.tellPanels('Student', [student]);
}
