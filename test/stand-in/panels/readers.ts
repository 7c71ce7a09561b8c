/** Who reads: the people of the demo school who can log in, and whose insights each has business with. */
import type { Login } from '../school/logins.ts';
import type { Site } from '../site.ts';
import type { Audience } from './sentences.ts';

export interface Reader {
  user: string;
  /** Whole school; else limited to `classes`. */
  school: boolean;
  /** Pairs of Student Group and Course that this reader teaches. */
  classes: { studentGroup: string; course: string }[];
  /** The active Instructor record whose login this is. */
  instructor: string | null;
  student: string | null;
  guardian: string | null;
  /** Whether the site itself opens records of pupils for this reader. */
  opensRecords: boolean;
  /** Whether this reader may leave a pupil out of the analysis. */
  decides: boolean;
}

export const ADMINISTRATOR: Reader = {
  user: 'Administrator',
  school: true,
  classes: [],
  instructor: null,
  student: null,
  guardian: null,
  opensRecords: true,
  decides: true,
};

const WHOLE_SCHOOL = new Set(['education_manager', 'academics_user']);

export function readerOf(site: Site, login: Login): Reader {
  const classes = new Map<string, { studentGroup: string; course: string }>();
  for (const { values } of site.records.all('Course Schedule')) {
    if (login.instructor === null || values['instructor'] !== login.instructor) continue;
    const taught = { studentGroup: String(values['student_group']), course: String(values['course']) };
    classes.set(JSON.stringify(taught), taught);
  }
  return {
    user: login.user.name,
    school: WHOLE_SCHOOL.has(login.as),
    classes: [...classes.values()],
    instructor: login.instructor,
    student: login.student,
    guardian: login.guardian,
    opensRecords: login.as === 'academics_user' || login.as === 'teacher_with_academics_user',
    decides: login.as === 'education_manager',
  };
}

/** As whom this reader meets a pupil's panel; null for someone who has no business with it. */
export function audienceOf(site: Site, reader: Reader, student: string): Audience | null {
  if (reader.school) return 'staff';
  const groups = new Set(reader.classes.map((taught) => taught.studentGroup));
  for (const group of groups) if (membersOf(site, group).has(student)) return 'staff';
  const guardians = site.records.get('Student', student)?.children['guardians'] ?? [];
  if (reader.guardian !== null && guardians.some((row) => row['guardian'] === reader.guardian))
    return 'guardian';
  return reader.student === student ? 'student' : null;
}

export function teaches(reader: Reader, studentGroup: string, course: string): boolean {
  return (
    reader.school ||
    reader.classes.some((taught) => taught.studentGroup === studentGroup && taught.course === course)
  );
}

export function teachesGroup(reader: Reader, studentGroup: string): boolean {
  return reader.school || reader.classes.some((taught) => taught.studentGroup === studentGroup);
}

/** Whether this reader sees and changes the settings of a document, and decides its conflicts. */
export function mayEdit(site: Site, reader: Reader, doctype: string, name: string): boolean {
  if (site.records.get(doctype, name) === undefined) return false;
  if (reader.user === ADMINISTRATOR.user) return true;
  switch (doctype) {
    case 'Student':
      return audienceOf(site, reader, name) === 'staff' && !site.excluded().has(name);
    case 'Course':
      return reader.school || reader.classes.some(({ course }) => course === name);
    case 'Instructor':
      return reader.instructor === name;
    default:
      return false;
  }
}

/** Whether this reader reads the teaching figures of an Instructor. */
export function mayReadTeaching(site: Site, reader: Reader, name: string): boolean {
  if (mayEdit(site, reader, 'Instructor', name)) return true;
  const known = site.records.get('Instructor', name) !== undefined;
  return known && site.settings.show_teaching && reader.decides;
}

/** Active, enabled pupils of a group. */
export function membersOf(site: Site, studentGroup: string): Set<string> {
  const rows = site.records.get('Student Group', studentGroup)?.children['students'] ?? [];
  return new Set(
    rows
      .filter((row) => row['active'] === 1)
      .map((row) => String(row['student']))
      .filter((student) => site.records.get('Student', student)?.values['enabled'] === 1),
  );
}

/** The switches of AI Settings: pupils and guardians see something only once the school releases it to them. */
export function showsTo(site: Site, audience: Audience): boolean {
  const released = {
    staff: true,
    student: site.settings.show_to_students,
    guardian: site.settings.show_to_guardians,
  };
  return site.settings.show && released[audience];
}

export function nameOf(site: Site, student: string): string {
  const name = site.records.get('Student', student)?.values['student_name'];
  return typeof name === 'string' && name !== '' ? name : student;
}
