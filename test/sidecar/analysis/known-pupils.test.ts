/** Pupils whose answer is known: each must be told exactly what a careful teacher would read from the records. */
import { describe, expect, test } from 'vitest';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { attendance, cohort, isMonday, pupil, results, SETTINGS, TERM, TODAY, weekdays } from './pupil.ts';
import { codes, insight, texts } from './said.ts';

const days = weekdays(TERM.from, TODAY);
const present = attendance(days, () => 'Present');

describe('Mondays', () => {
  const mondays = days.filter(isMonday);
  const missed = new Set([...mondays.slice(-5).filter((_, i) => i !== 1), mondays[1], mondays[3]]);
  const leave = new Set(['2026-10-15', '2026-10-16']);
  const rows = attendance(days, (date) => {
    if (leave.has(date)) return 'Leave';
    return missed.has(date) || ['2026-09-17', '2026-10-06', '2026-11-13'].includes(date)
      ? 'Absent'
      : 'Present';
  });
  const found = insight(analyseStudent(pupil({ attendance: rows }), SETTINGS, TODAY), 'attendance');

  test('the weekday comes first, then the rate with its counts beside the class', () => {
    expect(texts(found.reasons, 'why')).toEqual([
      'Monday: absent on 4 of the last 5, 6 of 11 in all. Absences on any day: 9.',
      'Present 48 of 57 school days (84%); the class 93%.',
    ]);
    expect(texts(found.reasons, 'why', 'headline')[0]).toBe('Monday missed on 4 of the last 5');
    expect(found.level).toBe('act');
  });

  test('the rule behind it, the steps, and what was left out are said', () => {
    expect(texts(found.reasons, 'rule')).toEqual([
      'Reached by a rule, not a forecast: attendance under 90% and absences on one weekday that chance does not explain.',
    ]);
    expect(texts(found.reasons, 'step')).toEqual([
      'Ask S1, then the guardian, what happens on a Monday.',
      'Talk with S1 this week about the days absent.',
    ]);
    expect(texts(found.reasons, 'note')).toEqual([
      'The records do not say why.',
      'Approved leave is not counted. Days of leave: 2.',
    ]);
    expect(texts(found.reasons, 'sure')).toEqual(['Sure: 57 school days.']);
  });

  test('the evidence is exactly the rows of those Mondays', () => {
    expect(found.reasons[0]?.evidence).toEqual({
      doctype: 'Student Attendance',
      names: [...missed].map((date) => `ATT-${date}`).sort(),
    });
  });

  test('the pupil reads a goal, the guardian the days, neither a level', () => {
    expect(texts(found.reasons, 'why', 'student')).toEqual([
      'Goal: every Monday next month.',
      'Attendance 48 of 57 days.',
    ]);
    expect(texts(found.reasons, 'rule', 'student')).toEqual([]);
    expect(texts(found.reasons, 'rule', 'guardian')).toEqual([]);
  });
});

describe('falling', () => {
  const rows = attendance(days, (_, i) =>
    [20, 30].includes(i) || (i >= 45 && i % 3 === 0) ? 'Absent' : 'Present',
  );
  const records = pupil({ attendance: rows, results: results([71, 62, 54]), cohorts: [cohort(68, 3)] });
  const analysis = analyseStudent(records, SETTINGS, TODAY);

  test('attendance under the watch rate and falling is an early warning', () => {
    const found = insight(analysis, 'attendance');
    expect(found.level).toBe('act');
    expect(texts(found.reasons, 'why')).toEqual([
      'Absent on 5 of the last 15 school days; before that on 2 of 44.',
      'Present 52 of 59 school days (88%); the class 93%.',
    ]);
    expect(texts(found.reasons, 'rule')).toEqual([
      'Reached by a rule, not a forecast: attendance under 90% and falling.',
    ]);
  });

  test('falling marks are listed beside the class', () => {
    const found = insight(analysis, 'marks', 'Mathematics');
    expect(found.level).toBe('watch');
    expect(texts(found.reasons, 'why')).toEqual([
      'Tests, last 3: 71%, 62%, 54%. The class: 68%, 68%, 68%.',
      'Mean of 3 tests: 62%; the class 68%.',
    ]);
    expect(texts(found.reasons, 'why', 'headline')).toEqual([
      'Mathematics falling from 71% to 54% in 3 tests',
    ]);
    expect(texts(found.reasons, 'next')).toEqual([
      'Most likely 46% to 70%: an 80% range that rests on 3 tests.',
    ]);
    expect(texts(found.reasons, 'sure')).toEqual(['Fairly: 3 tests.']);
    expect(texts(found.reasons, 'step')).toEqual([
      'Talk with S1 about Mathematics, or plan short practice before the next test.',
    ]);
    expect(texts(found.reasons, 'why', 'student')).toEqual([]);
  });

  test('a fall that ends under the pass mark asks for action', () => {
    const low = pupil({ results: results([84, 72, 60, 46]), cohorts: [cohort(68, 4)] });
    expect(insight(analyseStudent(low, SETTINGS, TODAY), 'marks', 'Mathematics').level).toBe('act');
  });
});

describe('one gap', () => {
  const rows = results([62, 60, 64], () => ({
    details: [
      { criterion: 'Linear Equations', score: 2, maximum: 10 },
      { criterion: 'Geometry', score: 10, maximum: 10 },
    ],
  }));
  const found = insight(
    analyseStudent(pupil({ results: rows, cohorts: [cohort(68, 3)] }), SETTINGS, TODAY),
    'marks',
    'Mathematics',
  );

  test('the part is named with its points, the class and the rest beside it', () => {
    expect(texts(found.reasons, 'why')).toEqual([
      'Linear Equations: 6 of 30 points in 3 tests; the class 68%. Other parts: 100%.',
      'Mean of 3 tests: 62%; the class 68%.',
    ]);
    expect(found.level).toBe('watch');
  });

  test('the steps follow from the gap', () => {
    expect(texts(found.reasons, 'step')).toEqual([
      'Ten minutes on Linear Equations before the next test in Mathematics.',
      'Go through Linear Equations in Test 3 (Mathematics) once more together.',
    ]);
    expect(texts(found.reasons, 'step', 'student')[0]).toBe(
      'Next: Linear Equations, two exercises for Mathematics.',
    );
  });

  test('what goes well is said too', () => {
    expect(texts(found.reasons, 'strength')).toEqual(['30 of 30 points in 3 tests.']);
  });
});

describe('steady', () => {
  const records = pupil({
    attendance: attendance(days, (date) => (date === '2026-10-06' ? 'Absent' : 'Present')),
    results: results([74, 72, 76, 73]),
    cohorts: [cohort(70, 4)],
  });
  const analysis = analyseStudent(records, SETTINGS, TODAY);

  test('facts are said, nobody is flagged, no step is asked for', () => {
    for (const { values } of analysis.insights) {
      expect(values.level).toBe('steady');
      expect(values.clarity).toBe(0);
      expect(texts(values.reasons, 'step')).toEqual([]);
      expect(texts(values.reasons, 'rule')).toEqual([]);
      expect(texts(values.reasons, 'why', 'headline').length).toBeLessThanOrEqual(1);
    }
    expect(codes(insight(analysis, 'attendance').reasons)).toContain('strength.attendance');
  });

  test('the same records always give the same bytes', () => {
    expect(JSON.stringify(analyseStudent(records, SETTINGS, TODAY))).toBe(JSON.stringify(analysis));
  });
});

describe('new', () => {
  const records = pupil({
    joined: '2026-11-13',
    attendance: attendance(days.slice(-6), () => 'Absent'),
    results: results([20], () => ({ date: '2026-11-16' })),
    cohorts: [cohort(68, 7)],
  });
  const analysis = analyseStudent(records, SETTINGS, TODAY);

  test('is told how much is missing, and nothing else, not even a streak', () => {
    expect(codes(insight(analysis, 'attendance').reasons)).toEqual(['data.too_little']);
    expect(texts(insight(analysis, 'attendance').reasons, 'too_little')).toEqual([
      '6 of 15 school days needed.',
    ]);
    expect(texts(insight(analysis, 'marks', 'Mathematics').reasons, 'too_little')).toEqual([
      '1 of 3 tests needed.',
    ]);
    for (const { values } of analysis.insights) {
      expect(texts(values.reasons, 'too_little', 'guardian')).toHaveLength(1);
      expect(values).toMatchObject({ level: 'steady', clarity: 0, confidence: 'little', chart: null });
    }
  });
});

describe('returning', () => {
  test('days without a row are nobody’s absence', () => {
    const rows = attendance(days, (_, i) => (i >= 20 && i < 35 ? null : 'Present'));
    const found = insight(analyseStudent(pupil({ attendance: rows }), SETTINGS, TODAY), 'attendance');
    expect(found.level).toBe('steady');
    expect(texts(found.reasons, 'why')).toEqual(['Present 44 of 44 school days (100%); the class 93%.']);
  });

  test('three weeks away in the middle are counted, and the return is seen', () => {
    const rows = attendance(days, (_, i) => (i >= 20 && i < 35 ? 'Absent' : 'Present'));
    const found = insight(analyseStudent(pupil({ attendance: rows }), SETTINGS, TODAY), 'attendance');
    expect(codes(found.reasons)).not.toContain('attendance.streak');
    expect(codes(found.reasons)).not.toContain('attendance.trend');
    expect(codes(found.reasons)).not.toContain('attendance.weekday');
    expect(texts(found.reasons, 'why')).toEqual(['Present 44 of 59 school days (75%); the class 93%.']);
    expect(texts(found.reasons, 'strength')).toEqual([]);
  });

  test('last term’s absences are not this term’s', () => {
    const old = attendance(weekdays('2026-04-01', '2026-07-10'), () => 'Absent');
    const analysis = analyseStudent(pupil({ attendance: [...old, ...present] }), SETTINGS, TODAY);
    expect(insight(analysis, 'attendance').level).toBe('steady');
  });

  test('a day of leaving that was never cleared does not hide a pupil who is here', () => {
    const back = pupil({ left: '2026-06-30', attendance: present });
    expect(analyseStudent(back, SETTINGS, TODAY).insights).toHaveLength(1);
    const gone = pupil({ left: '2026-11-01', attendance: attendance(days.slice(0, 40), () => 'Absent') });
    expect(analyseStudent(gone, SETTINGS, TODAY).insights).toEqual([]);
  });
});
