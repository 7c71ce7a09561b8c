/**
 * Attendance rows as school days: one entry a day, approved leave set apart, days and lessons never mixed.
 *
 * A day without a row is not an absence: nobody knows. Rows of tomorrow (leave granted ahead) wait for their day.
 */
import { compare } from './order.ts';
import type { AttendanceRow } from './records.ts';

export type Mode = 'day' | 'lesson';

/**
 * One day on which attendance was taken and no leave granted. `held` and `missed` count days (1) or lessons;
 * `absent` is the whole day, or at least half of the day's lessons. `rows` are the names behind what was missed.
 */
export interface SchoolDay {
  date: string;
  held: number;
  missed: number;
  absent: boolean;
  rows: string[];
}

export interface SchoolDays {
  mode: Mode;
  days: SchoolDay[];
  /** Days of approved leave, not among `days`. */
  leave: number;
}

/** The way most school days were recorded; by day where both are equal. `mixed`: the other way was used too. */
export function modeOf(attendance: readonly AttendanceRow[]): { mode: Mode; mixed: boolean } {
  const day = new Set<string>();
  const lesson = new Set<string>();
  for (const row of attendance) (row.lesson === null ? day : lesson).add(row.date);
  return { mode: lesson.size > day.size ? 'lesson' : 'day', mixed: day.size > 0 && lesson.size > 0 };
}

/**
 * In day mode a pupil of two groups has two rows a day: seen in one of them is present; else leave wins,
 * because a leave application rewrites only the first row of the day. The same for a lesson entered twice.
 */
const PRECEDENCE = { Present: 2, Leave: 1, Absent: 0 } as const;

/** School days of one pupil, oldest first, each at most once. */
export function schoolDays(attendance: readonly AttendanceRow[], mode: Mode): SchoolDays {
  const slots = new Map<string, AttendanceRow>();
  for (const row of attendance) {
    if ((row.lesson === null) !== (mode === 'day')) continue;
    const slot = row.lesson === null ? row.date : `${row.date} ${row.lesson}`;
    const known = slots.get(slot);
    if (known === undefined || outranks(row, known)) slots.set(slot, row);
  }

  const byDate = new Map<string, { held: number; rows: string[] }>();
  for (const { date, name, status } of slots.values()) {
    let seen = byDate.get(date);
    if (seen === undefined) byDate.set(date, (seen = { held: 0, rows: [] }));
    if (status !== 'Leave') seen.held += 1;
    if (status === 'Absent') seen.rows.push(name);
  }
  const days: SchoolDay[] = [];
  for (const [date, { held, rows }] of byDate) {
    const missed = rows.length;
    if (held > 0) days.push({ date, held, missed, absent: missed * 2 >= held, rows: rows.sort(compare) });
  }
  days.sort((a, b) => compare(a.date, b.date));
  return { mode, days, leave: byDate.size - days.length };
}

function outranks(row: AttendanceRow, known: AttendanceRow): boolean {
  return (
    PRECEDENCE[row.status] > PRECEDENCE[known.status] ||
    (row.status === known.status && compare(row.name, known.name) < 0)
  );
}

/** Whole percent of days or lessons present; the caller has checked that there are any. */
export function presence(days: readonly SchoolDay[]): { held: number; present: number } {
  let held = 0;
  let missed = 0;
  for (const day of days) {
    held += day.held;
    missed += day.missed;
  }
  return { held, present: held - missed };
}
