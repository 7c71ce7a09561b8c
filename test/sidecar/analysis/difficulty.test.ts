/** How hard the parts of a course are, on known classes, and which topics they belong to. */
import { assert as check, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseCohort } from '../../../sidecar/analysis/cohort.ts';
import { contentMapping } from '../../../sidecar/analysis/content-mapping.ts';
import { difficultyProfile } from '../../../sidecar/analysis/difficulty.ts';
import type { CohortFigures, CourseRecords } from '../../../sidecar/analysis/records.ts';
import { anyClass } from './any-records.ts';
import { cohort, SETTINGS, TERM, TODAY } from './pupil.ts';
import { codes, texts } from './said.ts';
import { schoolClass } from './school-class.ts';

type Topic = CourseRecords['topics'][number];
const topic = (name: string, material = 0): Topic => ({
  topic: name,
  description: null,
  contents: Array.from({ length: material }, (_, i) => ({
    type: 'Article' as const,
    name: `${name} ${i}`,
    title: null,
    url: null,
  })),
});

const course = (records: Partial<CourseRecords>): CourseRecords => ({
  course: 'Mathematics',
  topics: [],
  criteria: [],
  cohorts: [],
  ...records,
});

const difficulty = (records: Partial<CourseRecords>) => difficultyProfile(course(records), SETTINGS);

const part = (criterion: string, percent: number, more: Partial<CohortFigures['criteria'][number]> = {}) => ({
  criterion,
  percent,
  count: 25,
  spread: 20,
  discrimination: null,
  ...more,
});

const group = (name: string, criteria: CohortFigures['criteria']) =>
  cohort(60, 2, { studentGroup: name, criteria });

const ofClass = (records: Partial<CourseRecords>) => difficulty(records).classes[0]?.said ?? [];

const saidOfPart = (discrimination: number | null) =>
  codes(ofClass({ cohorts: [group('8A', [part('Algebra', 60, { discrimination })])] }));

const steps = (material: number, percent: number) =>
  texts(
    ofClass({ topics: [topic('algebra ', material)], cohorts: [group('8A', [part('Algebra', percent)])] }),
    'step',
  );

describe('of a class', () => {
  test('parts are told with the range of their mean, hardest first', () => {
    const { classes } = difficulty({ cohorts: [group('8A', [part('Geometry', 70), part('Algebra', 40)])] });
    // 20 / sqrt(25) = 4, times 1.28 = 5.1.
    expect(texts(classes[0]?.said ?? [], 'difficulty')).toEqual([
      '40% of its points earned; an 80% range of 34% to 46%. Pupils: 25.',
      '70% of its points earned; an 80% range of 64% to 76%. Pupils: 25.',
    ]);
  });

  test('a part is said to stand apart only where the whole range says so', () => {
    expect(saidOfPart(60)).toEqual(['difficulty.part']);
    expect(saidOfPart(0)).toContain('difficulty.apart');
    expect(saidOfPart(30)).toEqual(['difficulty.part']);
    expect(saidOfPart(null)).toEqual(['difficulty.part']);
  });

  test('material is asked for where pupils earn too little and the topic has none', () => {
    expect(steps(0, 40)).toEqual([
      'Add an article or a video to the topic algebra : the class earned 40% of its points, and it has none. Pupils: 25.',
    ]);
    expect(steps(1, 40)).toEqual([]);
    expect(steps(0, 50)).toEqual([]);
  });

  test('the correlation of a class is the corrected one: a part does not go with itself', () => {
    const marks = Array.from({ length: 20 }, (_, i) => [i * 5]);
    const together = schoolClass(marks);
    const apart = schoolClass(marks, (mark, i) => [
      { criterion: 'Linear Equations', score: i % 2 === 0 ? 10 : 0, maximum: 10 },
      { criterion: 'Geometry', score: mark / 10, maximum: 10 },
    ]);
    const of = (records: typeof together) =>
      analyseCohort(records, SETTINGS, TODAY).figures.criteria.map((row) => row.discrimination);
    expect(of(together)).toEqual([100, 100]);
    // Even pupils full marks, odd ones none, against a steady climb: r = -0.087.
    expect(of(apart)).toEqual([-10, -10]);
  });
});

describe('of the course', () => {
  test('is told from two classes on, and from their figures alone', () => {
    const one = group('8A', [part('Algebra', 40)]);
    expect(difficulty({ cohorts: [one] }).said).toEqual([]);
    const { said } = difficulty({ cohorts: [one, group('8B', [part('Algebra', 44)])] });
    // Mean 42; pupils' error sqrt(2 * 25 * 400) / 50 = 2.83; the classes' sqrt(2 * (25 * 2)^2 * 2) / 50 = 2.83.
    expect(said[0]?.params).toEqual({
      criterion: 'Algebra',
      percent: 42,
      low: 38,
      high: 46,
      pupils: 50,
      classes: 2,
    });
  });

  test('classes that differ make the range wide', () => {
    // Thirty points off on either side: sqrt(2 * (25 * 30)^2 * 2) / 50 = 30, times 1.28.
    const { said } = difficulty({
      cohorts: [group('8A', [part('Algebra', 20)]), group('8B', [part('Algebra', 80)])],
    });
    expect(said[0]?.params).toMatchObject({ percent: 50, low: 11, high: 89 });
  });

  test('is of one term: the same pupils a term before are not counted again', () => {
    const before = { ...group('8A', [part('Algebra', 10)]), academicTerm: 'Term 0' };
    before.plans = [{ plan: 'P', date: '2026-05-01', mean: 60, count: 25 }];
    const now = [group('8A', [part('Algebra', 40)]), group('8B', [part('Algebra', 44)])];
    const { said, classes } = difficulty({ cohorts: [before, ...now] });
    expect(said[0]?.params['pupils']).toBe(50);
    expect(classes).toHaveLength(3);
  });

  test('a class of another year is left out', () => {
    const old = { ...group('7A', [part('Algebra', 10)]), academicTerm: 'long ago' };
    old.plans = [{ plan: 'P', date: '2024-01-01', mean: 60, count: 25 }];
    const { classes } = difficulty({ cohorts: [old, group('8A', [part('Algebra', 40)])] });
    expect(classes.map((one) => one.academic_term)).toEqual([TERM.name]);
  });
});

describe('topics', () => {
  test('are matched by name with what tests are marked by, and what stands alone is named', () => {
    const said =
      contentMapping(
        course({
          topics: [topic('Algebra', 1), topic('Vectors')],
          criteria: ['ALGEBRA', 'Problem Solving'],
        }),
      )?.said ?? [];
    expect(texts(said, 'mapping')).toEqual([
      'Topics with a test part of the same name: 1 of 2.',
      'Vectors (1).',
      'Problem Solving (1).',
      'Vectors (1).',
    ]);
  });

  test('a course with nothing entered has no mapping, and one without tests no difficulty', () => {
    expect(contentMapping(course({}))).toBeNull();
    expect(difficulty({})).toMatchObject({ said: [], classes: [], records_to: null });
  });
});

test('any class has ranges around its percent, whole and between 0 and 100, and no pupil behind a small one', () => {
  check(
    property(anyClass, integer({ min: 1, max: 5 }), (records, copies) => {
      const { figures } = analyseCohort(records, SETTINGS, TODAY);
      const cohorts = Array.from({ length: copies }, (_, i) => ({ ...figures, studentGroup: `G${i}` }));
      const profile = difficulty({ cohorts });
      for (const { code, params } of [...profile.said, ...profile.classes.flatMap(({ said }) => said)]) {
        if (!code.endsWith('part')) continue;
        expect(Number(params['low'])).toBeLessThanOrEqual(Number(params['percent']));
        expect(Number(params['high'])).toBeGreaterThanOrEqual(Number(params['percent']));
        expect(Number(params['pupils'])).toBeGreaterThanOrEqual(SETTINGS.minimum_group_size);
      }
      expect(JSON.stringify(profile)).not.toMatch(/NaN|Infinity|null,"high/);
    }),
  );
});
