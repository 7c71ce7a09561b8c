/** Learning from finished terms: what came of a pupil, which rung may speak, and what it says then. */
import { describe, expect, test } from 'vitest';
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { foldOf } from '../../../sidecar/analysis/model/random.ts';
import { fitLogistic } from '../../../sidecar/analysis/model/logistic.ts';
import { courseCohorts } from '../../../sidecar/analysis/risk/course-cohort.ts';
import type { MirrorRows } from '../../../sidecar/analysis/risk/course-cohort.ts';
import { historyCases } from '../../../sidecar/analysis/risk/history.ts';
import { beatsRule, ruleChances } from '../../../sidecar/analysis/risk/judge.ts';
import { learn } from '../../../sidecar/analysis/risk/learn.ts';
import { outcomesOf } from '../../../sidecar/analysis/risk/outcome.ts';
import { fitPooled } from '../../../sidecar/analysis/risk/pooled.ts';
import type { RiskCase } from '../../../sidecar/analysis/risk/training-days.ts';
import { pastTerms } from './past-terms.ts';
import type { PastTerms } from './past-terms.ts';

const SETTINGS = { pass_mark: 50, minimum_group_size: 5 };

function casesOf(made: PastTerms, share = 1): RiskCase[] {
  return pastTerms(made).flatMap((rows) => historyCases(rows, SETTINGS, share));
}

const short = casesOf({ terms: 1, pupils: 150, courses: 1, steady: 0.5 });
/** Just enough to train on, two terms of it, and one to judge by. */
const long = casesOf({ terms: 3, pupils: 275, courses: 2, steady: 0.6 });
/** Training takes its seconds, and more on a busy machine. */
const TRAINING = { timeout: 120_000 };

describe('what came of a pupil', () => {
  const [rows] = pastTerms({ terms: 1, pupils: 25, courses: 1, steady: 0.5 });
  if (rows === undefined) throw new Error('one term was made');
  const plans = rows.assessmentPlans.map((plan) => plan.name);
  const end = rows.academicTerms[0]?.term_end_date ?? '';

  /** The first pupil with these points of 20 in the eight tests; all others with 15. */
  function came(
    points: readonly (number | null)[],
    student: Partial<MirrorRows['students'][number]> = {},
  ): number | null {
    const results = (rows?.students ?? []).flatMap(({ name }, i) =>
      plans.flatMap((plan, at) => {
        const total_score = i === 0 ? (points[at] ?? null) : 15;
        if (total_score === null) return [];
        const creation = rows?.assessmentPlans[at]?.schedule_date ?? '';
        return {
          name: `${name} ${plan}`,
          student: name,
          assessment_plan: plan,
          total_score,
          maximum_score: 20,
          creation,
        };
      }),
    );
    const [first, ...others] = rows?.students ?? [];
    if (rows === undefined || first === undefined) throw new Error('the class has pupils');
    const [cohort] = courseCohorts({
      ...rows,
      assessmentResults: results,
      students: [{ ...first, ...student }, ...others],
    });
    if (cohort === undefined) throw new Error('the class has a course');
    return outcomesOf(cohort, { ...SETTINGS, grace_days: 7 })(cohort, first.name);
  }

  const all = (points: number): number[] => plans.map(() => points);

  test('is failed under the pass mark of all points, missed tests earning none; at the mark it is passed', () => {
    expect(came(all(10))).toBe(0);
    expect(came([...all(10).slice(1), 9])).toBe(1);
    expect(came([20, 20, 20, 20, null, null, null, null])).toBe(0);
    expect(came([20, 20, 20, null, null, null, null, null])).toBe(1);
    expect(came([])).toBe(1);
  });

  test('is left where the pupil was disabled or gone before the last day, whatever the marks', () => {
    expect(came(all(20), { enabled: 0, modified: addDays(end, -20) })).toBe(1);
    expect(came(all(20), { date_of_leaving: addDays(end, -1) })).toBe(1);
    expect(came(all(20), { enabled: 0, modified: addDays(end, 200) })).toBe(0);
  });

  test('counts no test from before the pupil came, and is not known with fewer than three after', () => {
    const from = rows.assessmentPlans[3]?.schedule_date ?? '';
    expect(came([null, null, null, 10, 10, 10, 10, 10], { joining_date: from })).toBe(0);
    expect(came(all(20), { joining_date: rows.assessmentPlans[6]?.schedule_date ?? '' })).toBeNull();
  });
});

const drawn = (row: RiskCase): number => foldOf(`${row.student} ${row.course}`, 2, 9);

const NO_GROUPS = new Map<string, string>();

describe('which rung speaks', () => {
  test('with a handful of pupils the rule, and nothing is claimed about it', () => {
    const learned = learn(casesOf({ terms: 2, pupils: 25, courses: 1, steady: 0.5 }), NO_GROUPS);
    expect(learned).toMatchObject({ rung: 'rule', forecast: null, checked: null });
    expect(learn([], NO_GROUPS)).toMatchObject({ rung: 'rule', pupil_terms: 0, checked: null });
  });

  test('after one term a pooled model, checked on folds of pupils', () => {
    const learned = learn(short, NO_GROUPS);
    expect(learned.rung).toBe('pooled');
    expect(learned.checked?.how).toBe('folds');
    expect(learned.pupil_terms).toBe(150);
  });

  test(
    'after three terms a trained model, checked on a term it had not seen, in numbers better than the rule',
    TRAINING,
    () => {
      const learned = learn(long, NO_GROUPS);
      expect(learned.rung).toBe('trained');
      expect(learned.checked?.how).toBe('later_terms');
      const [rule, model] = learned.checked?.scores ?? [];
      expect(model?.score.brier).toBeLessThan(rule?.score.brier ?? 0);
      expect(model?.score.calibration_error).toBeLessThanOrEqual(
        Math.max(0.03, rule?.score.calibration_error ?? 0),
      );
      for (const { said, came } of learned.checked?.bins ?? [])
        expect(Math.abs(said - came)).toBeLessThan(0.15);
    },
  );

  test('where marks tell nothing of what comes, no model', TRAINING, () => {
    const learned = learn(
      long.map((row) => ({ ...row, outcome: drawn(row) })),
      NO_GROUPS,
    );
    expect(learned).toMatchObject({ rung: 'rule', forecast: null });
    expect(learned.checked?.scores.map(({ rung }) => rung)).toEqual(['rule', 'trained', 'pooled']);
  });

  test('the order of the cases changes not one bit', () => {
    expect(JSON.stringify(learn(short.toReversed(), NO_GROUPS))).toBe(
      JSON.stringify(learn(short, NO_GROUPS)),
    );
  });

  test('groups of pupils change the table by groups and not one bit of anything else', () => {
    const halves = new Map(short.map(({ student }) => [student, foldOf(student, 2, 4) === 0 ? 'a' : 'b']));
    const grouped = learn(short, halves);
    expect(grouped.checked?.fairness?.groups.map(({ group }) => group)).toEqual(['a', 'b']);
    const without = { ...grouped, checked: { ...grouped.checked, fairness: null } };
    expect(without).toEqual(learn(short, NO_GROUPS));
  });

  test('where the rule speaks, the table by groups is about the rule', () => {
    const turned = short.map((row) => ({ ...row, outcome: 1 - row.outcome }));
    const halves = new Map(short.map(({ student }) => [student, foldOf(student, 2, 4) === 0 ? 'a' : 'b']));
    const { rung, checked } = learn(turned, halves);
    expect(rung).toBe('rule');
    const passed = turned.filter((row) => row.outcome === 0 && halves.get(row.student) === 'a');
    const named = new Set(passed.filter((row) => row.flagged).map((row) => row.student));
    const all = new Set(passed.map((row) => row.student));
    expect(checked?.fairness?.groups[0]?.false_alarms.value).toBe(named.size / all.size);
  });

  test('a sample holds whole terms of pupils, the same ones each time', () => {
    const half = casesOf({ terms: 1, pupils: 150, courses: 1, steady: 0.5 }, 0.5);
    const chosen = new Set(half.map((row) => row.student));
    expect(half).toEqual(short.filter((row) => chosen.has(row.student)));
    expect(chosen.size).toBeGreaterThan(50);
    expect(chosen.size).toBeLessThan(100);
  });
});

describe('a model beats the rule', () => {
  const rule = ruleChances(short, short);

  test('never with the rule’s own chances, nor with luck on a few pupils', () => {
    expect(beatsRule(rule, rule, short)).toBe(false);
    const few = short.filter((row) => row.student === short[0]?.student);
    const lucky = few.map((row) => (row.outcome === 1 ? 0.99 : 0.01));
    const others = short.filter((row) => row.student !== short[0]?.student);
    const all = [...few, ...others];
    expect(beatsRule([...lucky, ...ruleChances(short, others)], ruleChances(short, all), all)).toBe(false);
  });

  test('not with the right order and the wrong numbers', () => {
    const certain = short.map((row) => (row.outcome === 1 ? 0.6 : 0.4));
    expect(beatsRule(certain, rule, short)).toBe(false);
  });
});

const sample = (rows: number) => ({
  width: 1,
  values: Float64Array.from({ length: rows }, (_, i) => i % 4),
  outcome: Float64Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : 0)),
});

const weight = (rows: number): number => fitLogistic(sample(rows), 50, [0], [2]).weights[0] ?? 0;

describe('a prior', () => {
  test('speaks alone at first, and fades as cases come in', () => {
    expect(weight(12)).toBeGreaterThan(1.2);
    expect(weight(120)).toBeLessThan(weight(12));
    expect(Math.abs(weight(12_000))).toBeLessThan(0.1);
  });

  test('stays what it was for a number in which the school’s pupils do not differ', () => {
    const same = { ...sample(12), values: new Float64Array(12).fill(1) };
    expect(fitLogistic(same, 50, [0], [2]).weights).toEqual([2]);
  });

  test('is bound in direction: a full mark never raises, a missed test never lowers the chance', () => {
    const turned = short.map((row) => ({ ...row, outcome: 1 - row.outcome }));
    const { logistic, keys } = fitPooled(turned, 6);
    const weights = new Map(keys.map((key, i) => [key, logistic.weights[i] ?? 0]));
    expect(weights.get('missed')).toBeGreaterThanOrEqual(0);
    expect(weights.get('mark')).toBeLessThanOrEqual(0);
  });
});
