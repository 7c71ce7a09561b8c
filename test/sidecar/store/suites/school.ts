/** A small school straight in the mirror: two pupils in 8A, one term, one test in Mathematics. */
import type { Store } from '../../../../sidecar/store/open.ts';
import { storeDocuments } from '../../../../sidecar/store/mirror/documents.ts';
import { document, shape } from './mirror.ts';

export const TERM = '2026-27 (Term 1)';

export async function put(
  store: Store,
  doctype: string,
  name: string,
  values: Record<string, unknown> = {},
): Promise<void> {
  await storeDocuments(store.db, store.sealer, shape(doctype), [document(doctype, name, values)], 1);
}

export function result(student: string, values: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    docstatus: 1,
    student,
    assessment_plan: 'PLAN-1',
    course: 'Mathematics',
    student_group: '8A',
    academic_term: TERM,
    total_score: 14,
    maximum_score: 20,
    details: [{ assessment_criteria: 'Fractions', score: 14, maximum_score: 20 }],
    ...values,
  };
}

export async function smallSchool(store: Store): Promise<void> {
  await put(store, 'Academic Term', TERM, { term_start_date: '2026-09-01', term_end_date: '2026-12-18' });
  for (const student of ['S-1', 'S-2']) {
    await put(store, 'Student', student, { student_name: student, enabled: 1, joining_date: '2026-09-01' });
  }
  await put(store, 'Student Group', '8A', {
    academic_term: TERM,
    disabled: 0,
    students: [
      { student: 'S-1', active: 1 },
      { student: 'S-2', active: 1 },
    ],
    instructors: [],
  });
  await put(store, 'Assessment Plan', 'PLAN-1', {
    docstatus: 1,
    assessment_name: 'Test 1',
    course: 'Mathematics',
    student_group: '8A',
    academic_term: TERM,
    schedule_date: '2026-10-05',
    maximum_assessment_score: 20,
    assessment_criteria: [{ assessment_criteria: 'Fractions', maximum_score: 20 }],
  });
  await put(store, 'Assessment Result', 'RES-1', result('S-1'));
  await put(store, 'Student Attendance', 'ATT-1', {
    docstatus: 1,
    student: 'S-1',
    student_group: '8A',
    date: '2026-10-05',
    status: 'Absent',
  });
}
