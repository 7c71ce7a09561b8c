/** The early warning of a course: pupils whose answer is known, and when nothing may be said. */
import { describe, expect, test } from 'vitest';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import type { StudentRecords } from '../../../sidecar/analysis/records.ts';
import { cohort, pupil, results, SETTINGS, TERM, TODAY } from './pupil.ts';
import { insight, texts } from './said.ts';

/** Results in the tests with these numbers, counted from 1; each a full `mark`. */
function marked(mark: number, tests: readonly number[]) {
  return results([mark, mark, mark, mark, mark, mark, mark]).filter((_, i) => tests.includes(i + 1));
}

function warned(more: Partial<StudentRecords>) {
  return analyseStudent(pupil({ cohorts: [cohort(68, 4)], ...more }), SETTINGS, TODAY).insights.filter(
    ({ address }) => address.insight === 'risk',
  );
}

describe('two tests missed', () => {
  const found = insight(
    analyseStudent(pupil({ cohorts: [cohort(68, 4)], results: marked(70, [1, 2]) }), SETTINGS, TODAY),
    'risk',
    'Mathematics',
  );

  test('is said with its counts, the rule behind it and a step', () => {
    expect(found.level).toBe('act');
    expect(texts(found.reasons, 'why')).toEqual([
      'No result in the last 2 tests; of 4 tests in all, 2 without a result.',
    ]);
    expect(texts(found.reasons, 'why', 'headline')).toEqual(['Mathematics: no result in the last 2 tests']);
    expect(texts(found.reasons, 'rule')).toEqual([
      'Reached by a rule, not a forecast: no result in the last 2 tests in Mathematics, or in any so far, of which the class has results.',
    ]);
    expect(texts(found.reasons, 'sure')).toEqual([
      'Rests on 4 tests. How often the rule was right is not yet checked here.',
    ]);
    expect(texts(found.reasons, 'step')[0]).toBe(
      'Ask S1 about the tests without a result in Mathematics, and set a day to make up for it.',
    );
  });

  test('the evidence is the tests without a result', () => {
    expect(found.reasons[0]?.evidence).toEqual({ doctype: 'Assessment Plan', names: ['PLAN-3', 'PLAN-4'] });
  });

  test('pupil and guardian read the fact and a step, neither rule nor level', () => {
    for (const reader of ['student', 'guardian'] as const) {
      expect(texts(found.reasons, 'why', reader)).toEqual(['No result in the last 2 tests.']);
      expect(texts(found.reasons, 'rule', reader)).toEqual([]);
      expect(texts(found.reasons, 'sure', reader)).toEqual([]);
      expect(texts(found.reasons, 'step', reader)).not.toEqual([]);
    }
  });
});

describe('other pupils', () => {
  test('nothing handed in at all is said of a pupil without any result', () => {
    const [found] = warned({ results: [] });
    expect(texts(found?.values.reasons ?? [], 'why')).toEqual(['No result in any of 4 tests.']);
  });

  test('few marks under the pass mark are said; enough of them are for the marks insight alone', () => {
    const [found] = warned({ results: marked(40, [2, 4]) });
    expect(texts(found?.values.reasons ?? [], 'why')).toEqual([
      'Results in 2 of 4 tests: a mean of 40%, under the pass mark of 50%.',
    ]);
    expect(warned({ results: marked(40, [1, 2, 4]) })).toEqual([]);
  });

  test('of whom handed in what was held, nothing is said', () => {
    expect(warned({ results: marked(70, [1, 2, 3, 4]) })).toEqual([]);
    expect(warned({ results: marked(70, [1, 2, 4]) })).toEqual([]);
  });
});

describe('nothing is said', () => {
  test('of tests before the pupil came', () => {
    expect(warned({ joined: '2026-10-20' })).toEqual([]);
    expect(warned({ joined: '2026-09-20' })).toHaveLength(1);
    expect(warned({ joined: '2026-09-20', cohorts: [cohort(68, 3)] })).toEqual([]);
  });

  test('before three tests', () => {
    expect(warned({ cohorts: [cohort(68, 2)] })).toEqual([]);
    expect(warned({ cohorts: [cohort(68, 3)] })).toHaveLength(1);
  });

  test('while most of the class has no result either', () => {
    const few = cohort(68, 4);
    const tests = few.tests.map((each, i) => ({ ...each, results: i < 2 ? 26 : 6 }));
    expect(warned({ cohorts: [{ ...few, tests }], results: marked(70, [1]) })).toEqual([]);
  });

  test('in a class that is too small, in a class the pupil left, in a term that is over', () => {
    expect(warned({ cohorts: [cohort(68, 4, { pupils: 4 })] })).toEqual([]);
    const left = [{ name: 'G8', course: null, academicTerm: TERM.name, active: false }];
    expect(warned({ groups: left })).toEqual([]);
    expect(warned({ cohorts: [cohort(68, 4, { academicTerm: '2025-26 (Term 3)' })] })).toEqual([]);
  });

  test('of a test on whose day nobody has been yet, and again on that day', () => {
    const soon = cohort(68, 3);
    const ahead = {
      plan: 'PLAN-9',
      date: '2026-11-27',
      maximum: 20,
      results: 26,
      mean: 60,
      entered: 0,
    };
    const records = pupil({
      cohorts: [{ ...soon, tests: [...soon.tests, ahead] }],
      results: marked(70, [1, 2]),
    });
    const today = analyseStudent(records, SETTINGS, TODAY);
    expect(today.insights.filter(({ address }) => address.insight === 'risk')).toEqual([]);
    expect(today.validUntil).toBe('2026-11-27');
    expect(insight(analyseStudent(records, SETTINGS, '2026-11-27'), 'risk', 'Mathematics').level).toBe('act');
  });
});
