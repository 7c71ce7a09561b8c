/** Whether a pupil stays away more, or less, than earlier in the term. */
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { fisherUpperTail } from './fisher-exact.ts';
import { percent } from './percent.ts';
import type { SchoolDay } from './school-days.ts';
import {
  ALPHA,
  ATTENDANCE_TREND_POINTS,
  MIN_SCHOOL_DAYS,
  RECENT_SCHOOL_DAYS,
  TREND_SPELLS,
} from './thresholds.ts';

/**
 * The last RECENT_SCHOOL_DAYS against all earlier days of the term: a one-sided Fisher exact test on days
 * absent (p <= ALPHA) and a difference of ATTENDANCE_TREND_POINTS. It needs TREND_SPELLS separate spells of
 * absence on the worse side, because the days of one illness are not independent. Minimum: MIN_SCHOOL_DAYS
 * on either side; null without it or without a trend.
 *
 * The test is relative: the same recent absences stand out more, the better the time before was.
 */
export function attendanceTrend(days: readonly SchoolDay[]): Finding | null {
  const before = days.slice(0, -RECENT_SCHOOL_DAYS);
  const recent = days.slice(-RECENT_SCHOOL_DAYS);
  if (before.length < MIN_SCHOOL_DAYS || recent.length < MIN_SCHOOL_DAYS) return null;
  const now = absences(recent);
  const then = absences(before);
  const change = percent(now, recent.length) - percent(then, before.length);
  if (Math.abs(change) < ATTENDANCE_TREND_POINTS) return null;

  const counts = { absent: now, recent: recent.length, before_absent: then, before: before.length };
  if (spells(change > 0 ? recent : before) < TREND_SPELLS) return null;
  if (change > 0) {
    if (fisherUpperTail(now, recent.length, now + then, days.length) > ALPHA) return null;
    const evidence = rows(
      'Student Attendance',
      recent.flatMap((day) => (day.absent ? day.rows : [])),
    );
    return { level: 'watch', strength: change / 60, reason: say('attendance.trend', '', counts, evidence) };
  }
  if (fisherUpperTail(then, before.length, now + then, days.length) > ALPHA) return null;
  return { level: 'steady', strength: -change / 60, reason: say('strength.attendance_rising', '', counts) };
}

export function isFalling(trend: Finding | null): trend is Finding {
  return trend?.reason.code === 'attendance.trend';
}

function absences(days: readonly SchoolDay[]): number {
  return days.filter((day) => day.absent).length;
}

/** Runs of absent days, each however long. */
function spells(days: readonly SchoolDay[]): number {
  return days.filter((day, i) => day.absent && days[i - 1]?.absent !== true).length;
}
