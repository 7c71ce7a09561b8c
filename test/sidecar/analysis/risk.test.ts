/** Risk: what the rule and the features say of made-up courses, and what can never happen to them. */
import { array, assert as check, boolean, integer, property, record, shuffledSubarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { seeded } from '../../../sidecar/analysis/model/random.ts';
import { classOnDay } from '../../../sidecar/analysis/risk/class-day.ts';
import { courseCohorts } from '../../../sidecar/analysis/risk/course-cohort.ts';
import type { CourseCohort, MirrorRows } from '../../../sidecar/analysis/risk/course-cohort.ts';
import { DIRECTIONS, FEATURES, featuresOf } from '../../../sidecar/analysis/risk/features.ts';
import { pupilOnDay } from '../../../sidecar/analysis/risk/pupil-day.ts';
import { riskOf, trainRisk } from '../../../sidecar/analysis/risk/risk-model.ts';
import { riskRule } from '../../../sidecar/analysis/risk/rule.ts';
import { casesOn, trainingCases } from '../../../sidecar/analysis/risk/training-days.ts';
import { hiddenAfter } from '../../../sidecar/evaluation/leakage.ts';

const START = '2024-09-02';
const PLANS = [20, 40, 60, 80];
const SETTINGS = { pass_mark: 40, minimum_group_size: 5, grace_days: 0 };
const TODAY = addDays(START, 50);

interface Made {
  marks: (number | null)[];
  late: number;
  absent: boolean[];
}

/** A class of pupils with four tests and ten school days; `scale` multiplies marks and maxima. */
function school(pupils: Made[], scale = 1): MirrorRows {
  const names = pupils.map((_, i) => `S${String(i).padStart(3, '0')}`);
  const shared = { course: 'Mathematics', student_group: 'Class', academic_term: 'Term' };
  return {
    academicTerms: [
      { name: 'Term', academic_year: '2024', term_start_date: START, term_end_date: addDays(START, 100) },
    ],
    students: names.map((name) => ({
      name,
      enabled: 1,
      joining_date: null,
      date_of_leaving: null,
      modified: START,
    })),
    studentGroups: [{ name: 'Class', students: names.map((student) => ({ student })) }],
    programEnrollments: [],
    assessmentPlans: PLANS.map((day, i) => ({
      ...shared,
      name: `P${i}`,
      schedule_date: addDays(START, day),
      maximum_assessment_score: 20 * scale,
    })),
    assessmentResults: pupils.flatMap(({ marks, late }, pupil) =>
      marks.flatMap((mark, i) =>
        mark === null
          ? []
          : {
              name: `R${pupil}-${i}`,
              student: names[pupil] ?? '',
              assessment_plan: `P${i}`,
              total_score: mark * scale,
              maximum_score: 20 * scale,
              creation: addDays(START, (PLANS[i] ?? 0) + late),
            },
      ),
    ),
    studentAttendance: pupils.flatMap(({ absent }, pupil) =>
      absent.map((isAbsent, day) => ({
        name: `A${pupil}-${day}`,
        student: names[pupil] ?? '',
        date: addDays(START, day),
        status: isAbsent ? ('Absent' as const) : ('Present' as const),
        student_group: 'Class',
        course_schedule: null,
      })),
    ),
  };
}

function cohortOf(rows: MirrorRows): CourseCohort {
  const [cohort] = courseCohorts(rows);
  if (cohort === undefined) throw new Error('the made-up school has one course');
  return cohort;
}

function valuesOf(rows: MirrorRows, day = TODAY): number[][] {
  const cohort = cohortOf(rows);
  const group = classOnDay(cohort, day, SETTINGS);
  return cohort.pupils.map((pupil) => featuresOf(pupilOnDay(pupil, group, day, 40)));
}

const usual: Made = { marks: [12, 12, null, null], late: 0, absent: [false] };

function ruleOf(first: Made): ReturnType<typeof riskRule> {
  const cohort = cohortOf(school([first, usual, usual, usual, usual, usual]));
  const [pupil] = cohort.pupils;
  if (pupil === undefined) throw new Error('the first pupil is there');
  return riskRule(pupilOnDay(pupil, classOnDay(cohort, TODAY, SETTINGS), TODAY, 40));
}

describe('the day-one rule', () => {
  test('speaks of two missed tests, of nothing handed in, and of a mean under the pass mark, else not', () => {
    expect(ruleOf({ ...usual, marks: [null, null, null, null] })).toBe('missed_two');
    expect(ruleOf({ ...usual, marks: [7, 8, null, null] })).toBe('under_pass_mark');
    expect(ruleOf({ ...usual, marks: [8, 8, null, null] })).toBeNull();
    expect(ruleOf({ ...usual, marks: [12, null, null, null] })).toBeNull();
  });

  test('a test that nobody has a result of yet was missed by nobody', () => {
    const none = { ...usual, marks: [null, null, null, null] };
    const cohort = cohortOf(school([none, none, none, none]));
    const group = classOnDay(cohort, TODAY, SETTINGS);
    for (const pupil of cohort.pupils) expect(riskRule(pupilOnDay(pupil, group, TODAY, 40))).toBeNull();
  });
});

const made = record({
  marks: array(
    integer({ min: -5, max: 25 }).map((mark) => (mark % 4 === 0 ? null : mark)),
    { minLength: 4, maxLength: 4 },
  ),
  late: integer({ min: -20, max: 20 }),
  absent: array(boolean(), { maxLength: 10 }),
});
const classes = array(made, { minLength: 1, maxLength: 12 });

function noMoreRisk(before: readonly number[], after: readonly number[]): void {
  for (const [column, direction] of DIRECTIONS.entries()) {
    const [old, now] = [before[column] ?? Number.NaN, after[column] ?? Number.NaN];
    // What is not known counts as usual: neither the best nor the worst value.
    if (direction === 0 || Number.isNaN(old) || Number.isNaN(now)) continue;
    expect(direction * (now - old), FEATURES[column]?.key).toBeLessThanOrEqual(1e-9);
  }
}

describe('features', () => {
  test('the order of rows never matters', () => {
    const shuffled = classes.chain((pupils) => {
      const rows = school(pupils);
      return record({
        assessmentResults: shuffledSubarray(rows.assessmentResults, {
          minLength: rows.assessmentResults.length,
        }),
        studentAttendance: shuffledSubarray(rows.studentAttendance, {
          minLength: rows.studentAttendance.length,
        }),
      }).map((parts) => ({ rows, mixed: { ...rows, ...parts } }));
    });
    check(
      property(shuffled, ({ rows, mixed }) => {
        expect(valuesOf(mixed)).toEqual(valuesOf(rows));
      }),
    );
  });

  test('scaling all marks and maxima changes nothing, and nothing is infinite', () => {
    check(
      property(classes, (pupils) => {
        const values = valuesOf(school(pupils));
        expect(values.flat().every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true);
        for (const [i, row] of valuesOf(school(pupils, 4)).entries())
          for (const [j, value] of row.entries()) {
            if (!Number.isNaN(value)) expect(value).toBeCloseTo(values[i]?.[j] ?? Number.NaN, 9);
          }
      }),
    );
  });

  test('a perfect mark in place of none or of another never raises what stands for risk', () => {
    check(
      property(classes, integer({ min: 0, max: 3 }), (pupils, plan) => {
        const cohort = cohortOf(school(pupils));
        const group = classOnDay(cohort, TODAY, SETTINGS);
        for (const pupil of cohort.pupils) {
          const before = featuresOf(pupilOnDay(pupil, group, TODAY, 40));
          const old = pupil.results.find((result) => result.plan === `P${plan}`);
          const perfect = { name: 'new', plan: `P${plan}`, score: 20, maximum: 20, entered: TODAY };
          const others = pupil.results.filter((result) => result !== old);
          const results = [...others, old === undefined ? perfect : { ...old, score: 20 }];
          noMoreRisk(before, featuresOf(pupilOnDay({ ...pupil, results }, group, TODAY, 40)));
        }
      }),
    );
  });

  test('an absence in place of a presence, or on a day of its own, never lowers what stands for risk', () => {
    check(
      property(classes, integer({ min: 0, max: 9 }), (pupils, day) => {
        const cohort = cohortOf(school(pupils));
        const group = classOnDay(cohort, TODAY, SETTINGS);
        for (const pupil of cohort.pupils) {
          const date = addDays(START, day);
          const absence = {
            name: 'new',
            date,
            status: 'Absent' as const,
            studentGroup: 'Class',
            lesson: null,
          };
          const attendance = [...pupil.attendance.filter((row) => row.date !== date), absence];
          const after = featuresOf(pupilOnDay({ ...pupil, attendance }, group, TODAY, 40));
          noMoreRisk(after, featuresOf(pupilOnDay(pupil, group, TODAY, 40)));
        }
      }),
    );
  });
});

describe('the trained model', () => {
  const random = seeded(3);
  const pupils = Array.from({ length: 150 }, (): Made => {
    const ability = random();
    return {
      marks: PLANS.map(() => (random() > ability + 0.3 ? null : Math.round(20 * ability))),
      late: Math.floor(5 * (1 - ability)),
      absent: Array.from({ length: 10 }, () => random() > ability + 0.3),
    };
  });
  const rows = school(pupils);
  const cohort = cohortOf(rows);
  const failed = new Map(
    cohort.pupils.map((pupil) => [
      pupil.student,
      pupil.results.reduce((sum, { score }) => sum + score, 0) < 32 ? 1 : 0,
    ]),
  );
  const outcomeOf = (_: CourseCohort, student: string): number | null => failed.get(student) ?? null;
  const model = trainRisk(trainingCases([cohort], SETTINGS, outcomeOf));

  test('gives the same weights from the same rows, and as JSON', () => {
    const again = trainRisk(trainingCases([cohortOf(school(pupils))], SETTINGS, outcomeOf));
    expect(JSON.stringify(again)).toBe(JSON.stringify(model));
  });

  test('nothing dated after the day changes one score, and something dated before it does', () => {
    const score = (from: MirrorRows): number[] =>
      casesOn(cohortOf(from), TODAY, SETTINGS, outcomeOf).map((row) => riskOf(model, row));
    expect(score(hiddenAfter(rows, TODAY))).toEqual(score(rows));
    expect(score(hiddenAfter(rows, addDays(START, 30)))).not.toEqual(score(rows));
  });

  test('a perfect mark never raises the risk, an absence never lowers it', () => {
    const group = classOnDay(cohort, TODAY, SETTINGS);
    const riskIn = (pupil: CourseCohort['pupils'][number]): number =>
      riskOf(model, { values: featuresOf(pupilOnDay(pupil, group, TODAY, 40)), termDay: 50 });
    for (const pupil of cohort.pupils) {
      const perfect = { name: 'new', plan: 'P1', score: 20, maximum: 20, entered: addDays(START, 40) };
      const results = [...pupil.results.filter((result) => result.plan !== 'P1'), perfect];
      const absences = pupil.attendance.map((row) => ({ ...row, status: 'Absent' as const }));
      expect(riskIn({ ...pupil, results })).toBeLessThanOrEqual(riskIn(pupil) + 1e-12);
      expect(riskIn({ ...pupil, attendance: absences })).toBeGreaterThanOrEqual(riskIn(pupil) - 1e-12);
    }
  });
});
