/** Absent several school days in a row, up to the newest row. */
import { addDays } from './calendar.ts';
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { clip } from './percent.ts';
import type { SchoolDay } from './school-days.ts';
import { STREAK_FRESH_DAYS, STREAK_SCHOOL_DAYS } from './thresholds.ts';

/**
 * The streak that the newest school day ends: act from STREAK_SCHOOL_DAYS on, while that day is at most
 * STREAK_FRESH_DAYS old. Days of approved leave and days without a row neither count nor end it.
 * `until` is the day on which it would fall silent without any new row.
 */
export function absenceStreak(
  days: readonly SchoolDay[],
  today: string,
): { finding: Finding; until: string } | null {
  const present = days.findLastIndex((day) => !day.absent);
  const streak = days.slice(present + 1);
  const [first] = streak;
  const last = streak.at(-1);
  if (first === undefined || last === undefined || streak.length < STREAK_SCHOOL_DAYS) return null;
  const until = addDays(last.date, STREAK_FRESH_DAYS + 1);
  if (today >= until) return null;
  const evidence = rows(
    'Student Attendance',
    streak.flatMap((day) => day.rows),
  );
  return {
    finding: {
      level: 'act',
      strength: clip(0.5 + (streak.length - STREAK_SCHOOL_DAYS) / 30, 0, 1),
      reason: say('attendance.streak', '', { days: streak.length, since: first.date }, evidence),
    },
    until,
  };
}
