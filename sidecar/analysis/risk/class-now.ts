/** A class and one of its pupils as of today, from the figures that the pupil's run may read. */
import { addDays, dateOf, dayNumber, newest } from '../calendar.ts';
import { compare } from '../order.ts';
import type { AnalysisSettings, AttendanceRow, CohortFigures, StudentRecords } from '../records.ts';
import type { Window } from '../term.ts';
import { GRACE_DAYS } from '../thresholds.ts';
import { HELD_SHARE } from './class-day.ts';
import type { ClassOnDay } from './class-day.ts';
import { enrollment } from './course-cohort.ts';
import type { CoursePupil, EnteredResult } from './course-cohort.ts';
import type { Learned } from './learn.ts';
import { pupilOnDay } from './pupil-day.ts';
import type { PupilOnDay } from './pupil-day.ts';

/** What every course of a pupil is read with; `learned` is null before anything was. */
export interface Present {
  settings: AnalysisSettings;
  window: Window;
  today: string;
  learned: Learned | null;
}

/** A week: what passing time alone changes in a forecast is less than what a new record does. */
const EVERY_DAYS = 7;

/** Attendance rows of the window up to today, and the newest day among them: the same for every course of a pupil. */
export function attendanceNow(
  { attendance }: StudentRecords,
  { window, today }: Present,
): { rows: AttendanceRow[]; newest: string } {
  const last = window.to < today ? window.to : today;
  const rows = attendance.filter((row) => row.date >= window.from && row.date <= last);
  return { rows, newest: newest(rows.map((row) => row.date)) ?? '' };
}

/** Null for a pupil whose enrollment in the course has ended. */
export function pupilNow(
  records: StudentRecords,
  cohort: CohortFigures,
  present: Present,
  attendance: ReturnType<typeof attendanceNow>,
): PupilOnDay | null {
  const { settings, window, today } = present;
  const term = {
    name: window.name,
    academic_year: yearOf(records, window),
    term_start_date: window.from,
    term_end_date: window.to,
  };
  const own = enrollment(records.enrollments, cohort.course, term, undefined);
  if (own.left !== null && own.left <= today) return null;
  const pupil: CoursePupil = {
    student: records.student,
    since: records.joined,
    ...own,
    results: resultsIn(records, cohort).filter((result) => result.entered <= today),
    attendance: attendance.rows,
  };
  const group = classNow(cohort, window, today);
  const day = asOf(pupil, group, attendance.newest, window, today);
  return pupilOnDay(pupil, { ...group, day: dayNumber(day) }, day, settings.pass_mark);
}

/** An enrollment often names a year and no term: the newest one is that of the running year. */
function yearOf({ enrollments }: StudentRecords, window: Window): string {
  const begun = enrollments.filter((row) => row.enrollment_date <= window.to);
  begun.sort((a, b) => compare(a.enrollment_date, b.enrollment_date) || compare(a.name, b.name));
  return begun.at(-1)?.academic_year ?? '';
}

/** Tests of the window only: a class of a whole year keeps those of the terms before. */
function classNow(cohort: CohortFigures, window: Window, today: string): ClassOnDay {
  const least = leastResults(cohort);
  return {
    course: cohort.course,
    day: dayNumber(today),
    from: dayNumber(window.from),
    to: dayNumber(window.to),
    grace: GRACE_DAYS,
    plans: cohort.tests
      .filter((test) => test.date >= window.from && test.date <= window.to)
      .map(({ plan, date, maximum, results, mean, entered }) => ({
        plan,
        date,
        maximum,
        day: dayNumber(date),
        held: date <= today && results >= least,
        mean,
        entered,
      })),
    newest: cohort.newest,
  };
}

function leastResults({ pupils }: CohortFigures): number {
  return Math.max(1, pupils * HELD_SHARE);
}

/**
 * The newest of all that happened: a record of the pupil, a test of the class, the day from which one is missed, or
 * the end of a week of the term. Until the next of them the same records say the same.
 */
function asOf(
  { results }: CoursePupil,
  { plans, grace }: ClassOnDay,
  newestDay: string,
  window: Window,
  today: string,
): string {
  const last = window.to < today ? window.to : today;
  const weeks = Math.floor((dayNumber(last) - dayNumber(window.from)) / EVERY_DAYS);
  const week = addDays(window.from, weeks * EVERY_DAYS);
  const tests = plans.flatMap(({ date, entered }) => [
    date,
    ...(entered === null ? [] : [dateOf(Math.ceil(entered) + grace)]),
  ]);
  const own = [newestDay, ...results.map((row) => row.entered)];
  return newest([week, ...own, ...tests.filter((day) => day <= today)]) ?? week;
}

/** Of two results for one plan the later name stays, as everywhere. */
function resultsIn(records: StudentRecords, cohort: CohortFigures): EnteredResult[] {
  const byPlan = new Map<string, EnteredResult>();
  const here = records.results.filter(
    (row) =>
      row.course === cohort.course &&
      row.studentGroup === cohort.studentGroup &&
      row.academicTerm === cohort.academicTerm,
  );
  for (const row of here.sort((a, b) => compare(a.name, b.name))) {
    const { name, plan, score, maximum, entered } = row;
    if (maximum > 0) byPlan.set(plan, { name, plan, score, maximum, entered });
  }
  return [...byPlan.values()];
}

/** The day on which a test counts as held, or as missed, or a forecast is another; null when there is none. */
export function nextChange(cohort: CohortFigures, { window, today, learned }: Present): string | null {
  const least = leastResults(cohort);
  const tests = cohort.tests.filter((test) => test.results >= least);
  const missed = tests.flatMap(({ entered }) =>
    entered === null ? [] : dateOf(Math.ceil(entered) + GRACE_DAYS),
  );
  const days = [...tests.map((test) => test.date), ...missed].filter((day) => day > today);
  if (learned?.forecast != null && window.name !== '' && today < window.to) {
    const weeks = Math.floor((dayNumber(today) - dayNumber(window.from)) / EVERY_DAYS);
    days.push(addDays(window.from, (weeks + 1) * EVERY_DAYS));
  }
  return days.sort(compare)[0] ?? null;
}
