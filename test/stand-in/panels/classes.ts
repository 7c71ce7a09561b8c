/** Which classes of a course a reader may choose between; a class is a Student Group in an Academic Term. */
import type { Site } from '../site.ts';
import type { Insight } from './composition.ts';
import { teaches, type Reader } from './readers.ts';

export interface Class {
  studentGroup: string;
  academicTerm: string;
  /** The term's first day. */
  begins: string;
}

export const ALL: Class = { studentGroup: '', academicTerm: '', begins: '' };

export function entry({ studentGroup, academicTerm }: Class): object {
  return {
    student_group: studentGroup,
    academic_term: academicTerm,
    label: label(studentGroup, academicTerm),
  };
}

/** Within the reader's reach, newest term first: classes that were analysed, and those that were not yet. */
export function readableClasses(site: Site, reader: Reader, course: string, insights: Insight[]): Class[] {
  const found = new Map<string, Class>();
  const add = (studentGroup: string, academicTerm: string): void => {
    const term = site.records.get('Academic Term', academicTerm);
    const begins = String(term?.values['term_start_date'] ?? '');
    found.set(JSON.stringify([studentGroup, academicTerm]), { studentGroup, academicTerm, begins });
  };
  for (const insight of insights) {
    if (teaches(reader, insight.student_group, course)) add(insight.student_group, insight.academic_term);
  }
  const analysed = new Set([...found.values()].map((one) => one.studentGroup));
  for (const group of site.records.all('Student Group')) {
    const own = reader.school
      ? group.values['course'] === course
      : reader.classes.some((taught) => taught.studentGroup === group.name && taught.course === course);
    if (own && !analysed.has(group.name)) add(group.name, String(group.values['academic_term'] ?? ''));
  }
  return [...found.values()].sort(
    (a, b) => compare(b.begins, a.begins) || compare(a.studentGroup, b.studentGroup),
  );
}

/** The class asked for, or the one to begin with; null where the one asked for is not the reader's. */
export function choose(classes: Class[], school: boolean, group: string, term: string): Class | null {
  if (group !== '') {
    const asked = classes.find(
      (one) => one.studentGroup === group && (term === '' || term === one.academicTerm),
    );
    return asked ?? null;
  }
  if (school && classes.length !== 1) return ALL;
  return classes[0] ?? null;
}

/** What "All groups" means: the classes of the newest term; `classes` come newest first. */
export function together(classes: Class[]): Class[] {
  return classes.filter((one) => one.begins === classes[0]?.begins);
}

function label(studentGroup: string, academicTerm: string): string {
  if (studentGroup === '') return 'All groups';
  return academicTerm === '' ? studentGroup : `${studentGroup} · ${academicTerm}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
