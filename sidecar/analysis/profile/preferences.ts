/** What a pupil's own pattern suggests for settings that nobody has made; people's settings come first anyway. */
import type { SettingValues } from '../../erpnext/contract.ts';
import type { AddressedInsight, AnalysisSettings } from '../records.ts';
import { ONE_STEP_REASONS } from '../thresholds.ts';

/**
 * Attendance under the act rate: the guardian first, since a child who is away cannot be asked. More than
 * ONE_STEP_REASONS insights that ask for attention: one step at a time on the pupil's own page.
 */
export function suggestedPreferences(
  insights: readonly AddressedInsight[],
  settings: AnalysisSettings,
): SettingValues {
  const attendance = insights.find(({ address }) => address.insight === 'attendance');
  const rates = attendance?.values.reasons.flatMap(({ code, params }) =>
    RATES.has(code) ? [Number(params['rate'])] : [],
  );
  const away = rates?.some((rate) => rate < settings.attendance_act_rate) ?? false;
  const raised = insights.filter(({ values }) => values.level !== 'steady').length;
  return {
    ...(away ? { contact_first: 'guardian' } : {}),
    ...(raised > ONE_STEP_REASONS ? { feedback_detail: 'short' } : {}),
  };
}

const RATES = new Set([
  'attendance.rate',
  'attendance.rate_alone',
  'attendance.lessons',
  'attendance.lessons_alone',
]);
