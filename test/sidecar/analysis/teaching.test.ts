/** The fields of an instructor, on known weeks and classes. */
import { assert as check, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CohortFigures, InstructorRecords, TaughtClass } from '../../../sidecar/analysis/records.ts';
import { analyseInstructor } from '../../../sidecar/analysis/teaching/instructor.ts';
import { anyInstructor } from './any-records.ts';
import { cohort, SETTINGS, TERM, TODAY, weekdays } from './pupil.ts';
import { codes, texts } from './said.ts';

function analyse(records: Partial<InstructorRecords>, today = TODAY) {
  const whole = { instructor: 'Ada Berg', active: true, terms: [TERM], lessons: [], classes: [], ...records };
  return analyseInstructor(whole, SETTINGS, today);
}

const work = (records: Partial<InstructorRecords>, today = TODAY) =>
  analyse(records, today).fields.values['ai_teaching_profile']?.said ?? [];

const moves = (taught: TaughtClass) =>
  analyse({ classes: [taught] }).fields.values['ai_performance_metrics']?.said ?? [];

/** Two lessons of 45 minutes each school day. */
const lessons = (from: string, to: string, taken = false) =>
  weekdays(from, to).flatMap((date) => [
    { date, minutes: 45, taken },
    { date, minutes: 45, taken },
  ]);

const going = (means: readonly number[], more: Partial<CohortFigures> = {}) =>
  cohort(60, 0, {
    plans: means.map((mean, i) => ({ plan: `P${i}`, date: `2026-10-0${i + 1}`, mean, count: 26 })),
    ...more,
  });

const taught = (more: Partial<TaughtClass> = {}): TaughtClass => ({
  course: 'Mathematics',
  studentGroup: 'G8',
  academicTerm: TERM.name,
  pupils: 26,
  plans: [],
  figures: null,
  others: [],
  ...more,
});

const tested = (date: string, ...saved: string[]) => ({ plan: date, date, saved });

describe('workload', () => {
  test('counts the lessons of whole weeks, and not of the week that runs', () => {
    // Monday 2 to Friday 20 November; the week of the 16th is the one that runs.
    expect(texts(work({ lessons: lessons('2026-11-02', TODAY) }), 'teaching')).toEqual([
      'Lessons: 20; weeks: 2; hours: 15. Usually 10 a week, at most 10.',
    ]);
  });

  test('says how many have attendance only where it is taken by lesson', () => {
    const half = [...lessons('2026-11-02', '2026-11-06', true), ...lessons('2026-11-09', '2026-11-13')];
    expect(texts(work({ lessons: half }), 'teaching')).toContain('Lessons: 10 of 20.');
  });

  test('needs two weeks', () => {
    expect(texts(work({ lessons: lessons('2026-11-09', TODAY) }), 'too_little')).toEqual([
      'Whole weeks with lessons: 1 of 2 needed.',
    ]);
  });

  test('is looked at again on the next Monday, or when a term begins before it', () => {
    expect(analyse({ lessons: lessons('2026-11-02', TODAY) }).validUntil).toBe('2026-11-23');
    const soon = { name: '2026-27 (Term 2)', from: '2026-11-21', to: '2027-03-31' };
    expect(analyse({ terms: [TERM, soon] }).validUntil).toBe('2026-11-21');
  });
});

describe('marking', () => {
  const plans = [
    tested('2026-10-05', '2026-10-07', '2026-10-07', '2026-11-10'),
    tested('2026-10-12', '2026-10-16', '2026-10-16'),
    tested('2026-10-19', '2026-10-29'),
    tested('2026-11-18'),
  ];

  test('counts results of pupils times tests, and the days to them by the median, not by one late correction', () => {
    const said = texts(work({ classes: [taught({ pupils: 3, plans })] }), 'teaching');
    expect(said).toEqual([
      '6 of 9, counted as pupils times tests.',
      'Days from a test to its saved results, usually: 4. Tests: 3. A later correction counts as saved then.',
    ]);
  });

  test('a result saved before its day took no days, and two tests are too few', () => {
    const early = [tested('2026-10-12', '2026-10-01'), tested('2026-10-19', '2026-10-19')];
    expect(codes(work({ classes: [taught({ plans: early })] }))).toContain('data.too_little_marking');
  });
});

const steadily = (change: number) => [60, 60 + change / 3, 60 + (2 * change) / 3, 60 + change];

const others = (changes: readonly number[]) =>
  changes.map((change, i) => going(steadily(change), { studentGroup: `O${i}` }));

const beside = (change: number) =>
  codes(moves(taught({ figures: going(steadily(change)), others: others([-6, 0, 6]) })));

describe('where a class is going', () => {
  test('is told alone where fewer than three other classes could be compared with', () => {
    const said = moves(taught({ figures: going([60, 62, 64, 66]), others: others([0, 3]) }));
    expect(texts(said, 'teaching')).toEqual([
      'From 60% to 66% over 4 tests, along a straight line through the class means. No comparison: too few other classes.',
    ]);
  });

  test('is as the others inside their range, and not outside it', () => {
    // Changes -6, 0, 6: standard deviation 6, range 1.28 * 6 * sqrt(4/3) = 8.9 around 0.
    expect(beside(6)).toEqual(['teaching.class_with']);
    expect(beside(12)).toEqual(['teaching.class_gains']);
    expect(beside(-12)).toEqual(['teaching.class_loses']);
  });

  test('no other class is named, and none by its figure', () => {
    const said = JSON.stringify(
      moves(taught({ figures: going([60, 62, 64, 66]), others: others([1, 2, 3]) })),
    );
    expect(said).not.toMatch(/O\d/);
  });

  test('is too little of three tests, and nothing of a class smaller than the smallest group', () => {
    expect(codes(moves(taught({ figures: going([60, 62, 64]) })))).toEqual(['data.too_little_movement']);
    const small = moves(taught({ figures: going([60, 62, 64, 66], { pupils: 4 }) }));
    expect(small[0]?.params['have']).toBe(0);
  });
});

test('who has left, or teaches nobody, has empty fields', () => {
  const empty = { ai_teaching_profile: null, ai_performance_metrics: null };
  expect(analyse({ active: false, lessons: lessons('2026-11-02', TODAY) }).fields.values).toEqual(empty);
  expect(analyse({}).fields.values).toEqual(empty);
});

test('any instructor has whole figures, no pupil, and nothing that is no number', () => {
  check(
    property(anyInstructor, (records) => {
      const said = JSON.stringify(analyseInstructor(records, SETTINGS, TODAY));
      expect(said).not.toMatch(/NaN|Infinity|\d\.\d|"S\d/);
    }),
  );
});
