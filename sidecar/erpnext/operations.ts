/**
 * What can be asked of the site about some pupils or a timetable, and written there, on a person's wish: fresh from
 * the site and not from the mirror, typed, built on the contract's calls.
 *
 * A person waits for the answer and no work table tries again, so what passes by itself within seconds is asked again
 * here. Everything may be: a read changes nothing, and an item written twice is `unchanged`.
 */
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Site } from './client.ts';
import type { Request, Response } from './contract.ts';
import type { AssessmentEntry, EngagementEntry, ProfileEntry } from './entries.ts';
import { parseOf, refusal, TARGET_LEFT } from './failure.ts';
import type { WriteBackItem } from './items.ts';
import {
  AssessmentResultRow,
  CourseEnrollmentRow,
  GroupRow,
  GuardianRow,
  LessonRow,
  ProgramEnrollmentRow,
  StudentRow,
  type AssessmentResult,
  type Enrollments,
  type Lesson,
  type LessonFilter,
  type StudentBatch,
  type StudentDetails,
  type StudentRecord,
} from './records.ts';

export interface Desk {
  site: Site;
  clock: Clock;
  /** The present one, asked for before each request: the pairing may be renewed meanwhile. */
  epoch(): Promise<string>;
}

type Outcome = Exclude<Response<'write_back'>['results'][number]['outcome'], 'error'>;
type Selector = Omit<Request<'snapshot'>, 'epoch' | 'doctype'>;

/** As many as one page of documents with children. */
export const STUDENTS_AT_ONCE = 50;

const PAUSES_MS = [500, 2_000];
/** What may be over after a pause. Every other code needs a person first, or is the same each time. */
const PASSES_SOON: ReadonlySet<ErrorCode> = new Set([
  'site.unreachable',
  'site.timeout',
  'site.busy',
  'site.failed',
  'site.malformed',
  'site.fenced',
]);
/** What one pupil's records may have caused, so that the others are asked for without them. */
const MAY_BE_ONE_PUPIL: ReadonlySet<ErrorCode> = new Set([
  'site.failed',
  'site.malformed',
  'site.refused',
  'contract.invalid',
]);

/** Pupils with guardians and groups; without those that the site has not, or keeps from the sidecar. */
export async function studentDetails(desk: Desk, names: readonly string[]): Promise<StudentDetails[]> {
  const rows = await read(desk, 'Student', StudentRow, { names: [...names] });
  // The site's comparison ignores case and accents: a name that differs is another pupil.
  const pupils = rows.filter(({ name }) => names.includes(name));
  const linked = pupils.flatMap((pupil) => pupil.guardians.flatMap(({ guardian }) => guardian ?? []));
  const guardians = await read(desk, 'Guardian', GuardianRow, { names: [...new Set(linked)] });
  const byName = new Map(guardians.map((guardian) => [guardian.name, guardian]));
  const groups = await read(desk, 'Student Group', GroupRow, { students: pupils.map(({ name }) => name) });
  return pupils.map(({ ai_preferences_settings: settings, ...pupil }) => ({
    ...pupil,
    preferences: settings?.value ?? {},
    guardians: pupil.guardians.flatMap(({ guardian }) => byName.get(guardian ?? '') ?? []),
    groups: groups.flatMap(({ students, ...group }) =>
      students.filter(({ student }) => student === pupil.name).map(({ active }) => ({ ...group, active })),
    ),
  }));
}

/** What these pupils are enrolled in, drafts and cancelled enrollments included. */
export async function studentEnrollments(desk: Desk, names: readonly string[]): Promise<Enrollments> {
  const students = [...names];
  return {
    programs: await read(desk, 'Program Enrollment', ProgramEnrollmentRow, { students }),
    courses: await read(desk, 'Course Enrollment', CourseEnrollmentRow, { students }),
  };
}

/** The results of these pupils, drafts and cancelled ones included; of one academic year, or of all. */
export async function studentAssessments(
  desk: Desk,
  names: readonly string[],
  year: string | null,
): Promise<AssessmentResult[]> {
  return read(desk, 'Assessment Result', AssessmentResultRow, {
    students: [...names],
    ...(year === null ? {} : { academic_year: year }),
  });
}

/** Lessons in the order of time. */
export async function courseSchedule(desk: Desk, filter: LessonFilter): Promise<Lesson[]> {
  if (filter.student_group !== null) await expectDocument(desk, 'Student Group', filter.student_group);
  if (filter.instructor !== null) await expectDocument(desk, 'Instructor', filter.instructor);
  const lessons: Lesson[] = [];
  for (let after: string | null = ''; after !== null;) {
    const page: Response<'snapshot'> = await ask(desk, 'Course Schedule', { lessons: { ...filter, after } });
    lessons.push(...page.rows.map((row) => parseOf(LessonRow, row)));
    after = page.next;
  }
  return lessons.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

function timeOf({ schedule_date: day, from_time: time, name }: Lesson): string {
  return `${day ?? ''} ${time ?? ''} ${name}`;
}

/**
 * Everything above about some pupils. Whom the site has not, or what cannot be read, stands in `failed` with its code;
 * the others arrive all the same.
 */
export async function studentBatch(
  desk: Desk,
  names: readonly string[],
  year: string | null,
): Promise<StudentBatch> {
  if (year !== null) await expectDocument(desk, 'Academic Year', year);
  const asked = [...new Set(names)];
  const batch: StudentBatch = { success: [], failed: [] };
  for (let from = 0; from < asked.length; from += STUDENTS_AT_ONCE) {
    await readInto(batch, desk, asked.slice(from, from + STUDENTS_AT_ONCE), year);
  }
  return batch;
}

async function readInto(
  batch: StudentBatch,
  desk: Desk,
  names: readonly string[],
  year: string | null,
): Promise<void> {
  try {
    const records = await studentRecords(desk, names, year);
    batch.success.push(...records);
    const found = new Set(records.map(({ student }) => student.name));
    const missing = names.filter((name) => !found.has(name));
    batch.failed.push(...missing.map((name) => ({ name, code: 'work.no_document' })));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { code } = thrown;
    if (names.length === 1 || !MAY_BE_ONE_PUPIL.has(code)) {
      batch.failed.push(...names.map((name) => ({ name, code })));
      return;
    }
    const middle = Math.ceil(names.length / 2);
    await readInto(batch, desk, names.slice(0, middle), year);
    await readInto(batch, desk, names.slice(middle), year);
  }
}

async function studentRecords(
  desk: Desk,
  names: readonly string[],
  year: string | null,
): Promise<StudentRecord[]> {
  const students = await studentDetails(desk, names);
  const found = students.map(({ name }) => name);
  const { programs, courses } = await studentEnrollments(desk, found);
  const results = await studentAssessments(desk, found, year);
  return students.map((student) => {
    const isOwn = (row: { student: string }) => row.student === student.name;
    return {
      student,
      enrollments: { programs: programs.filter(isOwn), courses: courses.filter(isOwn) },
      assessments: results.filter(isOwn),
    };
  });
}

/** The sealed fields of a pupil that are the AI's alone. */
export async function updateStudentProfile(
  desk: Desk,
  revision: number,
  { student, learning_profile: learned, interaction_summary: summary }: ProfileEntry,
): Promise<Outcome> {
  const values = {
    ...(learned === undefined ? {} : { ai_learning_profile: learned }),
    ...(summary === undefined ? {} : { ai_interaction_summary: summary }),
  };
  return write(desk, { kind: 'fields', revision, address: { doctype: 'Student', name: student }, values });
}

/** Whose result it is, and of which course, the result itself says. */
export async function createAssessmentInsight(
  desk: Desk,
  revision: number,
  { assessment_result: name, ...said }: AssessmentEntry,
): Promise<Outcome> {
  const rows = await read(desk, 'Assessment Result', AssessmentResultRow, { names: [name] });
  const result = rows.find((row) => row.name === name);
  if (result === undefined) throw new AppError('work.no_document', { detail: 'Assessment Result' });
  // A draft and a cancelled result say nothing.
  if (result.docstatus !== 1) throw new AppError('work.no_document', { detail: 'it is not submitted' });
  if (result.course === null) throw new AppError('site.malformed', { detail: 'course' });
  const values = { ...said, student: result.student, course: result.course };
  return write(desk, { kind: 'assessment_insight', revision, address: { assessment_result: name }, values });
}

/** One session with the tutor; told again it is the same row. */
export async function recordEngagement(
  desk: Desk,
  revision: number,
  { session, ...values }: EngagementEntry,
): Promise<Outcome> {
  return write(desk, { kind: 'engagement', revision, address: { session }, values });
}

/** Throws `work.no_document` where the site has no document of exactly this name, or keeps it from the sidecar. */
export async function expectDocument(desk: Desk, doctype: string, name: string): Promise<void> {
  const { rows } = await ask(desk, doctype, { names: [name] });
  if (!rows.some((row) => row.name === name)) throw new AppError('work.no_document', { detail: doctype });
}

async function read<T>(
  desk: Desk,
  doctype: string,
  schema: z.ZodType<T>,
  which: Selector & ({ names: string[] } | { students: string[] }),
): Promise<T[]> {
  if ((which.names ?? which.students ?? []).length === 0) return [];
  const { rows } = await ask(desk, doctype, which);
  return rows.map((row) => parseOf(schema, row));
}

function ask(desk: Desk, doctype: string, which: Selector): Promise<Response<'snapshot'>> {
  return patiently(desk, (epoch) => desk.site.snapshot({ epoch, doctype, ...which }));
}

async function write(desk: Desk, item: WriteBackItem): Promise<Outcome> {
  const { results } = await patiently(desk, (epoch) => desk.site.writeBack({ epoch, items: [item] }));
  const [result] = results;
  if (result === undefined) throw new AppError('site.malformed', { detail: 'no result' });
  if (result.outcome !== 'error') return result.outcome;
  if (TARGET_LEFT.has(result.code ?? '')) throw new AppError('work.no_document', { detail: item.kind });
  throw refusal(result.code);
}

async function patiently<T>(desk: Desk, call: (epoch: string) => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await call(await desk.epoch());
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !PASSES_SOON.has(thrown.code)) throw thrown;
      await desk.clock.sleep(pause);
    }
  }
  return call(await desk.epoch());
}
