/** Why attendance asks for action: stated rules, never a forecast. The early warning is the first of them. */
import type { Reason } from '../erpnext/contract.ts';
import { say } from './finding.ts';
import type { Finding } from './finding.ts';
import type { AnalysisSettings } from './records.ts';
import { STREAK_SCHOOL_DAYS } from './thresholds.ts';

/**
 * Early warning: attendance under the watch rate of AI Settings **and** falling raises the trend to act.
 * `rate` in whole percent; `falling` from suddenChange, else from attendanceTrend.
 */
export function earlyWarning(
  rate: number,
  falling: Finding | null,
  settings: AnalysisSettings,
): Finding | null {
  if (falling === null || rate >= settings.attendance_watch_rate) return falling;
  return { ...falling, level: 'act' };
}

/** The rule behind each finding at act, in the findings' order, as a sentence with the school's own thresholds. */
export function rulesOf(found: readonly Finding[], settings: AnalysisSettings): Reason[] {
  // Rates are whole percent: "under 92.5" and "under 93" are the same rule, and only the second can be shown.
  const watch_rate = Math.ceil(settings.attendance_watch_rate);
  const act_rate = Math.ceil(settings.attendance_act_rate);
  return found
    .filter((finding) => finding.level === 'act')
    .map(({ reason }) => {
      switch (reason.code) {
        case 'attendance.trend':
        case 'attendance.sudden':
          return say('attendance.early_warning', '', { watch_rate });
        case 'attendance.weekday':
          return say('rule.weekday', '', { watch_rate });
        case 'attendance.streak':
          return say('rule.streak', '', { least: STREAK_SCHOOL_DAYS });
        default:
          return say('rule.attendance_low', '', { act_rate });
      }
    });
}
