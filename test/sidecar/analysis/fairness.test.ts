/** Whether the table by groups of pupils shows a model that errs more for some, and shows nobody else. */
import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auc } from '../../../sidecar/analysis/model/metrics.ts';
import { seeded } from '../../../sidecar/analysis/model/random.ts';
import {
  areaEstimate,
  differenceEstimate,
  shareEstimate,
} from '../../../sidecar/analysis/model/score-interval.ts';
import { fairnessOf } from '../../../sidecar/analysis/risk/fairness.ts';
import type { RiskCase } from '../../../sidecar/analysis/risk/training-days.ts';

interface Pupil {
  student: string;
  group?: string;
  failed: boolean;
  warned: boolean;
  course?: string;
  day?: string;
}

/** What the table says of these; a warning is a chance of .8, anything else one of .2. */
function tableOf(pupils: readonly Pupil[]): ReturnType<typeof fairnessOf> {
  const cases = pupils.map(({ student, failed, warned, course = 'Art', day = '2026-03-02' }): RiskCase => ({
    student,
    course,
    term: 'Term 1',
    day,
    termDay: 28,
    values: [],
    held: 3,
    flagged: warned,
    outcome: failed ? 1 : 0,
  }));
  const warned = pupils.map((pupil) => pupil.warned);
  const groups = new Map(
    pupils.flatMap(({ student, group }) => (group === undefined ? [] : [[student, group]])),
  );
  return fairnessOf(cases, { chances: warned.map((one) => (one ? 0.8 : 0.2)), warned }, groups);
}

interface Many {
  failed: number;
  passed: number;
  /** Of those who failed, and of those who passed. */
  caught: number;
  alarms: number;
}

function pupilsIn(group: string | undefined, { failed, passed, caught, alarms }: Many): Pupil[] {
  return Array.from({ length: failed + passed }, (_, i) => ({
    student: `${group ?? 'none'} ${i}`,
    ...(group === undefined ? {} : { group }),
    failed: i < failed,
    warned: i < failed ? i < caught : i - failed < alarms,
  }));
}

const FAIR = { failed: 20, passed: 60, caught: 12, alarms: 6 };
const women = pupilsIn('Female', FAIR);
const men = pupilsIn('Male', FAIR);

describe('the table by groups', () => {
  test('counts pupils, courses and outcomes, and gives each share with its range', () => {
    const table = tableOf([...women, ...men]);
    expect(table?.groups.map(({ group }) => group)).toEqual(['Female', 'Male']);
    expect(table?.groups[0]).toMatchObject({ pupils: 80, courses: 80, failed_or_left: 20 });
    expect(table?.groups[0]?.caught).toEqual(shareEstimate(12 / 20, 20));
    expect(table?.groups[0]?.false_alarms).toEqual(shareEstimate(6 / 60, 60));
    expect(table?.groups[0]?.auc).toEqual(areaEstimate(0.75, 20, 60));
  });

  test('of groups served alike says that the difference can be chance', () => {
    const alike = tableOf([...women, ...pupilsIn('Male', { ...FAIR, caught: 11, alarms: 8 })]);
    expect(Object.values(alike?.gaps ?? {}).map(({ low }) => low)).toEqual([0, 0, 0]);
    expect(alike?.gaps.false_alarms.value).toBeCloseTo(2 / 60);
  });

  test('shows a model that warns wrongly of one gender, in false alarms and order, and in nothing else', () => {
    const wrong = tableOf([...women, ...pupilsIn('Male', { ...FAIR, alarms: 36 })]);
    expect(wrong?.gaps.false_alarms.value).toBeCloseTo(0.5);
    expect(wrong?.gaps.false_alarms.low).toBeGreaterThan(0.3);
    expect(wrong?.gaps.auc.low).toBeGreaterThan(0);
    expect(wrong?.gaps.caught.value).toBe(0);
  });

  test('shows a model that overlooks one gender', () => {
    const wrong = tableOf([...women, ...pupilsIn('Male', { ...FAIR, caught: 2 })]);
    expect(wrong?.gaps.caught).toMatchObject({ value: 0.5, low: expect.closeTo(0.2, 1) });
    expect(wrong?.gaps.false_alarms.low).toBe(0);
  });

  test('no false alarm in either group is no proof that there is none', () => {
    const none = { ...FAIR, alarms: 0 };
    const table = tableOf([...pupilsIn('Female', none), ...pupilsIn('Male', none)]);
    expect(table?.gaps.false_alarms).toMatchObject({ value: 0, low: 0 });
    expect(table?.gaps.false_alarms.high).toBeGreaterThan(0.05);
  });

  test('counts a course once, as warned of if one of its days was, with the highest chance', () => {
    const days = ['2026-03-16', '2026-03-30'];
    const later = women.flatMap((pupil) => days.map((day) => ({ ...pupil, warned: false, day })));
    expect(tableOf([...women, ...later, ...men])).toEqual(tableOf([...women, ...men]));
  });

  test('is as sure as the number of different pupils allows: five courses of each are no five pupils', () => {
    const five = ['Art', 'Music', 'Latin', 'Greek', 'Dance'];
    const more = women.flatMap((pupil) => five.map((course) => ({ ...pupil, course })));
    const [own, once] = [tableOf([...more, ...men]), tableOf([...women, ...men])];
    expect(own?.groups[0]).toEqual({ ...once?.groups[0], courses: 400, failed_or_left: 100 });
  });
});

function few(pupils: number): Pupil[] {
  return pupilsIn('Other', { failed: 6, passed: pupils - 6, caught: 3, alarms: 1 });
}

describe('small groups', () => {
  test('of fewer than twenty pupils are not told, in no number', () => {
    const groups = (pupils: number): string[] | undefined =>
      tableOf([...women, ...men, ...few(pupils)])?.groups.map(({ group }) => group);
    expect(groups(20)).toEqual(['Female', 'Male', 'Other']);
    expect(groups(19)).toEqual(['Female', 'Male']);
    expect(tableOf([...women, ...men, ...few(19)])).toEqual(tableOf([...women, ...men]));
    const courses = few(19).flatMap((pupil) => ['Art', 'Music'].map((course) => ({ ...pupil, course })));
    expect(tableOf([...women, ...men, ...courses])).toEqual(tableOf([...women, ...men]));
  });

  test('with fewer than five who failed, or who passed, are not told', () => {
    for (const [failed, passed, isTold] of [
      [4, 60, false],
      [5, 60, true],
      [60, 4, false],
      [60, 5, true],
    ] as const) {
      const other = pupilsIn('Other', { failed, passed, caught: 2, alarms: 2 });
      expect(tableOf([...women, ...men, ...other])?.groups).toHaveLength(isTold ? 3 : 2);
    }
  });

  test('leave no table where one group is left', () => {
    expect(tableOf([...women, ...few(19)])).toBeNull();
    expect(tableOf(women)).toBeNull();
    expect(tableOf([])).toBeNull();
  });

  test('pupils of whom nothing is entered are a line of their own and compared with nobody', () => {
    const unknown = pupilsIn(undefined, { ...FAIR, caught: 0, alarms: 60 });
    const table = tableOf([...women, ...men, ...unknown]);
    expect(table?.groups.map(({ group }) => group)).toEqual(['', 'Female', 'Male']);
    expect(table?.gaps).toEqual(tableOf([...women, ...men])?.gaps);
    expect(tableOf([...women, ...unknown])).toBeNull();
  });
});

const anyPupils = array(
  record({
    student: integer({ min: 0, max: 150 }).map((i) => `S${i}`),
    course: constantFrom('Art', 'Music'),
    failed: boolean(),
    warned: boolean(),
  }),
  { minLength: 100, maxLength: 400 },
);

test('whatever the records, in whatever order: the same shares from 0 to 1, each inside its range', () => {
  assert(
    property(anyPupils, (rows) => {
      // One outcome for each course of a pupil, as finished terms have it.
      const failed = new Map(rows.map((row) => [row.student + row.course, row.failed]));
      const pupils = rows.map((row) => ({
        ...row,
        group: Number(row.student.slice(1)) % 2 === 0 ? 'a' : 'b',
        failed: failed.get(row.student + row.course) ?? false,
      }));
      const table = tableOf(pupils);
      expect(tableOf(pupils.toReversed())).toEqual(table);
      for (const { auc: area, caught, false_alarms } of [...(table?.groups ?? []), table?.gaps ?? []].flat())
        for (const { value, low, high } of [area, caught, false_alarms]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(value).toBeGreaterThanOrEqual(low);
          expect(high).toBeGreaterThanOrEqual(value);
          expect(high).toBeLessThanOrEqual(1);
        }
    }),
  );
});

describe('a range', () => {
  test('of a share, and of a difference of shares, is what is printed in the sources', () => {
    const none = shareEstimate(0, 20);
    expect([none.low, none.high]).toEqual([0, expect.closeTo(0.1611, 4)]);
    const half = shareEstimate(0.5, 20);
    expect([half.low, half.high]).toEqual([expect.closeTo(0.2993, 4), expect.closeTo(0.7007, 4)]);
    const difference = differenceEstimate(shareEstimate(56 / 70, 70), shareEstimate(48 / 80, 80));
    expect(difference.low).toBeCloseTo(0.0524, 4);
    expect(difference.high).toBeCloseTo(0.3339, 4);
  });

  test('of an area holds the true one in about 19 of 20 draws', () => {
    const random = seeded(5);
    const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, 0) - 6;
    const [ones, zeros, draws] = [10, 25, 2000];
    // Normal values one apart: the area is Phi(1 / sqrt 2).
    const truth = 0.7602;
    let held = 0;
    for (let i = 0; i < draws; i += 1) {
      const values = Array.from({ length: ones + zeros }, (_, at) => normal() + (at < ones ? 1 : 0));
      const area = auc(
        values,
        values.map((_, at) => (at < ones ? 1 : 0)),
      );
      const { low, high } = areaEstimate(area, ones, zeros);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / draws).toBeGreaterThan(0.935);
    expect(held / draws).toBeLessThan(0.975);
  });

  test('of an area is the same seen from either outcome, and has a width where every pupil is in order', () => {
    const [area, mirrored] = [areaEstimate(0.8, 10, 30), areaEstimate(0.2, 30, 10)];
    expect(mirrored.low).toBeCloseTo(1 - area.high, 10);
    expect(areaEstimate(1, 10, 30).low).toBeLessThan(0.95);
    expect(areaEstimate(1, 10, 30).high).toBe(1);
  });
});
