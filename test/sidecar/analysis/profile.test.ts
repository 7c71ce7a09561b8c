/** The fields of a pupil, on known pupils: how the pupil has learned so far, and what follows for settings. */
import { assert as check, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StudentRecords } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { anyPupil } from './any-records.ts';
import { attendance, cohort, pupil, results, SETTINGS, TERM, TODAY, weekdays } from './pupil.ts';
import { codes, text, texts } from './said.ts';

const said = (records: Partial<StudentRecords>, field = 'ai_learning_profile') =>
  analyseStudent(pupil(records), SETTINGS, TODAY).fields[0]?.values[field]?.said ?? [];

const profile = (records: Partial<StudentRecords>) => texts(said(records), 'profile');

/** Tests of last term: a mark each, of so many points. */
const before = (marks: readonly number[], maximum = 20) =>
  results(marks, (i) => ({
    name: `OLD-${i}`,
    plan: `OLD-PLAN-${i}`,
    academicTerm: '2025-26 (Term 3)',
    date: `2026-05-0${i + 1}`,
    score: ((marks[i] ?? 0) * maximum) / 100,
    maximum,
  }));

/** Marks in a class that stays at 60% and whose marks scatter by `within` points. */
const beside = (within: number, marks: readonly number[]) => ({
  results: results(marks),
  cohorts: [cohort(60, 7, { within })],
});

const scatterAround = (level: number) =>
  profile(
    beside(
      10,
      [0, 5, -5, 10, -10, 0, 0].map((apart) => level + apart),
    ),
  ).find((one) => one.startsWith('Single marks'));

const suggested = (records: Partial<StudentRecords>) =>
  analyseStudent(pupil(records), SETTINGS, TODAY).preferences;

describe('what was mastered before', () => {
  test('is told in points of last term, not of this one', () => {
    const lines = profile({ results: [...before([60, 70, 80]), ...results([10, 10, 10])] });
    expect(lines[0]).toBe('42 of 60 points in 3 tests (70%).');
  });

  test('counts a test by its points', () => {
    const small = before([100, 100]);
    const large = before([0], 100).map((row) => ({ ...row, name: 'BIG', plan: 'BIG' }));
    expect(profile({ results: [...small, ...large] })[0]).toBe('40 of 140 points in 3 tests (29%).');
  });

  test('needs three tests of one course, and says how many there are', () => {
    const reasons = said({ results: before([60, 70]) });
    expect(texts(reasons, 'too_little')[0]).toBe('Tests of one course: 2 of 3 needed.');
  });

  test('is nothing where the school uses no terms', () => {
    const reasons = said({ results: before([60, 70, 80]), terms: [] });
    expect(codes(reasons)).not.toContain('profile.prior');
    expect(codes(reasons)).not.toContain('data.too_little_prior');
  });
});

describe('pace', () => {
  test('a pupil whose marks follow the class moves with it', () => {
    expect(profile(beside(5, [70, 71, 69, 70, 72, 68, 70]))).toContain(
      'The marks move with the class. Tests: 7; courses: 1.',
    );
  });

  test('a pupil who gains steadily is told by how much, as a range', () => {
    // Slope 6 a test over 6 steps: 36 points; error 6 * 5 / sqrt(28) = 5.67, times 1.28 = 7.27.
    expect(profile(beside(5, [40, 46, 52, 58, 64, 70, 76]))).toContain(
      'Points gained on the class from the first to the last test of the term: 28 to 44, an 80% range. Tests: 7; courses: 1.',
    );
  });

  test('a pupil who falls behind is told so, without a minus', () => {
    const line = profile(beside(5, [76, 70, 64, 58, 52, 46, 40])).find((one) =>
      one.startsWith('Points lost'),
    );
    expect(line).toContain('of the term: 28 to 44,');
  });

  test('courses are read together, each around its own middle', () => {
    const other = results([90, 92, 94, 96], (i) => ({
      name: `EN-${i}`,
      plan: `PLAN-${i + 1}`,
      course: 'English',
    }));
    const cohorts = [cohort(60, 4, { within: 5 }), cohort(60, 4, { within: 5, course: 'English' })];
    // A low level in one course and a high one in the other is no movement: 3 points a step in one, 2 in the other.
    const reasons = said({ results: [...results([40, 43, 46, 49]), ...other], cohorts });
    // Slope (15 + 10) / 10 = 2.5 over 3 steps: 7.5; error 3 * 5 / sqrt(10) = 4.74, times 1.28 = 6.08.
    expect(reasons.find(({ code }) => code === 'profile.pace_ahead')?.params).toEqual({
      tests: 8,
      courses: 2,
      low: 1,
      high: 14,
    });
  });

  test('needs six tests with a class to compare with', () => {
    expect(texts(said(beside(5, [50, 60, 70, 80, 90])), 'too_little')).toContain(
      'Tests with a class to compare with: 5 of 6 needed.',
    );
  });
});

describe('consistency', () => {
  test.each([
    ['closer', [60, 61, 60, 59, 60, 61, 59]],
    ['as far', [50, 70, 55, 65, 60, 72, 48]],
    ['further', [20, 95, 30, 90, 25, 100, 60]],
  ])('marks that lie %s are said to', (words, marks) => {
    expect(profile(beside(10, marks)).find((line) => line.startsWith('Single marks'))).toContain(words);
  });

  test('a high level is as consistent as a low one', () => {
    expect(scatterAround(80)).toBe(scatterAround(30));
  });
});

/** Days 10 to 29 are often missed, and so are those from day 40 on. */
const often = (_: string, i: number) => i % 3 === 0 && ((i >= 10 && i < 30) || i >= 40);

describe('attendance and marks', () => {
  const DATES = weekdays(TERM.from, TODAY);
  /** Tests on every fifth school day from the eleventh on, in two courses in turn. */
  const testDates = DATES.filter((_, i) => i >= 10 && i % 5 === 0);
  const link = (marks: readonly number[], absent: (date: string, i: number) => boolean) => {
    const tests = results(marks.slice(0, testDates.length), (i) => ({
      plan: `L-${i}`,
      date: testDates[i] ?? '',
      course: i % 2 === 0 ? 'Mathematics' : 'English',
    }));
    const cohorts = ['Mathematics', 'English'].map((course) =>
      cohort(60, 7, {
        course,
        plans: testDates.map((date, i) => ({ plan: `L-${i}`, date, mean: 60, count: 26 })),
      }),
    );
    const rows = attendance(DATES, (date, i) => (absent(date, i) ? 'Absent' : 'Present'));
    return said({ results: tests, cohorts, attendance: rows }).filter(({ code }) => /link/.test(code));
  };

  test('are linked where marks lie higher after weeks with fewer absences', () => {
    const [reason] = link([80, 80, 55, 50, 50, 50, 66, 80, 66, 50], often);
    expect(reason?.code).toBe('profile.link_with');
    expect(reason?.params['tests']).toBe(10);
    const [against] = link([40, 40, 65, 70, 70, 70, 54, 40, 54, 70], often);
    expect(against?.code).toBe('profile.link_against');
    expect(against?.params).toEqual(reason?.params);
  });

  test('have no clear link where marks come and go by themselves', () => {
    const [reason] = link([60, 70, 70, 60, 70, 60, 60, 70, 60, 70], often);
    expect(reason?.code).toBe('profile.link_none');
    expect(reason && text(reason)).toMatch(/from minus \d+ to plus \d+ on a scale of 100/);
  });

  test('cannot be linked where attendance did not vary, or with fewer than eight tests', () => {
    expect(codes(link([60, 70, 70, 60, 70, 60, 60, 70, 60, 70], () => false))).toEqual(['profile.link_flat']);
    const few = link([60, 70, 70, 60, 70, 60, 60], often);
    expect(few.map((reason) => text(reason))).toEqual(['Tests with two school weeks before: 7 of 8 needed.']);
  });
});

describe('the other fields', () => {
  test('the insights in short are the clearest reason of each that asks for attention', () => {
    const falling = results([80, 60, 40, 30]);
    const short = said({ results: falling }, 'ai_performance_insights');
    expect(codes(short)).toHaveLength(1);
    expect(said({ results: results([80, 81, 80, 82]) }, 'ai_performance_insights')).toEqual([]);
  });

  test('sessions are none until there are any; answers of people are counted', () => {
    expect(said({}, 'ai_interaction_summary').map((one) => text(one))).toEqual(['No sessions yet.']);
    const followUps = { reviewed: 2, acted: 1, dismissed: 0, steps: [] };
    expect(said({ followUps }, 'ai_interaction_summary').map((one) => text(one))).toEqual([
      'No sessions yet.',
      'Insights answered: 3; acted upon: 1; dismissed: 0.',
    ]);
  });

  test('are empty for a pupil who has left, so that nothing old stays', () => {
    const { fields } = analyseStudent(pupil({ left: '2026-10-01' }), SETTINGS, TODAY);
    expect(fields[0]?.values).toEqual({
      ai_learning_profile: null,
      ai_performance_insights: null,
      ai_interaction_summary: null,
    });
  });

  test('a classmate is never read about: pupils see counts of their own', () => {
    const reasons = said({ results: [...before([60, 70, 80]), ...results([50, 60, 70])] });
    expect(texts(reasons, 'profile', 'student')).toEqual(['Mathematics before this term: 42 of 60 points.']);
  });
});

describe('what a pattern suggests for settings', () => {
  const days = weekdays(TERM.from, TODAY);

  test('the guardian first for a pupil who is away more than the school accepts, else nothing', () => {
    const away = attendance(days, (_date, i) => (i % 3 === 0 ? 'Absent' : 'Present'));
    expect(suggested({ attendance: away })).toEqual({ contact_first: 'guardian' });
    expect(suggested({ attendance: attendance(days, () => 'Present') })).toEqual({});
  });

  test('one step at a time where more than two things ask for attention', () => {
    const courses = ['Mathematics', 'English', 'Physics'].flatMap((course) =>
      results([20, 20, 20], (i) => ({ name: `${course}-${i}`, plan: `${course}-${i}`, course })),
    );
    expect(suggested({ results: courses })).toEqual({ feedback_detail: 'short' });
  });
});

test('any pupil has a profile without a hole, a part of a point or a number that is none', () => {
  check(
    property(anyPupil, (records) => {
      const { fields } = analyseStudent(records, SETTINGS, TODAY);
      expect(fields).toHaveLength(1 + records.programs.length);
      expect(JSON.stringify(fields)).not.toMatch(/NaN|Infinity|\d\.\d/);
    }),
  );
});
