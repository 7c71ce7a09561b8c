/** The fields of a Program Enrollment, on known pupils. */
import { describe, expect, test } from 'vitest';
import type { Enrollment, StudentRecords } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { cohort, pupil, results, SETTINGS, TODAY } from './pupil.ts';
import { codes, texts } from './said.ts';

const program = (courses: readonly string[], more: Partial<Enrollment> = {}): Enrollment => ({
  name: 'PE-1',
  courses: courses.map((course) => ({ course, required: true })),
  taken: [],
  ...more,
});

function said(field: string, records: Partial<StudentRecords>) {
  const { fields } = analyseStudent(pupil(records), SETTINGS, TODAY);
  return fields.find(({ name }) => name === 'PE-1')?.values[field]?.said ?? [];
}

const progress = (records: Partial<StudentRecords>) =>
  texts(said('ai_progress_tracking', records), 'progress');
const path = (records: Partial<StudentRecords>) => texts(said('ai_learning_path', records), 'path');

const english = (marks: readonly number[]) =>
  results(marks, (i) => ({ name: `EN-${i}`, plan: `EN-${i}`, course: 'English' }));

describe('progress', () => {
  test('counts the courses that have begun, and those at the pass mark of the ones with enough tests', () => {
    const programs = [program(['Mathematics', 'English', 'Physics', 'Art'], { taken: ['Physics'] })];
    expect(progress({ programs, results: [...results([60, 70, 80]), ...english([20, 40])] })).toEqual([
      'Begun: 3 of 4. With enough tests to tell: 1; of these at 50% of the points or more: 1.',
      '42 of 60 points in 3 tests (70%).',
    ]);
  });

  test('tells required courses apart only where some are not', () => {
    const mixed = program(['Mathematics'], {
      courses: [
        { course: 'Mathematics', required: true },
        { course: 'Art', required: false },
      ],
    });
    expect(progress({ programs: [mixed], results: results([60]) })).toContain('Begun: 1 of 1.');
    expect(progress({ programs: [program(['Mathematics'])], results: results([60]) })).toHaveLength(1);
  });

  test('of a program without courses is too little to tell', () => {
    expect(codes(said('ai_progress_tracking', { programs: [program([])] }))).toEqual(['data.no_courses']);
  });
});

describe('the path', () => {
  test('leads to the first course in the order of the program that has not begun', () => {
    const programs = [program(['Mathematics', 'Physics', 'Art'])];
    expect(path({ programs, results: results([60, 60, 60]) })).toEqual([
      'Physics: the next in the order of the program that has not begun.',
    ]);
    expect(path({ programs: [program(['Mathematics'])], results: results([60]) })).toEqual([
      'Every course of the program has begun.',
    ]);
  });

  test('names the own gaps of courses of the program before it', () => {
    const weak = results([60, 60, 60], () => ({
      details: [
        { criterion: 'Linear Equations', score: 3, maximum: 10 },
        { criterion: 'Geometry', score: 9, maximum: 10 },
      ],
    }));
    const records = { results: weak, cohorts: [cohort(70, 3)] };
    const [first] = path({ ...records, programs: [program(['Mathematics', 'Art'])] });
    expect(first).toBe('Linear Equations in Mathematics: less than the other parts.');
    expect(path({ ...records, programs: [program(['Art'])] })).toHaveLength(1);
  });
});

describe('steps so far', () => {
  test('are counted', () => {
    const programs = [program(['Art'])];
    expect(codes(said('ai_intervention_history', { programs }))).toEqual(['history.none']);
    const followUps = { reviewed: 2, acted: 1, dismissed: 0, steps: [] };
    expect(codes(said('ai_intervention_history', { programs, followUps }))).toEqual(['history.answers']);
  });

  test('and all else are emptied when the pupil has left', () => {
    const { fields } = analyseStudent(
      pupil({ enabled: false, programs: [program(['Art'])] }),
      SETTINGS,
      TODAY,
    );
    expect(fields.at(-1)).toEqual({
      doctype: 'Program Enrollment',
      name: 'PE-1',
      values: { ai_progress_tracking: null, ai_learning_path: null, ai_intervention_history: null },
    });
  });
});
