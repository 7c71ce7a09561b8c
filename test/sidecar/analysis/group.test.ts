/** The class a pupil's attendance is compared with. */
import { describe, expect, test } from 'vitest';
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { groupAttendance, groupUntil } from '../../../sidecar/analysis/group.ts';
import type { AttendanceRow } from '../../../sidecar/analysis/records.ts';
import { day, TERM, TODAY, weekdays } from './pupil.ts';

const days = weekdays(TERM.from, TODAY);

const row = (student: string, date: string, status: AttendanceRow['status']) => ({
  ...day(date, status, { name: `${student}-${date}` }),
  student,
});

describe('the class', () => {
  const group = { studentGroup: 'G8', academicTerm: TERM.name, pupils: ['A', 'B'] };

  test('is the share of all days present, leave, strangers and coming days left out', () => {
    const rows = days
      .slice(0, 20)
      .flatMap((date, i) => [
        row('A', date, 'Present'),
        row('B', date, i < 10 ? 'Absent' : i < 15 ? 'Leave' : 'Present'),
        row('STRANGER', date, 'Absent'),
      ]);
    expect(
      groupAttendance({ ...group, attendance: [...rows, row('A', '2026-12-01', 'Absent')] }, TODAY),
    ).toEqual({
      studentGroup: 'G8',
      academicTerm: TERM.name,
      mode: 'day',
      rate: 71,
      days: 20,
      pupils: 2,
    });
  });

  test('has no rate before 15 school days', () => {
    const rows = days.slice(0, 14).map((date) => row('A', date, 'Present'));
    expect(groupAttendance({ ...group, attendance: rows }, TODAY)).toMatchObject({ rate: null, days: 14 });
    expect(groupAttendance({ ...group, attendance: [] }, TODAY)).toMatchObject({
      rate: null,
      days: 0,
      pupils: 0,
    });
  });

  test('is looked at again on the day of a leave entered ahead, and without terms when the oldest day is a year ago', () => {
    const held = days.map((date) => row('A', date, 'Present'));
    const ahead = ['2026-11-27', '2026-11-26'].map((date) => row('B', date, 'Absent'));
    expect(groupUntil({ ...group, attendance: held }, TODAY)).toBeNull();
    expect(groupUntil({ ...group, attendance: [...held, ...ahead] }, TODAY)).toBe('2026-11-26');
    const noTerm = { ...group, academicTerm: '', attendance: held };
    const until = groupUntil(noTerm, TODAY) ?? '';
    expect(groupAttendance(noTerm, addDays(until, -1))).toEqual(groupAttendance(noTerm, TODAY));
    expect(groupAttendance(noTerm, until)).not.toEqual(groupAttendance(noTerm, TODAY));
  });
});
