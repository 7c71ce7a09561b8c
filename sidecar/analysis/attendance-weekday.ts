/** Where it is decided that missed Mondays become a reason: absences that gather on one weekday. */
import { weekdayOf } from './calendar.ts';
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { fisherUpperTail } from './fisher-exact.ts';
import type { SchoolDay } from './school-days.ts';
import { ALPHA, WEEKDAY_ABSENCES, WEEKDAY_RECENT, WEEKDAY_RECENT_ABSENCES } from './thresholds.ts';

/**
 * The weekday on which a pupil is absent more than chance explains: a one-sided Fisher exact test of this
 * weekday against the others, Bonferroni over the weekdays on which there was school, p <= ALPHA.
 *
 * Minimum: WEEKDAY_ABSENCES on that weekday, and WEEKDAY_RECENT_ABSENCES of its last WEEKDAY_RECENT (a pattern
 * that has ended is no reason to speak). Watch, and act where the rate is under the watch rate as well.
 * Only the clearest weekday is returned; null without one.
 */
export function weekdayPattern(days: readonly SchoolDay[], underWatchRate: boolean): Finding | null {
  const absent = days.filter((day) => day.absent).length;
  const weekdays: SchoolDay[][] = [[], [], [], [], [], [], []];
  for (const day of days) weekdays[weekdayOf(day.date)]?.push(day);
  const tested = weekdays.filter((list) => list.length > 0).length;

  let clearest: { weekday: number; list: SchoolDay[]; p: number } | null = null;
  for (const [weekday, list] of weekdays.entries()) {
    const hits = list.filter((day) => day.absent).length;
    const recent = list.slice(-WEEKDAY_RECENT).filter((day) => day.absent).length;
    if (hits < WEEKDAY_ABSENCES || recent < WEEKDAY_RECENT_ABSENCES) continue;
    const p = tested * fisherUpperTail(hits, list.length, absent, days.length);
    if (p <= ALPHA && (clearest === null || p < clearest.p)) clearest = { weekday, list, p };
  }
  if (clearest === null) return null;

  const { weekday, list } = clearest;
  const missed = list.filter((day) => day.absent);
  const last = list.slice(-WEEKDAY_RECENT);
  const params = {
    weekday,
    absent: missed.length,
    days: list.length,
    recent_absent: last.filter((day) => day.absent).length,
    recent: last.length,
    all_absent: absent,
  };
  return {
    level: underWatchRate ? 'act' : 'watch',
    strength: missed.length / list.length,
    reason: say(
      'attendance.weekday',
      String(weekday),
      params,
      rows(
        'Student Attendance',
        missed.flatMap((day) => day.rows),
      ),
    ),
  };
}
