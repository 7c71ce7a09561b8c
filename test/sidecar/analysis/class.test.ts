/** The class: its figures, its picture, and nobody to be read from either. */
import { array, assert as check, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseCohort } from '../../../sidecar/analysis/cohort.ts';
import { markBands } from '../../../sidecar/analysis/mark-bands.ts';
import type { CohortRecords } from '../../../sidecar/analysis/records.ts';
import { SETTINGS, TERM, TODAY } from './pupil.ts';
import { codes, texts } from './said.ts';
import { around, schoolClass } from './school-class.ts';

function read(records: CohortRecords, today = TODAY) {
  const { insight } = analyseCohort(records, SETTINGS, today);
  if (insight === null) throw new Error('no class insight');
  return insight.values;
}

describe('figures', () => {
  test('are whole percent, sorted by date, with the spread after the tests’ difficulty is taken off', () => {
    const { figures } = analyseCohort(schoolClass(around([68, 60, 71.4])), SETTINGS, TODAY);
    expect(figures).toEqual({
      course: 'Mathematics',
      studentGroup: 'G8',
      academicTerm: TERM.name,
      pupils: 10,
      plans: [
        { plan: 'PLAN-1', date: '2026-09-14', mean: 68, count: 10 },
        { plan: 'PLAN-2', date: '2026-09-28', mean: 60, count: 10 },
        { plan: 'PLAN-3', date: '2026-10-12', mean: 71, count: 10 },
      ],
      tests: [
        { plan: 'PLAN-1', date: '2026-09-14', maximum: 20, results: 10, mean: 68, entered: 20710 },
        { plan: 'PLAN-2', date: '2026-09-28', maximum: 20, results: 10, mean: 60, entered: 20724 },
        { plan: 'PLAN-3', date: '2026-10-12', maximum: 20, results: 10, mean: 71, entered: 20738 },
      ],
      newest: 20738,
      criteria: [
        { criterion: 'Geometry', percent: 66, count: 10, spread: 14, discrimination: null },
        { criterion: 'Linear Equations', percent: 66, count: 10, spread: 14, discrimination: null },
      ],
      between: 14,
      within: 1,
    });
  });

  test('the spread within pupils does not shrink for the class means taken off', () => {
    // Residuals of 10 for 12 pupils in 2 tests: 2400 on 24 - 12 - 1 degrees of freedom
    const marks = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? [70, 50] : [50, 70]));
    expect(analyseCohort(schoolClass(marks), SETTINGS, TODAY).figures).toMatchObject({
      between: 0,
      within: 15,
    });
  });

  test('a test with fewer results than the smallest group has no mean', () => {
    const marks = around([68, 60]).map((row, i) => (i < 4 ? row : [row[0] ?? 0, null]));
    const { figures } = analyseCohort(schoolClass(marks), SETTINGS, TODAY);
    expect(figures.plans.map((plan) => plan.plan)).toEqual(['PLAN-1']);
  });

  test('a class smaller than the smallest group has no figures and no picture', () => {
    const records = schoolClass(around([68, 60, 71], 4));
    const { figures, insight } = analyseCohort(records, SETTINGS, TODAY);
    expect(figures).toMatchObject({ pupils: 4, plans: [], criteria: [], between: null, within: null });
    expect(texts(insight?.values.reasons ?? [], 'too_little')).toEqual([
      'Pupils: 4 of 5 needed for a class picture.',
    ]);
    expect(insight?.values.chart).toBeNull();
  });

  test('results of pupils who are not in the class do not count', () => {
    const records = schoolClass(around([68, 60]));
    const strangers = schoolClass([[0, 0]]).results.map((row) => ({
      ...row,
      name: `X-${row.name}`,
      student: 'X',
    }));
    const more = { ...records, results: [...records.results, ...strangers] };
    expect(analyseCohort(more, SETTINGS, TODAY)).toEqual(analyseCohort(records, SETTINGS, TODAY));
  });
});

describe('when to look again', () => {
  test('the day after the next test; where there are no terms, the day the oldest is a year old', () => {
    const records = schoolClass(around([68, 60, 71]));
    expect(analyseCohort(records, SETTINGS, '2026-10-01').validUntil).toBe('2026-10-13');
    expect(analyseCohort(records, SETTINGS, TODAY).validUntil).toBeNull();
    const noTerm = { ...records, academicTerm: '' };
    expect(analyseCohort(noTerm, SETTINGS, TODAY).validUntil).toBe('2027-09-14');
    expect(analyseCohort(noTerm, SETTINGS, '2027-09-13').figures.plans).toHaveLength(3);
    expect(analyseCohort(noTerm, SETTINGS, '2027-09-14').figures.plans).toHaveLength(2);
  });
});

describe('picture', () => {
  test('one test is not yet a picture', () => {
    const found = read(schoolClass(around([68])));
    expect(texts(found.reasons, 'too_little')).toEqual([
      'Tests with results of at least 5 pupils: 1 of 2 needed for a class picture.',
    ]);
    expect(found).toMatchObject({ level: 'steady', clarity: 0, confidence: 'little', chart: null });
  });

  test('no result and no past plan is no insight; a past plan without results says what is missing', () => {
    const empty = { ...schoolClass([]), pupils: ['A', 'B', 'C', 'D', 'E'] };
    expect(analyseCohort(empty, SETTINGS, TODAY).insight).toBeNull();
    const [plan] = schoolClass([[1]]).plans;
    const waiting = { ...empty, plans: plan === undefined ? [] : [plan] };
    expect(texts(read(waiting).reasons, 'note')).toEqual(['Results not entered: 5 of 5.']);
    expect(analyseCohort(waiting, SETTINGS, '2026-09-01')).toMatchObject({
      insight: null,
      validUntil: '2026-09-15',
    });
  });

  test.each([
    ['few tests', [68, 66], 'The class is near 67%, over 2 tests.'],
    ['steady', [68, 66, 70, 67], 'The class is steady near 68%, over 4 tests.'],
    ['up and down', [75, 60, 66, 61], 'The class is steady near 66%, over 4 tests.'],
    ['varying', [60, 80, 62, 78], 'The class is near 70%, over 4 tests between 60% and 80%.'],
    ['rising', [60, 64, 68, 73], 'The class is rising over 4 tests, from 60% to 73%; the mean is 66%.'],
    [
      'falling',
      [75, 70, 66, 61],
      'The class is falling over 4 tests, from 75% to 61%; the mean is 68%. Tests differ in difficulty.',
    ],
  ])('the level in one sentence: %s', (_, means, sentence) => {
    expect(texts(read(schoolClass(around(means))).reasons, 'class')[0]).toBe(sentence);
  });

  test('falling is for the teacher to look at; under the pass mark it asks for action', () => {
    expect(read(schoolClass(around([75, 70, 66, 61]))).level).toBe('watch');
    expect(read(schoolClass(around([61, 56, 52, 47]))).level).toBe('act');
  });

  test('the hardest part is named, the parts follow with what is behind them, and a step to teach it again', () => {
    const found = read(
      schoolClass(around([68, 68]), (mark, i) => [
        { criterion: 'Linear Equations', score: i < 7 ? 4 : 6, maximum: 10 },
        { criterion: 'Geometry', score: mark / 10, maximum: 10 },
      ]),
    );
    expect(texts(found.reasons, 'class')[1]).toBe(
      'Linear Equations is hardest: the class earned 46% of its points.',
    );
    expect(texts(found.reasons, 'part')).toEqual([
      'The class earned 46% of its points. Pupils: 10; tests: 2.',
      'The class earned 68% of its points. Pupils: 10; tests: 2.',
    ]);
    expect(texts(found.reasons, 'step')).toEqual([
      'Re-teach Linear Equations to the class: 7 of 10 under half of its points.',
    ]);
    expect(found.level).toBe('act');
  });

  test('a hardest part that most pupils earned half of is named, but not to be taught again', () => {
    const found = read(
      schoolClass(around([68, 68]), (mark, i) => [
        { criterion: 'Linear Equations', score: i < 4 ? 4 : 6, maximum: 10 },
        { criterion: 'Geometry', score: mark / 10, maximum: 10 },
      ]),
    );
    expect(codes(found.reasons)).toContain('class.hardest');
    expect(texts(found.reasons, 'step')).toEqual([]);
    expect(found.level).toBe('steady');
  });

  test('a class without a hardest part has none named', () => {
    expect(codes(read(schoolClass(around([68, 68]))).reasons)).not.toContain('class.hardest');
  });

  test('half of the class under the pass mark in the last test is said with its count', () => {
    const found = read(schoolClass(around([60, 45])));
    expect(texts(found.reasons, 'class')).toContain('Test 2: 6 of 10 under the pass mark of 50%.');
    expect(found.level).toBe('watch');
    expect(codes(read(schoolClass(around([60, 52]))).reasons)).not.toContain('class.under_pass');
  });

  test('says how sure it is, and how much is not entered', () => {
    const marks = around([68, 66, 70, 67]).map((row, i) => (i < 3 ? [...row.slice(0, 3), null] : row));
    const found = read(schoolClass(marks));
    expect(texts(found.reasons, 'sure')).toEqual([
      'Sure about the parts (10 pupils, 4 tests), less about single pupils.',
    ]);
    expect(texts(found.reasons, 'note')).toEqual(['Results not entered: 3 of 40.']);
  });

  test('pupils and guardians read nothing of it', () => {
    const { reasons } = read(schoolClass(around([61, 56, 52, 47])));
    for (const section of ['class', 'part', 'step', 'sure', 'note'] as const) {
      expect([...texts(reasons, section, 'student'), ...texts(reasons, section, 'guardian')]).toEqual([]);
    }
  });
});

describe('mark bands', () => {
  test('a thin band goes to its thinner neighbour', () => {
    const marks = [10, ...around([55], 8, 4).flat(), ...around([70], 10, 5).flat(), 85, 86, 87, 88, 89, 90];
    expect(markBands(marks, 5)).toEqual([
      { from: 0, to: 59, count: 9 },
      { from: 60, to: 79, count: 10 },
      { from: 80, to: 100, count: 6 },
    ]);
  });

  test('no band ever holds fewer pupils than the smallest group, and none is lost', () => {
    const marks = array(integer({ min: 0, max: 100 }), { maxLength: 60 });
    check(
      property(marks, integer({ min: 1, max: 12 }), (list, smallest) => {
        const bands = markBands(list, smallest);
        if (bands === null) return;
        expect(bands.length).toBeGreaterThan(1);
        for (const band of bands) expect(band.count).toBeGreaterThanOrEqual(smallest);
        expect(bands.reduce((sum, band) => sum + band.count, 0)).toBe(list.length);
        expect([bands[0]?.from, bands.at(-1)?.to]).toEqual([0, 100]);
      }),
    );
  });

  test('a class too small for two bands has no chart', () => {
    expect(markBands([50, 60, 70, 80], 5)).toBeNull();
  });
});
