/** Who was shown an insight about whom: one row per reader, target and day, as the app keeps it. */
import { document } from '../school/document.ts';
import type { Site } from '../site.ts';
import type { Insight } from './composition.ts';
import type { Reader } from './readers.ts';

export const READ_LOG = 'AI Read Log';

interface ReadTarget {
  target_doctype: string;
  target: string;
  student_group: string | null;
  academic_term: string | null;
}

export function pupilRead(student: string): ReadTarget {
  return { target_doctype: 'Student', target: student, student_group: null, academic_term: null };
}

export function targetRead(insight: Insight): ReadTarget {
  if (insight.target_student !== null) return pupilRead(insight.target_student);
  const { target, student_group, academic_term } = insight;
  const doctype = insight.kind === 'group' ? 'Student Group' : 'Course';
  return { target_doctype: doctype, target, student_group, academic_term };
}

/** `rowsOpened`: the records behind a reason were shown as well. */
export function noteRead(site: Site, reader: Reader, targets: ReadTarget[], rowsOpened = false): void {
  const day = site.clock.today();
  for (const target of targets) {
    const name = JSON.stringify([reader.user, day, ...Object.values(target)]);
    const opened = rowsOpened || site.records.get(READ_LOG, name)?.values['rows_opened'] === 1;
    const values = { reader: reader.user, day, ...target, rows_opened: Number(opened) };
    site.records.save(document(READ_LOG, name, values), true);
  }
}
