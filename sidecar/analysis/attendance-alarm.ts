/** Whether a pupil suddenly stays away more often: silent through a whole term for 19 in 20 pupils without any change. */
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { clip } from './percent.ts';
import type { SchoolDay } from './school-days.ts';
import {
  ALARM_EVIDENCE,
  ALARM_RECENT_DAYS,
  ALARM_SPELLS,
  ALARM_STAYS_DAYS,
  ATTENDANCE_TREND_POINTS,
  MIN_SCHOOL_DAYS,
} from './thresholds.ts';

/**
 * Without change an absence begins on every day that follows presence with the same chance, and lasts however long:
 * the days on which one may begin are independent draws, and one long illness is one of them. The likelihood ratio of
 * one chance before and a higher one since, against one chance for all, at its likeliest day (K. J. Worsley,
 * Biometrika 70 (1983) 455-464). It is looked at every day: `ALARM_EVIDENCE` keeps that to 1 pupil in 20 a term.
 *
 * Minimum: MIN_SCHOOL_DAYS draws before the change and ALARM_SPELLS absences begun since; the change at most
 * ALARM_RECENT_DAYS draws ago. It stands for ALARM_STAYS_DAYS from the last absence that rang it, while
 * ATTENDANCE_TREND_POINTS more days are missed than before. Watch; null without it.
 */
export function suddenChange(days: readonly SchoolDay[]): Finding | null {
  for (let last = days.length - 1; last >= days.length - ALARM_STAYS_DAYS; last -= 1) {
    // A day of presence takes evidence away: it never rings on one.
    if (days[last]?.absent !== true) continue;
    const since = changedOn(days.slice(0, last + 1));
    if (since !== null) return findingSince(days, since);
  }
  return null;
}

/** The likeliest day of a change, as far as these days tell. */
function changedOn(days: readonly SchoolDay[]): string | null {
  const draws = days.filter((_, i) => days[i - 1]?.absent !== true);
  const count = draws.length;
  const all = draws.filter((day) => day.absent).length;
  const unchanged = logLikelihood(all, count);
  let strongest = ALARM_EVIDENCE;
  let since: string | null = null;
  let begun = 0;
  for (let at = count - 1; at >= Math.max(MIN_SCHOOL_DAYS, count - ALARM_RECENT_DAYS); at -= 1) {
    const day = draws[at];
    if (day?.absent !== true) continue;
    begun += 1;
    const [before, after] = [all - begun, count - at];
    if (begun < ALARM_SPELLS || begun * at <= before * after) continue;
    const evidence = logLikelihood(before, at) + logLikelihood(begun, after) - unchanged;
    if (evidence < strongest) continue;
    strongest = evidence;
    since = day.date;
  }
  return since;
}

function findingSince(days: readonly SchoolDay[], since: string): Finding | null {
  const [before, after] = [days.filter(({ date }) => date < since), days.filter(({ date }) => date >= since)];
  const [then, now] = [before, after].map((some) => some.filter((day) => day.absent));
  if (then === undefined || now === undefined) return null;
  const change = (100 * now.length) / after.length - (100 * then.length) / before.length;
  if (change < ATTENDANCE_TREND_POINTS) return null;
  const evidence = rows(
    'Student Attendance',
    now.flatMap((day) => day.rows),
  );
  return {
    level: 'watch',
    strength: clip(change / 60, 0, 1),
    reason: say(
      'attendance.sudden',
      '',
      {
        since,
        absent: now.length,
        days: after.length,
        before_absent: then.length,
        before: before.length,
      },
      evidence,
    ),
  };
}

/** Of `hits` in `draws`, with the chance that suits them best. */
function logLikelihood(hits: number, draws: number): number {
  const part = (some: number): number => (some === 0 ? 0 : some * Math.log(some / draws));
  return part(hits) + part(draws - hits);
}
