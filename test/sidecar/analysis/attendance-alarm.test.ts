/** A sudden change of attendance: on known pupils, and how often it is seen where there is none. */
import { describe, expect, test } from 'vitest';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { alarmLines } from '../../../sidecar/evaluation/alarm.ts';
import { attendance, pupil, SETTINGS, TERM, TODAY, weekdays } from './pupil.ts';
import { codes, insight, text, texts } from './said.ts';

const days = weekdays(TERM.from, TODAY);
const NOVEMBER = days.filter((date) => date >= '2026-11-09');

function read(absent: readonly string[], settings = SETTINGS) {
  const rows = attendance(days, (date) => (absent.includes(date) ? 'Absent' : 'Present'));
  return insight(analyseStudent(pupil({ attendance: rows }), settings, TODAY), 'attendance');
}

const codesOn = (until: string, absent: readonly string[]) => {
  const rows = attendance(weekdays(TERM.from, until), (date) =>
    absent.includes(date) ? 'Absent' : 'Present',
  );
  return codes(insight(analyseStudent(pupil({ attendance: rows }), SETTINGS, until), 'attendance').reasons);
};

describe('an alarm', () => {
  const lately = ['2026-11-12', '2026-11-16', '2026-11-18', '2026-11-20'];

  test('names since when a pupil stays away more often, in place of the trend', () => {
    const found = read(lately);
    const sudden = found.reasons.find(({ code }) => code === 'attendance.sudden');
    expect(sudden && text(sudden)).toBe(
      'Since 2026-11-12: absent on 4 of 7 school days; before that on 0 of 52. Of pupils without any change, at most 1 in 20 is named so in a term.',
    );
    expect(sudden?.evidence?.names).toEqual(lately.map((date) => `ATT-${date}`));
    expect(found.level).toBe('watch');
    expect(codes(found.reasons)).not.toContain('attendance.trend');
    expect(texts(found.reasons, 'step')).toHaveLength(1);
  });

  test('is not rung by one illness, however long, nor by two', () => {
    expect(codes(read(NOVEMBER).reasons)).not.toContain('attendance.sudden');
    expect(codes(read(NOVEMBER.filter((date) => date !== '2026-11-13')).reasons)).not.toContain(
      'attendance.sudden',
    );
  });

  test('is not rung by what was always so, nor by a change for the better', () => {
    const always = days.filter((_, i) => i % 3 === 0);
    expect(codes(read(always).reasons)).not.toContain('attendance.sudden');
    expect(codes(read(days.filter((date, i) => date < '2026-10-20' && i % 2 === 0)).reasons)).not.toContain(
      'attendance.sudden',
    );
  });

  test('stands for two weeks of school', () => {
    const early = weekdays(TERM.from, '2026-09-29');
    const absent = early.filter((_, i) => [15, 17, 19].includes(i));
    expect(codesOn('2026-09-28', absent)).toContain('attendance.sudden');
    expect(codesOn('2026-10-09', absent)).toContain('attendance.sudden');
    expect(codesOn('2026-10-12', absent)).not.toContain('attendance.sudden');
  });

  test('under the watch rate asks for action, as a rule', () => {
    const found = read(lately, { ...SETTINGS, attendance_watch_rate: 99 });
    expect(found.level).toBe('act');
    expect(codes(found.reasons)).toContain('attendance.early_warning');
  });

  test('rings in a term for at most 1 in 20 simulated pupils without change, and for most with a clear one', () => {
    const [wrongly, seen] = alarmLines();
    expect(wrongly?.value).toBeLessThanOrEqual(0.05);
    expect(wrongly?.value).toBeGreaterThan(0.02);
    expect(seen?.value).toBeGreaterThan(0.5);
  });
});
