/** Builds a pupil's records for the tests: school days from a rule, tests from marks, a class beside them. */
import { dayNumber } from '../../../sidecar/analysis/calendar.ts';
import type {
  AnalysisSettings,
  AttendanceRow,
  CohortFigures,
  ResultRow,
  StudentRecords,
} from '../../../sidecar/analysis/records.ts';

export const TERM = { name: '2026-27 (Term 1)', from: '2026-09-01', to: '2026-12-18' };
/** A Friday, 59 weekdays into the term. */
export const TODAY = '2026-11-20';

export const SETTINGS: AnalysisSettings = {
  collect: true,
  show: true,
  attendance_watch_rate: 90,
  attendance_act_rate: 80,
  pass_mark: 50,
  minimum_group_size: 5,
};

/** Weekdays from `from` to `to`, oldest first. */
export function weekdays(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const date = new Date(time);
    if (date.getUTCDay() % 6 !== 0) dates.push(date.toISOString().slice(0, 10));
  }
  return dates;
}

export const isMonday = (date: string): boolean => new Date(date).getUTCDay() === 1;

/** One row a day; `status` says for each date what happened, null for no row. */
export function attendance(
  dates: readonly string[],
  status: (date: string, index: number) => AttendanceRow['status'] | null,
): AttendanceRow[] {
  return dates.flatMap((date, i) => {
    const said = status(date, i);
    return said === null ? [] : [day(date, said)];
  });
}

export function day(
  date: string,
  status: AttendanceRow['status'],
  more: Partial<AttendanceRow> = {},
): AttendanceRow {
  return { name: `ATT-${date}`, date, status, studentGroup: 'G8', lesson: null, ...more };
}

const DATES = [
  '2026-09-14',
  '2026-09-28',
  '2026-10-12',
  '2026-10-26',
  '2026-11-02',
  '2026-11-09',
  '2026-11-16',
];

/** A result per mark, of 20 points split over two parts alike, unless `details` says otherwise. */
export function results(
  marks: readonly number[],
  more: (i: number) => Partial<ResultRow> = () => ({}),
): ResultRow[] {
  return marks.map((mark, i) => ({
    name: `RES-${i + 1}`,
    student: 'S1',
    plan: `PLAN-${i + 1}`,
    title: `Test ${i + 1}`,
    course: 'Mathematics',
    studentGroup: 'G8',
    academicTerm: TERM.name,
    date: DATES[i] ?? TODAY,
    entered: DATES[i] ?? TODAY,
    score: mark / 5,
    maximum: 20,
    details: [
      { criterion: 'Linear Equations', score: mark / 10, maximum: 10 },
      { criterion: 'Geometry', score: mark / 10, maximum: 10 },
    ],
    ...more(i),
  }));
}

/** Figures of a class of 26 whose mean was `mean` in each of the first `tests` plans. */
export function cohort(mean: number, tests: number, more: Partial<CohortFigures> = {}): CohortFigures {
  return {
    course: 'Mathematics',
    studentGroup: 'G8',
    academicTerm: TERM.name,
    pupils: 26,
    plans: DATES.slice(0, tests).map((date, i) => ({ plan: `PLAN-${i + 1}`, date, mean, count: 26 })),
    tests: DATES.slice(0, tests).map((date, i) => ({
      plan: `PLAN-${i + 1}`,
      date,
      maximum: 20,
      results: 26,
      mean,
      entered: dayNumber(date),
    })),
    newest: tests === 0 ? null : dayNumber(DATES[tests - 1] ?? TODAY),
    criteria: [
      { criterion: 'Geometry', percent: mean, count: 26, spread: 15, discrimination: null },
      { criterion: 'Linear Equations', percent: mean, count: 26, spread: 15, discrimination: null },
    ],
    between: 10,
    within: 7,
    ...more,
  };
}

export function pupil(more: Partial<StudentRecords> = {}): StudentRecords {
  return {
    student: 'S1',
    enabled: true,
    joined: '2025-09-01',
    left: null,
    terms: [{ name: '2025-26 (Term 3)', from: '2026-04-01', to: '2026-07-10' }, TERM],
    groups: [{ name: 'G8', course: null, academicTerm: TERM.name, active: true }],
    attendance: [],
    resultsComplete: true,
    enrollments: [],
    results: [],
    cohorts: [],
    groupAttendance: [
      { studentGroup: 'G8', academicTerm: TERM.name, mode: 'day', rate: 93, days: 59, pupils: 26 },
    ],
    followUps: { reviewed: 0, acted: 0, dismissed: 0, steps: [] },
    programs: [],
    ...more,
  };
}
