/** The early warning of a course: pupils whose answer is known, and when nothing may be said. */
import { describe, expect, test } from 'vitest';
import { addDays, dayNumber } from '../../../sidecar/analysis/calendar.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import type { Learned } from '../../../sidecar/analysis/risk/learn.ts';
import type { StudentRecords } from '../../../sidecar/analysis/records.ts';
import { cohort, pupil, results, SETTINGS, TERM, TODAY } from './pupil.ts';
import { insight, texts } from './said.ts';
import { taught } from './taught.ts';

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

  test('within a week of the class’s results: a test may be written or marked later', () => {
    const fresh = cohort(68, 4);
    const days = [20710, 20724, 20738, dayNumber(TODAY) - 3];
    const tests = fresh.tests.map((each, i) => ({ ...each, entered: days[i] ?? null }));
    const records = pupil({ cohorts: [{ ...fresh, tests }], results: marked(70, [1, 2]) });
    const { insights, validUntil } = analyseStudent(records, SETTINGS, TODAY);
    expect(insights.filter(({ address }) => address.insight === 'risk')).toEqual([]);
    expect(validUntil).toBe(addDays(TODAY, 4));
    expect(insight(analyseStudent(records, SETTINGS, addDays(TODAY, 4)), 'risk', 'Mathematics').level).toBe(
      'act',
    );
  });

  test('while results of a pupil who came anew are still on their way', () => {
    expect(warned({ resultsComplete: false })).toEqual([]);
    expect(warned({ resultsComplete: true })).toHaveLength(1);
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

function forecast(tests: readonly number[], learned: Learned) {
  const records = pupil({ cohorts: [cohort(68, 4)], results: marked(70, tests) });
  const { insights, validUntil } = analyseStudent(records, SETTINGS, TODAY, learned);
  return { found: insights.find(({ address }) => address.insight === 'risk')?.values ?? null, validUntil };
}

describe('a forecast', () => {
  test('tells how such pupils fared here, what weighs most, and what it was checked on', () => {
    const { found } = forecast([1, 2], taught());
    expect(found?.level).toBe('act');
    expect(texts(found?.reasons ?? [], 'why')).toEqual(['Of 4 tests, 2 without a result.']);
    expect(texts(found?.reasons ?? [], 'rule')).toEqual([
      'Mathematics: a forecast, from published figures and 640 finished courses of pupils here. Of 214 past pupils like this, about 9 in 10 did not pass or left.',
    ]);
    expect(texts(found?.reasons ?? [], 'sure')).toEqual([
      'Checked on 640 finished courses of pupils here that were held back: off by 3% on average, and better than the rule.',
    ]);
    for (const reader of ['student', 'guardian'] as const) {
      expect(texts(found?.reasons ?? [], 'rule', reader)).toEqual([]);
      expect(texts(found?.reasons ?? [], 'why', reader)).toEqual([]);
    }
  });

  test('without the rule asks for a look, not for action', () => {
    expect(forecast([1, 2], taught()).found?.level).toBe('act');
    expect(forecast([1, 4], taught()).found?.level).toBe('watch');
    expect(forecast([1, 2, 3], taught()).found).toBeNull();
  });

  test('of whom there were too few here says that it is not yet checked', () => {
    const bins = [{ up_to: 1, said: 0.9, came: 0.9, cases: 80, pupils: 29 }];
    const { checked } = taught();
    const { found } = forecast([1, 2], taught({ checked: checked === null ? null : { ...checked, bins } }));
    expect(texts(found?.reasons ?? [], 'rule')[0]).toContain('Not yet checked here for pupils like this.');
    expect(found?.confidence).toBe('fairly');
  });

  test('is another a week of the term later, with the same records', () => {
    expect(forecast([1, 2, 3], taught()).validUntil).toBe('2026-11-24');
  });

  test('is not made of a course without a term, which it never learned from', () => {
    const year = cohort(68, 4, { academicTerm: '' });
    const rows = marked(70, [1, 2]).map((row) => ({ ...row, academicTerm: '' }));
    const { insights } = analyseStudent(pupil({ cohorts: [year], results: rows }), SETTINGS, TODAY, taught());
    const found = insights.find(({ address }) => address.insight === 'risk');
    expect(texts(found?.values.reasons ?? [], 'rule')[0]).toMatch(/^Reached by a rule/);
  });
});

describe('the rule, once it was checked', () => {
  test('tells how often it was right here', () => {
    const { found } = forecast([1, 2], taught({ rung: 'rule', forecast: null }));
    expect(texts(found?.reasons ?? [], 'sure')).toEqual([
      'Rests on 4 tests. Of 41 past pupils whom the rule named here, about 8 in 10 did not pass or left.',
    ]);
  });
});
