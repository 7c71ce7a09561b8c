/** How a pupil stood in the weeks before and after a day: school days missed, or marks beside the class. */
import { addDays } from '../calendar.ts';
import { mean } from '../percent.ts';
import type { AttendanceRow } from '../records.ts';
import { modeOf, schoolDays } from '../school-days.ts';
import {
  FOLLOW_DAYS,
  FOLLOW_TESTS_DAYS,
  MIN_FOLLOW_DAYS,
  MIN_TESTS_AFTER,
  MIN_TESTS_BEFORE,
} from '../thresholds.ts';

/** Points on the scale of percent: days present of days held, or marks less the class means. */
export interface Change {
  before: number;
  after: number;
}

interface DaysMissed {
  absent: number;
  days: number;
}

/**
 * FOLLOW_DAYS before and after the day, which counts for neither. Null with fewer than MIN_FOLLOW_DAYS school days on
 * either side.
 */
export function attendanceAround(
  rows: readonly AttendanceRow[],
  day: string,
): { before: DaysMissed; after: DaysMissed } | null {
  const [from, to] = [addDays(day, -FOLLOW_DAYS), addDays(day, FOLLOW_DAYS)];
  const near = rows.filter((row) => row.date >= from && row.date <= to && row.date !== day);
  const { days } = schoolDays(near, modeOf(near).mode);
  const missed = (some: typeof days): DaysMissed => ({
    absent: some.filter((each) => each.absent).length,
    days: some.length,
  });
  const before = missed(days.filter((each) => each.date < day));
  const after = missed(days.filter((each) => each.date > day));
  return before.days < MIN_FOLLOW_DAYS || after.days < MIN_FOLLOW_DAYS ? null : { before, after };
}

/** A mark of one test beside the class mean of the same test, in percent. */
export interface MarkBesideClass {
  date: string;
  mark: number;
  classMean: number;
}

interface MeanMarks {
  tests: number;
  mark: number;
  classMean: number;
}

/**
 * Tests of FOLLOW_TESTS_DAYS before the day and of FOLLOW_DAYS after it. Null with fewer than MIN_TESTS_BEFORE or
 * MIN_TESTS_AFTER.
 */
export function marksAround(
  tests: readonly MarkBesideClass[],
  day: string,
): { before: MeanMarks; after: MeanMarks } | null {
  const means = (from: string, to: string): MeanMarks => {
    const own = tests.filter(({ date }) => date >= from && date <= to);
    return {
      tests: own.length,
      mark: mean(own.map(({ mark }) => mark)),
      classMean: mean(own.map(({ classMean }) => classMean)),
    };
  };
  const before = means(addDays(day, -FOLLOW_TESTS_DAYS), addDays(day, -1));
  const after = means(addDays(day, 1), addDays(day, FOLLOW_DAYS));
  return before.tests < MIN_TESTS_BEFORE || after.tests < MIN_TESTS_AFTER ? null : { before, after };
}

export function presenceChange(rows: readonly AttendanceRow[], day: string): Change | null {
  const around = attendanceAround(rows, day);
  if (around === null) return null;
  return { before: presentShare(around.before), after: presentShare(around.after) };
}

function presentShare({ absent, days }: DaysMissed): number {
  return 100 - (100 * absent) / days;
}

export function markChange(tests: readonly MarkBesideClass[], day: string): Change | null {
  const around = marksAround(tests, day);
  if (around === null) return null;
  return { before: aboveClass(around.before), after: aboveClass(around.after) };
}

function aboveClass({ mark, classMean }: MeanMarks): number {
  return mark - classMean;
}
