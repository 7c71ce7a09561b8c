/** How many school days (or lessons) a pupil was present, beside the class. */
import { rows, say } from './finding.ts';
import type { Finding, Level } from './finding.ts';
import { clip, percent } from './percent.ts';
import type { AnalysisSettings } from './records.ts';
import { presence } from './school-days.ts';
import type { SchoolDays } from './school-days.ts';
import { GOOD_ATTENDANCE_RATE } from './thresholds.ts';

/** Whole percent of days (day mode) or lessons (lesson mode) present; approved leave is in neither count. */
export function attendanceRate({ days }: SchoolDays): number {
  const { held, present } = presence(days);
  return percent(present, held);
}

/**
 * Rate with its counts against the class (`classRate` in whole percent, null where the class is too small).
 * Under the act rate of AI Settings: act; under the watch rate: watch. Minimum: MIN_SCHOOL_DAYS, by the caller.
 */
export function rateFinding(
  school: SchoolDays,
  classRate: number | null,
  settings: AnalysisSettings,
): Finding {
  const { held, present } = presence(school.days);
  const rate = percent(present, held);
  const evidence = rows(
    'Student Attendance',
    school.days.flatMap((day) => day.rows),
  );
  const counts = { present, days: held, rate };
  const lessons = { present, lessons: held, rate };
  let reason;
  if (school.mode === 'day') {
    reason =
      classRate === null
        ? say('attendance.rate_alone', '', counts, evidence)
        : say('attendance.rate', '', { ...counts, class_rate: classRate }, evidence);
  } else {
    reason =
      classRate === null
        ? say('attendance.lessons_alone', '', lessons, evidence)
        : say('attendance.lessons', '', { ...lessons, class_rate: classRate }, evidence);
  }
  return {
    level: rateLevel(rate, settings),
    strength: clip((settings.attendance_watch_rate - rate) / 40, 0, 1),
    reason,
  };
}

function rateLevel(rate: number, settings: AnalysisSettings): Level {
  if (rate < settings.attendance_act_rate) return 'act';
  return rate < settings.attendance_watch_rate ? 'watch' : 'steady';
}

/** A strength from GOOD_ATTENDANCE_RATE on; null below. */
export function goodAttendance(school: SchoolDays): Finding | null {
  const { held, present } = presence(school.days);
  if (percent(present, held) < GOOD_ATTENDANCE_RATE) return null;
  const reason =
    school.mode === 'day'
      ? say('strength.attendance', '', { present, days: held })
      : say('strength.lessons', '', { present, lessons: held });
  return { level: 'steady', strength: present / held, reason };
}
