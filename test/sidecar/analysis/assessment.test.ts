/** One insight per result, stated as of that result. */
import { describe, expect, test } from 'vitest';
import type { CohortFigures, ResultRow } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { cohort, pupil, results, SETTINGS, TODAY } from './pupil.ts';
import { codes, text } from './said.ts';

function read(rows: ResultRow[], cohorts: CohortFigures[] = [cohort(68, 7)]) {
  const { assessments } = analyseStudent(pupil({ results: rows, cohorts }), SETTINGS, TODAY);
  return new Map(assessments.map(({ assessmentResult, values }) => [assessmentResult, values]));
}

const GAP = [
  { criterion: 'Linear Equations', score: 2, maximum: 10 },
  { criterion: 'Geometry', score: 10, maximum: 10 },
];
const marks = [62, 60, 64, 62, 61];

describe('an assessment insight', () => {
  test('says the result first, with points before percent and the class beside it', () => {
    const first = read(results([70]), [cohort(68, 1)]).get('RES-1');
    expect(first?.ai_analysis.map((reason) => text(reason))).toEqual([
      'Test 1: 14 of 20 points (70%); the class 68%.',
      '1 of 3 tests needed.',
    ]);
    expect(first).toMatchObject({ predicted_next: null, learning_gaps: [], confidence: 'little' });
  });

  test('from the third test on it has gaps, suggestions and an interval', () => {
    const third = read(results(marks, () => ({ details: GAP }))).get('RES-3');
    expect(third?.learning_gaps).toEqual([
      { criterion: 'Linear Equations', score: 6, maximum: 30, class_percent: 68 },
    ]);
    expect(codes(third?.improvement_suggestions ?? [])).toEqual(['step.practise', 'step.review']);
    expect(third?.predicted_next?.tests).toBe(3);
  });

  test('later results of the pupil change nothing in it', () => {
    const rows = results(marks, () => ({ details: GAP }));
    const all = read(rows);
    for (let count = 1; count <= rows.length; count += 1) {
      for (const [name, values] of read(rows.slice(0, count))) expect(values).toEqual(all.get(name));
    }
  });

  test('later tests of the class change nothing in it', () => {
    const [earlier, later] = [3, 4].map((tests) => {
      const plans = cohort(68, tests).plans.map((plan, i) => ({ ...plan, mean: i === 3 ? 20 : 68 }));
      return read(results(marks.slice(0, 3)), [cohort(68, tests, { plans })]);
    });
    expect(earlier?.get('RES-3')?.predicted_next).not.toBeNull();
    expect(later).toEqual(earlier);
  });

  test('where there are no terms, results of more than a year before do not count', () => {
    const rows = results(marks, (i) => ({ academicTerm: '', ...(i === 0 ? { date: '2025-11-09' } : {}) }));
    const confidence = (name: string) => read(rows).get(name)?.confidence;
    expect(['RES-3', 'RES-4'].map(confidence)).toEqual(['fairly', 'fairly']);
    expect(read(rows.slice(0, 4)).get('RES-4')?.ai_analysis[1]?.params['tests']).toBe(4);
    const old = rows.map((row, i) => (i === 0 ? { ...row, date: '2025-09-14' } : row));
    expect(read(old).get('RES-3')?.confidence).toBe('little');
  });

  test('results of last term keep theirs, and so do those of a pupil who left', () => {
    const old = results(marks, () => ({ academicTerm: '2025-26 (Term 3)', details: GAP }));
    expect(read(old).get('RES-3')).toMatchObject({ confidence: 'fairly' });
    const records = pupil({ results: results(marks), enabled: false });
    expect(analyseStudent(records, SETTINGS, TODAY)).toMatchObject({
      insights: [],
      assessments: { length: 5 },
    });
  });

  test('a result without a maximum says so', () => {
    const found = read(results([70], () => ({ maximum: 0 }))).get('RES-1');
    expect(found?.ai_analysis.map((reason) => text(reason))).toEqual([
      'Test 1 has no maximum, so no percent can be worked out.',
    ]);
  });

  test('two results for one plan have one each', () => {
    const rows = [...results([70]), ...results([90], () => ({ name: 'RES-1-1' }))];
    expect(
      [...read(rows)].map(([name, { ai_analysis: said }]) => [name, said[0]?.code, said[0]?.params['mark']]),
    ).toEqual([
      ['RES-1', 'result.mark', 70],
      ['RES-1-1', 'result.mark', 90],
    ]);
  });
});
