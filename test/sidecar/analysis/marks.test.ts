/** Marks: level, trend, parts and the next score, each beside the class and only with enough tests. */
import { describe, expect, test } from 'vitest';
import type { CohortFigures, ResultRow } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { cohort, pupil, results, SETTINGS, TODAY } from './pupil.ts';
import { codes, insight, texts } from './said.ts';

function read(rows: ResultRow[], cohorts: CohortFigures[] = []) {
  return insight(analyseStudent(pupil({ results: rows, cohorts }), SETTINGS, TODAY), 'marks', 'Mathematics');
}

const falls = (marks: number[], cohorts: CohortFigures[] = []) =>
  codes(read(results(marks), cohorts).reasons).some((code) => code.startsWith('marks.trend'));

const split = (equations: number, geometry: number) =>
  results([60, 60, 60], () => ({
    details: [
      { criterion: 'Linear Equations', score: equations, maximum: 10 },
      { criterion: 'Geometry', score: geometry, maximum: 10 },
    ],
  }));

const criteria = (equations: number) => [
  { criterion: 'Geometry', percent: 70, count: 26, spread: 15, discrimination: null },
  { criterion: 'Linear Equations', percent: equations, count: 26, spread: 15, discrimination: null },
];

const gap = (equations: number, geometry: number, ofClass: number) =>
  codes(read(split(equations, geometry), [cohort(60, 3, { criteria: criteria(ofClass) })]).reasons);

const next = (marks: number[], more: Partial<CohortFigures> = {}) =>
  read(results(marks), [cohort(68, marks.length, more)]).reasons.find(
    ({ code }) => code === 'marks.next_interval',
  )?.params;

describe('too little', () => {
  test('two tests: how many are missing, nothing else', () => {
    const found = read(results([20, 10]), [cohort(68, 2)]);
    expect(found).toMatchObject({ level: 'steady', clarity: 0, confidence: 'little', chart: null });
    expect(codes(found.reasons)).toEqual(['data.too_little_tests']);
  });

  test('six tests are sure, five fairly', () => {
    expect(read(results([70, 70, 70, 70, 70])).confidence).toBe('fairly');
    expect(read(results([70, 70, 70, 70, 70, 70])).confidence).toBe('sure');
  });
});

describe('which results belong to the term', () => {
  const now = results([70, 70, 70]);

  test('last term’s do not, whatever their date', () => {
    const old = results([10], () => ({ name: 'OLD', plan: 'OLD', academicTerm: '2025-26 (Term 3)' }));
    expect(read([...now, ...old])).toEqual(read(now));
  });

  test('one without a term, or of a whole-year term, does by its date', () => {
    const more = results([70], () => ({ name: 'X', plan: 'X', academicTerm: '' }));
    expect(texts(read([...now, ...more]).reasons, 'sure')).toEqual(['Fairly: 4 tests.']);
    const year = results([70], () => ({ name: 'X', plan: 'X', academicTerm: '2026-27' }));
    expect(texts(read([...now, ...year]).reasons, 'sure')).toEqual(['Fairly: 4 tests.']);
  });
});

describe('when to look again', () => {
  test('where there are no terms, on the day the oldest test is a year old', () => {
    const rows = results([70, 70, 70], (i) => ({
      academicTerm: '',
      ...(i === 0 ? { date: '2025-12-01' } : {}),
    }));
    const records = pupil({ terms: [], results: rows });
    expect(analyseStudent(records, SETTINGS, TODAY).validUntil).toBe('2026-12-01');
    const then = analyseStudent(records, SETTINGS, '2026-12-01');
    expect(codes(insight(then, 'marks', 'Mathematics').reasons)).toContain('data.too_little_tests');
  });

  test('on the day after a pupil leaves', () => {
    const records = pupil({ results: results([70, 70, 70]), left: '2026-12-04' });
    expect(analyseStudent(records, SETTINGS, TODAY).validUntil).toBe('2026-12-05');
    expect(analyseStudent(records, SETTINGS, '2026-12-04').insights).toHaveLength(1);
    expect(analyseStudent(records, SETTINGS, '2026-12-05').insights).toEqual([]);
  });
});

describe('level', () => {
  test('a mean under the pass mark is act, with the rule', () => {
    const found = read(results([40, 60, 41]));
    expect(found.level).toBe('act');
    expect(texts(found.reasons, 'why')[0]).toBe(
      'Under the pass mark of 50% in 2 of 3 tests; the mean is 47%.',
    );
    expect(texts(found.reasons, 'rule')).toEqual([
      'Reached by a rule, not a forecast: mean of at least 3 tests in Mathematics under the pass mark of 50%.',
    ]);
  });

  test('a mean at the pass mark is not under it', () => {
    expect(read(results([50, 50, 50])).level).toBe('steady');
  });

  test('a class mean that is still missing for the newest test does not take the class away', () => {
    const found = read(results([70, 70, 70, 70]), [cohort(68, 3)]);
    expect(texts(found.reasons, 'why')).toEqual(['Mean of 4 tests: 70%; the class 68%.']);
  });

  test('a class smaller than the school’s smallest group is never compared with', () => {
    const found = read(results([70, 71, 72]), [cohort(68, 3, { pupils: 4 })]);
    expect(codes(found.reasons)).toEqual(['marks.level_alone', 'sure.marks_fairly']);
  });
});

describe('trend', () => {
  test('without a class the order and ten points decide', () => {
    expect(falls([71, 62, 54])).toBe(true);
    expect(falls([80, 50, 60])).toBe(false);
    expect(falls([71, 68, 62])).toBe(false);
  });

  test('one bad test is no trend', () => {
    expect(falls([70, 72, 30])).toBe(false);
    expect(falls([70, 72, 71, 73, 30])).toBe(false);
  });

  test('a fall that the whole class shares is the tests’, not the pupil’s', () => {
    const harder = cohort(0, 3, {
      plans: [80, 71, 62].map((mean, i) => ({
        plan: `PLAN-${i + 1}`,
        date: cohort(0, 3).plans[i]?.date ?? '',
        mean,
        count: 26,
      })),
    });
    expect(falls([71, 62, 54], [harder])).toBe(false);
    expect(falls([71, 62, 54], [cohort(68, 3)])).toBe(true);
  });

  test('half of a fall that the class shares leaves too little for the pupil', () => {
    const means = [68, 62, 58];
    const plans = cohort(0, 3).plans.map((plan, i) => ({ ...plan, mean: means[i] ?? 0 }));
    expect(falls([71, 62, 54], [cohort(0, 3, { plans, within: null })])).toBe(false);
  });

  test('where marks scatter widely a change must be larger', () => {
    expect(falls([71, 62, 54], [cohort(68, 3, { within: 15 })])).toBe(false);
    expect(falls([85, 62, 40], [cohort(68, 3, { within: 15 })])).toBe(true);
  });

  test('rising is a strength that pupil and guardian read too', () => {
    const found = read(results([60, 67, 77]), [cohort(68, 3)]);
    expect(found.level).toBe('steady');
    expect(texts(found.reasons, 'strength')).toEqual(['From 60% to 77% over 3 tests.']);
    expect(texts(found.reasons, 'strength', 'student')).toEqual(['Mathematics is rising.']);
  });
});

describe('parts', () => {
  test('a part the class finds hard too is said without a flag or a step', () => {
    const found = read(split(4, 8), [cohort(60, 3, { criteria: criteria(45) })]);
    expect(found.level).toBe('steady');
    expect(codes(found.reasons)).toContain('marks.gap_shared');
    expect(texts(found.reasons, 'step')).toEqual([]);
    const half = read(split(5, 8), [cohort(60, 3, { criteria: criteria(45) })]);
    expect(codes(half.reasons)).not.toContain('marks.gap_shared');
  });

  test('a part that one test lists twice was still seen in one test', () => {
    const rows = split(3, 8).map((row, i) => (i === 0 ? row : { ...row, details: row.details.slice(1) }));
    const [first, ...rest] = rows;
    if (first === undefined) throw new Error('no test');
    const twice = { ...first, details: [...first.details.slice(0, 1), ...first.details] };
    expect(codes(read([twice, ...rest]).reasons)).not.toContain('marks.gap_alone');
    expect(codes(read(split(3, 8)).reasons)).toContain('marks.gap_alone');
  });

  test('twenty points from the own rest and ten from the class are a gap, less is none', () => {
    expect(gap(6, 8, 70)).toContain('marks.gap');
    expect(gap(6, 7.9, 70)).not.toContain('marks.gap');
    expect(gap(6, 8, 69)).not.toContain('marks.gap');
    expect(gap(6, 9, 69)).not.toContain('marks.gap');
    // the class lies 15 points lower in this part too: of the pupil's 25, only ten are the pupil's own
    expect(gap(4, 6.5, 55)).not.toContain('marks.gap');
  });

  test('of two gaps the larger comes first, whatever its name', () => {
    const two = results([60, 60, 60], () => ({
      details: [
        { criterion: 'A', score: 3, maximum: 10 },
        { criterion: 'B', score: 1, maximum: 10 },
        { criterion: 'C', score: 10, maximum: 10 },
        { criterion: 'D', score: 10, maximum: 10 },
      ],
    }));
    const about = read(two).reasons.flatMap(({ code, about: part }) =>
      code === 'marks.gap_alone' ? [part] : [],
    );
    expect(about).toEqual(['B', 'A']);
  });

  test('without a class the own profile decides', () => {
    expect(codes(read(split(2, 9)).reasons)).toContain('marks.gap_alone');
  });

  test('a part of one test, or a course of one part, is none', () => {
    const once = results([60, 60, 60], (i) => ({
      details: [
        { criterion: 'Geometry', score: 9, maximum: 10 },
        ...(i === 0 ? [{ criterion: 'Linear Equations', score: 0, maximum: 10 }] : []),
      ],
    }));
    expect(codes(read(once).reasons)).toEqual(['marks.level_alone', 'sure.marks_fairly']);
  });

  test('steps are at most three and follow from what was found', () => {
    const many = results([60, 50, 40], () => ({
      details: ['A', 'B', 'C', 'D', 'E', 'F'].map((criterion) => ({
        criterion,
        score: criterion < 'D' ? 1 : 10,
        maximum: 10,
      })),
    }));
    const found = read(many);
    expect(texts(found.reasons, 'step')).toHaveLength(3);
    expect(codes(found.reasons).filter((code) => code === 'marks.gap_alone')).toHaveLength(2);
  });
});

describe('next score', () => {
  test('a pupil at the class mean: the mean, give or take what is unknown', () => {
    // k = 300/349; sd = sqrt(49 + 49/349 * 100) = 7.94; 68 ± 1.2816 * 7.94
    expect(next([68, 68, 68])).toMatchObject({ low: 57, high: 79, tests: 3 });
  });

  test('is drawn to the class, the further the less is known of the pupil', () => {
    // k = 12/61: 68 - 5.9 = 62.1, sd 7.22; k = 2700/2749: 68 - 29.5 = 38.5, sd 8.06
    expect(next([38, 38, 38], { between: 2 })).toMatchObject({ low: 52, high: 72 });
    expect(next([38, 38, 38], { between: 30 })).toMatchObject({ low: 28, high: 49 });
  });

  test('follows a trend to its newest end, and no further', () => {
    // distances 3, -6, -14: the line ends at -14.2, known like 1.2 tests; k = 120/169; 68 - 10.1 ± 1.28 * 8.8
    expect(next([71, 62, 54])).toMatchObject({ low: 46, high: 70, tests: 3 });
    // the same marks in another order are no trend: their mean counts
    expect(next([54, 71, 62])).toMatchObject({ low: 52, high: 74 });
  });

  test('tests of different difficulty make it wider', () => {
    const varied = cohort(68, 3).plans.map((plan, i) => ({ ...plan, mean: 58 + 10 * i }));
    expect(next([58, 68, 78], { plans: varied })).toMatchObject({ low: 50, high: 86 });
  });

  test('is not said where the class’s spread is unknown', () => {
    expect(next([68, 68, 68], { between: null, within: null })).toBeUndefined();
    expect(next([68, 68])).toBeUndefined();
  });
});

describe('dirt', () => {
  test('a result above its maximum is full marks; one without a maximum is left out', () => {
    const rows = results([70, 70, 70, 500], (i) => (i === 0 ? { maximum: 0 } : {}));
    expect(read(rows).chart?.series[0]?.values).toEqual([70, 70, 100]);
  });

  test('of two results for one plan the later counts', () => {
    const rows = [...results([70, 70, 70]), ...results([90], () => ({ name: 'RES-1-1' }))];
    expect(read(rows).chart?.series[0]?.values).toEqual([90, 70, 70]);
  });

  test('a plan without criteria, a criterion without a maximum or above it', () => {
    const rows = results([70, 70, 70, 70], (i) => ({
      details:
        i === 0
          ? []
          : [
              { criterion: 'A', score: 5, maximum: 0 },
              { criterion: 'B', score: 50, maximum: 10 },
              { criterion: 'C', score: -5, maximum: 10 },
            ],
    }));
    expect(texts(read(rows).reasons, 'why')[0]).toBe('C: 0 of 30 points in 3 tests. Other parts: 100%.');
  });

  test('names with emoji, quotes, tags and right-to-left pass through untouched', () => {
    const odd = '😀'.repeat(70);
    const rows = results([70, 60, 40], () => ({
      title: `"><script>{course}`,
      course: odd,
      details: [
        { criterion: 'رياضيات', score: 1, maximum: 10 },
        { criterion: "d'Or", score: 9, maximum: 10 },
      ],
    }));
    const found = insight(analyseStudent(pupil({ results: rows }), SETTINGS, TODAY), 'marks', odd);
    expect(found.reasons.find(({ code }) => code === 'step.review')?.params).toEqual({
      course: odd,
      criterion: 'رياضيات',
      test: '"><script>{course}',
    });
  });
});
