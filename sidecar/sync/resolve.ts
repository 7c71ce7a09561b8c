/**
 * Whom a changed document reaches: the old and the new document in, reaches out. Pure.
 *
 * The old one counts as much as the new: a record that moved to another pupil, or vanished, still knows whose
 * it was.
 */
import { SUBMITTABLE, watchedDocType } from '../erpnext/watched.ts';
import { sameForAnalysis, type Fields, type MirrorDocument } from '../store/mirror/document.ts';
import { mirrorShape, type MirrorShape } from '../store/mirror/shape.ts';
import type { Reach } from '../store/targets.ts';

const SUBMITTED = 1;

export function resolve(
  doctype: string,
  before: MirrorDocument | null,
  after: MirrorDocument | null,
): Reach[] {
  const shape = mirrorShape(doctype);
  if (shape === undefined) return [];
  const old = counting(doctype, before);
  const now = counting(doctype, after);
  if (old !== null && now !== null && saysTheSame(doctype, shape, old, now)) return [];
  return [old, now].filter((document) => document !== null).flatMap((document) => reached(doctype, document));
}

/** When a result is known and when an enrollment was ended is read off the day on which they were last saved. */
const READ_BY_DAY: ReadonlySet<string> = new Set(['Assessment Result', 'Program Enrollment']);

function saysTheSame(doctype: string, shape: MirrorShape, old: MirrorDocument, now: MirrorDocument): boolean {
  if (!sameForAnalysis(shape, old, now)) return false;
  return !READ_BY_DAY.has(doctype) || old.modified.slice(0, 10) === now.modified.slice(0, 10);
}

function counting(doctype: string, document: MirrorDocument | null): MirrorDocument | null {
  if (document === null) return null;
  return SUBMITTABLE.has(doctype) && document.docstatus !== SUBMITTED ? null : document;
}

function reached(doctype: string, document: MirrorDocument): Reach[] {
  const { name, fields } = document;
  switch (doctype) {
    case 'Student':
      return [...pupil(name), { reach: 'groups of student', student: name }];
    case 'Student Group':
      return [
        ...(document.children['students'] ?? []).flatMap((row) => pupil(text(row, 'student'))),
        ...(document.children['instructors'] ?? []).flatMap((row) => instructor(text(row, 'instructor'))),
        { reach: 'instructors of group', group: name },
        { reach: 'group', group: name },
        { reach: 'cohorts of group', group: name },
      ];
    case 'Student Attendance':
      return [
        ...pupil(text(fields, 'student')),
        ...groupOf('attendance of group', fields),
        ...lessonOf(fields),
      ];
    case 'Assessment Result':
      return [
        ...pupil(text(fields, 'student')),
        ...cohortOf(fields),
        ...groupOf('peers of group', fields),
        ...markersOf(fields),
      ];
    case 'AI Peer Wish':
      return groupOf('peers of group', fields);
    case 'Assessment Plan':
      return [
        { reach: 'results of plan', plan: name },
        ...cohortOf(fields),
        ...courseOf(fields),
        ...teachersOf(fields),
      ];
    case 'Program':
      return [{ reach: 'pupils of program', program: name }];
    case 'Course Schedule':
      return instructor(text(fields, 'instructor'));
    case 'Instructor':
      return instructor(name);
    case 'Course':
      return [{ reach: 'course', course: name }];
    case 'Topic':
      return [{ reach: 'courses of topic', topic: name }];
    case 'Article':
    case 'Video':
      return [{ reach: 'courses of content', content: name }];
    case 'Academic Term':
      return [{ reach: 'term', term: name }];
    default:
      return pupilOfOther(doctype, fields);
  }
}

/** Any other record about a pupil (enrollments, leave, an answer to an insight) reaches that pupil. */
function pupilOfOther(doctype: string, fields: Fields): Reach[] {
  const column = watchedDocType(doctype)?.student ?? null;
  return column === null ? [] : pupil(text(fields, column));
}

function pupil(student: string): Reach[] {
  return student === '' ? [] : [{ reach: 'student', student }];
}

function instructor(name: string): Reach[] {
  return name === '' ? [] : [{ reach: 'instructor', instructor: name }];
}

function teachersOf(fields: Fields): Reach[] {
  const group = text(fields, 'student_group');
  return group === '' ? [] : [{ reach: 'instructors of group', group }];
}

function markersOf(fields: Fields): Reach[] {
  const plan = text(fields, 'assessment_plan');
  return plan === '' ? [] : [{ reach: 'instructors of plan', plan }];
}

function lessonOf(fields: Fields): Reach[] {
  const lesson = text(fields, 'course_schedule');
  return lesson === '' ? [] : [{ reach: 'instructor of lesson', lesson }];
}

function groupOf(reach: 'attendance of group' | 'peers of group', fields: Fields): Reach[] {
  const group = text(fields, 'student_group');
  return group === '' ? [] : [{ reach, group }];
}

function cohortOf(fields: Fields): Reach[] {
  const course = text(fields, 'course');
  const studentGroup = text(fields, 'student_group');
  if (course === '' || studentGroup === '') return [];
  return [{ reach: 'cohort', key: { course, studentGroup, academicTerm: text(fields, 'academic_term') } }];
}

function courseOf(fields: Fields): Reach[] {
  const course = text(fields, 'course');
  return course === '' ? [] : [{ reach: 'course', course }];
}

function text(fields: Fields, column: string): string {
  return String(fields[column] ?? '');
}
