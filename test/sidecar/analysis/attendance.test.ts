/** Attendance: what counts, what does not, and from when on something may be said. */
import { describe, expect, test } from 'vitest';
import type { AttendanceRow, StudentRecords } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { attendance, day, isMonday, pupil, SETTINGS, TERM, TODAY, weekdays } from './pupil.ts';
import { codes, insight, texts } from './said.ts';

const days = weekdays(TERM.from, TODAY);

function read(rows: AttendanceRow[], more: Partial<StudentRecords> = {}, today = TODAY) {
  return insight(analyseStudent(pupil({ attendance: rows, ...more }), SETTINGS, today), 'attendance');
}

const mondays = days.filter(isMonday);

const withAbsences = (count: number) =>
  attendance(days, (_, i) => (i % 6 === 0 && i / 6 < count && i < 44 ? 'Absent' : 'Present'));

const twoIllnesses = (_: string, i: number) => (i >= 18 && i < 27 && i % 5 !== 2 ? 'Absent' : 'Present');

const lastMondays = (count: number) => new Set(mondays.slice(-count));

const awayOnMondays = (count: number) =>
  attendance(days, (date) => (lastMondays(count).has(date) ? 'Absent' : 'Present'));

/** Four lessons a day, of which the last five Mondays miss `missed`. */
const fourLessons = (missed: number) =>
  days.flatMap((date) =>
    [0, 1, 2, 3].map((slot) =>
      day(date, slot < missed && mondays.slice(-5).includes(date) ? 'Absent' : 'Present', {
        name: `${slot}-${date}`,
        lesson: `${slot}-${date}`,
      }),
    ),
  );

const lastAbsent = (count: number, leave: readonly string[] = []) =>
  attendance(days, (date, i) => {
    if (leave.includes(date)) return 'Leave';
    return i >= days.length - count ? 'Absent' : 'Present';
  });

describe('what is counted', () => {
  test('approved leave is in neither count, and stands in a note', () => {
    const found = read(attendance(days, (_, i) => (i < 10 ? 'Leave' : 'Present')));
    expect(texts(found.reasons, 'why')[0]).toBe('Present 49 of 49 school days (100%); the class 93%.');
    expect(texts(found.reasons, 'note')).toEqual(['Approved leave is not counted. Days of leave: 10.']);
  });

  test('rows outside the term and of coming days are left out; the coming day is when to look again', () => {
    const rows = [
      ...attendance(days, () => 'Present'),
      day('2026-07-01', 'Absent'),
      day('2026-11-24', 'Absent'),
      day('2027-01-11', 'Absent'),
    ];
    const analysis = analyseStudent(pupil({ attendance: rows }), SETTINGS, TODAY);
    expect(texts(insight(analysis, 'attendance').reasons, 'why')[0]).toContain('59 of 59');
    expect(insight(analysis, 'attendance').records_to).toBe(TODAY);
    expect(analysis.validUntil).toBe('2026-11-24');
  });

  test('seen in one of two groups is present; leave in one outweighs absent in the other', () => {
    const rows = attendance(days, () => 'Present');
    const twice = days.map((date) => day(date, 'Absent', { name: `B-${date}`, studentGroup: 'Choir' }));
    expect(texts(read([...twice, ...rows]).reasons, 'why')[0]).toContain('59 of 59');
    const leave = attendance(days, (_, i) => (i < 5 ? 'Leave' : 'Present'));
    expect(texts(read([...twice, ...leave]).reasons, 'why')[0]).toContain('54 of 54');
  });

  test('a row that came twice counts once', () => {
    const rows = attendance(days, (_, i) => (i % 5 === 0 ? 'Absent' : 'Present'));
    expect(read([...rows, ...rows])).toEqual(read(rows));
  });

  test('days and lessons are never mixed: the way most days were recorded is used, and said', () => {
    const lessons = days.flatMap((date, i) =>
      ['MATH', 'ENG'].map((course) =>
        day(date, i % 9 === 0 && course === 'ENG' ? 'Absent' : 'Present', {
          name: `${course}-${date}`,
          lesson: `${course}-${date}`,
        }),
      ),
    );
    const byDay = attendance(days.slice(0, 20), () => 'Absent');
    const found = read([...byDay, ...lessons]);
    expect(texts(found.reasons, 'why')).toEqual(['Present in 111 of 118 lessons (94%).']);
    expect(texts(found.reasons, 'note')).toEqual([
      'Attendance was taken by day and by lesson; the lessons are counted here.',
    ]);
  });

  test('a class counted in the other way, or too small, is not compared with', () => {
    const rows = attendance(days, () => 'Present');
    const group8 = {
      studentGroup: 'G8',
      academicTerm: TERM.name,
      mode: 'day' as const,
      rate: 93,
      days: 59,
      pupils: 26,
    };
    expect(codes(read(rows).reasons)[0]).toBe('attendance.rate');
    for (const other of [
      { ...group8, mode: 'lesson' as const },
      { ...group8, pupils: 4 },
      { ...group8, rate: null },
    ]) {
      expect(codes(read(rows, { groupAttendance: [other] }).reasons)[0]).toBe('attendance.rate_alone');
    }
  });

  test('where there are no terms the last 365 days count, it is said, and the oldest day sets the next look', () => {
    const rows = [
      day('2025-11-20', 'Absent'),
      day('2025-11-21', 'Absent'),
      ...attendance(days, () => 'Present'),
    ];
    const analysis = analyseStudent(pupil({ terms: [], attendance: rows }), SETTINGS, TODAY);
    const found = insight(analysis, 'attendance');
    expect(texts(found.reasons, 'why')[0]).toContain('59 of 60');
    expect(texts(found.reasons, 'note')).toEqual(['No academic term is set: the last 365 days are counted.']);
    expect(analysis.validUntil).toBe('2026-11-21');
  });

  test('between terms the last one stays; before the first there is nothing; the next begins on its day', () => {
    const rows = attendance(days, () => 'Present');
    const next = { name: 'T2', from: '2027-01-11', to: '2027-03-26' };
    const holidays = analyseStudent(pupil({ attendance: rows, terms: [TERM, next] }), SETTINGS, '2027-01-04');
    expect(holidays.insights).toHaveLength(1);
    expect(holidays.validUntil).toBe('2027-01-11');
    const ahead = analyseStudent(pupil({ attendance: rows, terms: [next] }), SETTINGS, TODAY);
    expect(ahead).toMatchObject({ insights: [], validUntil: '2027-01-11' });
  });
});

describe('levels', () => {
  test('at the watch rate steady, under it watch, under the act rate act, with the rule', () => {
    expect(read(withAbsences(6))).toMatchObject({ level: 'steady', clarity: 0 });
    expect(read(withAbsences(8)).level).toBe('watch');
    const found = read(attendance(days, (_, i) => (i % 4 === 0 ? 'Absent' : 'Present')));
    expect(found.level).toBe('act');
    expect(texts(found.reasons, 'rule')).toEqual([
      'Reached by a rule, not a forecast: attendance under 80%.',
    ]);
  });

  test('at the act rate it is still watch', () => {
    const rows = attendance(days.slice(0, 50), (_, i) =>
      i % 5 === Math.floor(i / 5) % 5 ? 'Absent' : 'Present',
    );
    expect(texts(read(rows).reasons, 'why')[0]).toContain('40 of 50 school days (80%)');
    expect(read(rows).level).toBe('watch');
  });

  test('the school’s own rates decide', () => {
    const strict = { ...SETTINGS, attendance_watch_rate: 99, attendance_act_rate: 95 };
    const analysis = analyseStudent(pupil({ attendance: withAbsences(6) }), strict, TODAY);
    expect(insight(analysis, 'attendance').level).toBe('act');
  });
});

describe('trend', () => {
  test('one illness is no trend, however long', () => {
    const rows = attendance(days, (_, i) => (i >= 48 && i < 54 ? 'Absent' : 'Present'));
    expect(codes(read(rows).reasons)).not.toContain('attendance.trend');
  });

  test('needs 15 school days before the last 15', () => {
    expect(codes(read(attendance(days.slice(-29), twoIllnesses)).reasons)).not.toContain('attendance.trend');
    expect(codes(read(attendance(days.slice(-30), twoIllnesses)).reasons)).toContain('attendance.trend');
  });

  test('falling above the watch rate is watch; the early warning needs both', () => {
    const rows = attendance(days, (_, i) => (i >= 44 && i % 4 === 0 ? 'Absent' : 'Present'));
    const found = read(rows);
    expect(found.level).toBe('watch');
    expect(codes(found.reasons)).toContain('attendance.sudden');
    expect(codes(found.reasons)).not.toContain('attendance.early_warning');
  });

  test('a pupil who stays away less is told so', () => {
    const rows = attendance(days, (_, i) => (i < 30 && i % 3 === 0 ? 'Absent' : 'Present'));
    const found = read(rows);
    expect(texts(found.reasons, 'strength', 'student')).toEqual(['Attendance is rising.']);
  });
});

describe('weekday', () => {
  test('three Mondays are chance, four are a reason', () => {
    expect(codes(read(awayOnMondays(3)).reasons)).not.toContain('attendance.weekday');
    expect(codes(read(awayOnMondays(4)).reasons)).toContain('attendance.weekday');
  });

  test('above the watch rate a weekday is watch, under it act', () => {
    expect(read(awayOnMondays(4)).level).toBe('watch');
    expect(read(awayOnMondays(7)).level).toBe('act');
  });

  test('with five weekdays to look at, one must stand out five times as much', () => {
    const others = new Set(['2026-09-10', '2026-09-23']);
    const rows = attendance(days, (date) =>
      mondays.slice(-4).includes(date) || others.has(date) ? 'Absent' : 'Present',
    );
    const more = rows.map((one) => (one.date === '2026-10-06' ? { ...one, status: 'Absent' as const } : one));
    // P(4 or more of 6 on 11 of 59 days) = 0.0088, of 7: 0.0183; times five: 0.044 and 0.092
    expect(codes(read(rows).reasons)).toContain('attendance.weekday');
    expect(codes(read(more).reasons)).not.toContain('attendance.weekday');
  });

  test('in lesson mode half of a day’s lessons is a day, less is not', () => {
    expect(codes(read(fourLessons(2)).reasons)).toContain('attendance.weekday');
    expect(codes(read(fourLessons(1)).reasons)).not.toContain('attendance.weekday');
  });

  test('absences spread over the week are no weekday’s', () => {
    const rows = attendance(days, (_, i) => (i % 3 === 0 ? 'Absent' : 'Present'));
    expect(codes(read(rows).reasons)).not.toContain('attendance.weekday');
  });

  test('a pattern that has ended is no reason to speak', () => {
    const old = new Set(mondays.slice(0, 6));
    const rows = attendance(days, (date) => (old.has(date) ? 'Absent' : 'Present'));
    expect(codes(read(rows).reasons)).not.toContain('attendance.weekday');
  });
});

describe('streak', () => {
  test('four days are silent, five are said with the day they began', () => {
    expect(codes(read(lastAbsent(4)).reasons)).not.toContain('attendance.streak');
    const found = read(lastAbsent(5));
    expect(found.level).toBe('act');
    expect(texts(found.reasons, 'why')[0]).toBe('Absent 5 school days in a row, since 2026-11-16.');
    expect(texts(found.reasons, 'step')[0]).toBe('Call the guardian of S1 today.');
  });

  test('approved leave neither counts nor ends it', () => {
    const found = read(lastAbsent(6, ['2026-11-18']));
    expect(texts(found.reasons, 'why')[0]).toBe('Absent 5 school days in a row, since 2026-11-13.');
  });

  test('the first day back ends it', () => {
    const rows = [...lastAbsent(6).slice(0, -1), day(TODAY, 'Present')];
    expect(codes(read(rows).reasons)).not.toContain('attendance.streak');
  });

  test('two weeks without any row it falls silent, on the day announced', () => {
    const records = pupil({ attendance: lastAbsent(5) });
    const analysis = analyseStudent(records, SETTINGS, TODAY);
    expect(analysis.validUntil).toBe('2026-12-05');
    const later = analyseStudent(records, SETTINGS, '2026-12-05');
    expect(codes(insight(later, 'attendance').reasons)).not.toContain('attendance.streak');
    const before = analyseStudent(records, SETTINGS, '2026-12-04');
    expect(before.insights).toEqual(analysis.insights);
  });

  test('never before 15 school days', () => {
    const found = read(attendance(days.slice(-14), () => 'Absent'));
    expect(codes(found.reasons)).toEqual(['data.too_little']);
    expect(read(attendance(days.slice(-15), () => 'Absent')).level).toBe('act');
  });
});
