/** What happened after a step, on known pupils and classes; and that chance alone is not called an effect. */
import { assert as check, array, integer, property, shuffledSubarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { effectsOf, followedStep, type Effects } from '../../../sidecar/analysis/follow-up/effects.ts';
import type { FollowedStep } from '../../../sidecar/analysis/follow-up/effects.ts';
import { seeded } from '../../../sidecar/analysis/model/random.ts';
import type { Step, StudentRecords } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { attendance, cohort, pupil, results, SETTINGS, TODAY, weekdays } from './pupil.ts';
import { codes, texts } from './said.ts';

const DAY = '2026-10-14';
const DATES = weekdays('2026-09-01', TODAY);
const programs = [{ name: 'PE-1', courses: [], taken: [] }];

function history(steps: Step[], more: Partial<StudentRecords> = {}, effects: Effects | null = null) {
  const followUps = { reviewed: 0, acted: steps.length, dismissed: 0, steps };
  const records = pupil({ programs, followUps, ...more });
  const { fields, validUntil } = analyseStudent(records, SETTINGS, TODAY, null, effects);
  return { said: fields[1]?.values['ai_intervention_history']?.said ?? [], validUntil };
}

/** Eight absences in the twenty school days before the step, two in the twenty after it. */
const absences = (date: string, i: number) =>
  (date < DAY && i % 5 < 2 && date >= addDays(DAY, -28)) || date === '2026-10-20' || date === '2026-10-21'
    ? 'Absent'
    : 'Present';

describe('what followed a step', () => {
  test('on attendance is told in school days before and after, the day itself left out', () => {
    const { said } = history([{ course: '', day: DAY }], { attendance: attendance(DATES, absences) });
    expect(texts(said, 'history').slice(1, 2)).toEqual([
      'Acted upon on 2026-10-14. In the four weeks after: absent on 2 of 20 school days; in the four before: on 8 of 20.',
    ]);
  });

  test('in a course is told in marks beside the class', () => {
    const records = { results: results([40, 44, 50, 60]), cohorts: [cohort(70, 4)] };
    const { said } = history([{ course: 'Mathematics', day: DAY }], records);
    expect(texts(said, 'history').slice(1, 2)).toEqual([
      'Acted upon on 2026-10-14. Tests in the four weeks after: 1, a mean of 60%, the class 70%; in the twelve weeks before: 3, a mean of 45%, the class 70%.',
    ]);
  });

  test('is told when its weeks are over, and on that day it is looked at again', () => {
    const { said, validUntil } = history([{ course: '', day: '2026-10-25' }]);
    expect(codes(said)).toEqual(['history.answers', 'history.running', 'history.few_attendance']);
    expect(texts(said, 'history')[1]).toContain('from 2026-11-23 on');
    expect(validUntil).toBe('2026-11-23');
  });

  test('is not told from a week and a half of school on either side', () => {
    const near = DATES.filter((date) => date < DAY || date > '2026-11-03').slice(-21);
    expect(near.filter((date) => date > DAY && date <= addDays(DAY, 28))).toHaveLength(6);
    const { said } = history([{ course: '', day: DAY }], { attendance: attendance(near, () => 'Present') });
    expect(codes(said)[1]).toBe('history.too_little');
  });

  test('is told of the three newest steps', () => {
    const steps = [0, 1, 2, 3].map((i) => ({ course: '', day: addDays(DAY, i) }));
    const days = history(steps, { attendance: attendance(DATES, absences) }).said.map(
      ({ params }) => params['day'],
    );
    expect(days).toEqual([undefined, '2026-10-17', '2026-10-16', '2026-10-15', undefined]);
  });
});

const effects = (range: { low: number; high: number } | null, pairs = 14): Effects => ({
  attendance: { pairs, range },
  marks: { pairs, range },
});
const lastOf = (course: string, found: Effects | null) =>
  texts(history([{ course, day: DAY }], {}, found).said, 'history').at(-1);

describe('what followed steps here', () => {
  test('is no effect below ten pairs, and regression to the mean is named', () => {
    for (const few of [null, effects(null, 9)])
      expect(lastOf('', few)).toBe(
        `No effect is claimed: pupils followed beside a matched pupil of the class: ${few === null ? 0 : 9} of 10 needed. Who stands low on one day often stands higher later without any step (regression to the mean).`,
      );
  });

  test('is told as a range, and as no difference where the range holds 0', () => {
    expect(lastOf('', effects({ low: -3, high: 8 }))).toMatch(
      /^No difference .* between 3 percentage points less and 8 more, a 95% range over four weeks\. Pairs: 14\. .*regression to the mean/,
    );
    expect(lastOf('', effects({ low: 2, high: 9 }))).toMatch(
      /^Rose more .* by 2 to 9 percentage points: a 95% range/,
    );
    expect(lastOf('Mathematics', effects({ low: -9, high: -2 }))).toMatch(
      /^Rose less .* by 2 to 9 on a scale of 100: a 95% range/,
    );
    expect(lastOf('Mathematics', effects({ low: 0, high: 4 }))).toMatch(
      /^No difference .* between 0 less and 4 more/,
    );
  });
});

const followed = (
  student: string,
  own: [number, number],
  others: [string, number, number][],
): FollowedStep => ({
  student,
  day: DAY,
  about: 'attendance',
  own: { before: own[0], after: own[1] },
  others: others.map(([other, before, after]) => ({ student: other, change: { before, after } })),
});

/** Twelve pupils who rose by `rise` points, each beside a twin who rose by 4 or 6. */
const twelve = (rise: number) =>
  Array.from({ length: 12 }, (_, i) =>
    followed(`P${i}`, [60 + i, 60 + i + rise], [[`T${i}`, 60 + i, 60 + i + (i % 2 === 0 ? 4 : 6)]]),
  );

describe('matching', () => {
  test('takes from the rise what the twins rose as well', () => {
    // Differences of 6 and 4 in turn: 5 on average, sd 1.0445, t of 11 degrees of freedom 2.201: 5 ± 0.66.
    expect(effectsOf(twelve(10))).toEqual({
      attendance: { pairs: 12, range: { low: 4, high: 6 } },
      marks: { pairs: 0, range: null },
    });
    expect(effectsOf(twelve(5)).attendance.range).toEqual({ low: -1, high: 1 });
  });

  test('takes the nearest classmate, nobody twice, nobody far away, and the first step of a pupil', () => {
    const both: [string, number, number][] = [
      ['T1', 60, 60],
      ['T2', 64, 64],
    ];
    expect(effectsOf([followed('A', [61, 70], both), followed('B', [61, 70], both)]).attendance.pairs).toBe(
      2,
    );
    expect(effectsOf([followed('A', [61, 70], both), followed('A', [61, 70], both)]).attendance.pairs).toBe(
      1,
    );
    const one = both.slice(0, 1);
    expect(effectsOf([followed('A', [61, 70], one), followed('B', [61, 70], one)]).attendance.pairs).toBe(1);
    expect(effectsOf([followed('A', [71, 80], one)]).attendance.pairs).toBe(0);
  });

  test('does not depend on the order of steps or of classmates', () => {
    const steps = twelve(7).map((step, i) => ({
      ...step,
      day: addDays(DAY, i % 3),
      others: twelve(3).flatMap((each) => each.others),
    }));
    check(
      property(shuffledSubarray(steps, { minLength: 12 }), array(integer()), (order, [turn = 0]) => {
        const turned = order.map((step) => ({
          ...step,
          others: turn % 2 === 0 ? step.others : step.others.toReversed(),
        }));
        expect(effectsOf(turned)).toEqual(effectsOf(steps));
      }),
    );
  });

  test('a step without a classmate to compare with, or without enough days, is not followed', () => {
    const rows = attendance(DATES, absences).map((row) => ({ ...row, student: 'S1' }));
    const step = { student: 'S1', day: DAY, course: '', attendance: rows, results: [] };
    expect(followedStep(step)).toEqual({
      student: 'S1',
      day: DAY,
      about: 'attendance',
      own: { before: 60, after: 90 },
      others: [],
    });
    expect(followedStep({ ...step, attendance: rows.slice(-5) })).toBeNull();
    expect(followedStep({ ...step, student: 'S2' })).toBeNull();
  });

  test('pupils chosen on a low day, whose steps change nothing, show an effect at most as often as its range allows', () => {
    const random = seeded(5);
    const dates = weekdays('2026-09-14', '2026-11-13');
    const [schools, steps] = [60, 15];
    let wrong = 0;
    let rose = 0;
    for (let school = 0; school < schools; school += 1) {
      const found = Array.from({ length: steps }, (_, at) => {
        const rows = Array.from({ length: 25 }, (__, i) => i).flatMap((i) =>
          attendance(dates, () => (random() < 0.12 ? 'Absent' : 'Present')).map((row) => ({
            ...row,
            student: `${at}-${i}`,
          })),
        );
        const absent = (student: string) =>
          rows.filter((row) => row.student === student && row.date < DAY && row.status === 'Absent').length;
        const [lowest = ''] = [...new Set(rows.map(({ student }) => student))].sort(
          (a, b) => absent(b) - absent(a),
        );
        const step = followedStep({ student: lowest, day: DAY, course: '', attendance: rows, results: [] });
        if (step !== null && step.own.after > step.own.before) rose += 1;
        return step === null ? [] : [step];
      }).flat();
      const { range } = effectsOf(found).attendance;
      if (range !== null && (range.low > 0 || range.high < 0)) wrong += 1;
    }
    // Before and after alone would call nearly every one of them a success.
    expect(rose / (schools * steps)).toBeGreaterThan(0.85);
    expect(wrong).toBeLessThanOrEqual(5);
  });
});
