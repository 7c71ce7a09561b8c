/** The Open University protocol: train on some presentations, judge on others, as of five days of the course. */
import { addDays } from '../analysis/calendar.ts';
import { atTop, auc, brier, calibrationError, logLoss, reliability } from '../analysis/model/metrics.ts';
import type { ReliabilityBin } from '../analysis/model/metrics.ts';
import { foldOf } from '../analysis/model/random.ts';
import { courseCohorts } from '../analysis/risk/course-cohort.ts';
import type { CourseCohort, MirrorRows } from '../analysis/risk/course-cohort.ts';
import { riskOf, trainRisk } from '../analysis/risk/risk-model.ts';
import type { RiskModel } from '../analysis/risk/risk-model.ts';
import { casesOn, trainingCases } from '../analysis/risk/training-days.ts';
import type { OutcomeOf, RiskCase } from '../analysis/risk/training-days.ts';
import { AppError } from '../errors.ts';
import type { Line } from './bars.ts';
import { BARS, TEST_TOUCHES } from './bars.ts';
import { nextMarkLine } from './oulad-marks.ts';
import { ouladRows, termStart } from './oulad-rows.ts';
import type { Oulad } from './oulad-rows.ts';
import { fairnessLines } from './fairness.ts';
import { hiddenAfter } from './leakage.ts';

const DAYS = [28, 56, 84, 112, 168] as const;
/** The data tells when work was handed in, so that nobody waits for an entry. */
const SETTINGS = { pass_mark: 40, minimum_group_size: 5, grace_days: 0 };
const FOLDS = 10;
const FOLD_SEED = 1;
const BINS = 10;
const FLAGGED_SHARE = 0.2;

interface OneDay {
  day: number;
  chances: number[];
  outcomes: number[];
}

export interface OuladFigures {
  protocol: string[];
  auc: Record<string, number>;
  lines: Line[];
  /** Reliability on the training presentations (cross-validated) and on the test ones. */
  plots: { title: string; bins: ReliabilityBin[] }[];
}

export function evaluateOulad(data: Oulad, train: readonly string[], test: readonly string[]): OuladFigures {
  const known = [...new Set(data.courses.map((row) => row.code_presentation))];
  for (const presentation of [...train, ...test])
    if (!known.includes(presentation))
      throw new AppError('data.unreadable', {
        detail: `no presentation ${presentation}, there are ${known.join(', ')}`,
      });
  const learned = train.map((presentation) => cohortsOf(data, presentation));
  const cases = learned.flatMap(({ cohorts, outcomeOf }) => trainingCases(cohorts, SETTINGS, outcomeOf));
  const inside = crossValidated(
    cases,
    train.flatMap((presentation) => casesByDay(data, presentation)),
  );
  const model = trainRisk(cases);
  const judged = test.flatMap((presentation) => casesByDay(data, presentation));
  const outside = DAYS.map((day) => {
    const rows = judged.filter((row) => row.termDay === day);
    return { day, rows, chances: rows.map((row) => riskOf(model, row)) };
  });
  const lines = [
    ...outside.flatMap(({ day, rows, chances }) => figuresOf(day, rows, chances)),
    ...inside.map(({ day, chances, outcomes }) => ({
      figure: `OULAD calibration error, training, day ${day}`,
      value: calibrationError(reliability(chances, outcomes, BINS)),
      bar: BARS.insideError,
      better: 'lower' as const,
    })),
    ...outside.flatMap(({ day, rows, chances }) => fairness(data, test, day, rows, chances)),
    nextMarkLine(
      learned.flatMap(({ cohorts }) => cohorts),
      test.flatMap((presentation) => cohortsOf(data, presentation).cohorts),
      SETTINGS,
    ),
    leakageLine(data, test, model),
  ];
  return {
    protocol: protocolOf(train, test, cases.length),
    auc: Object.fromEntries(
      outside.map(({ day, rows, chances }) => [String(day), auc(chances, outcomesOf(rows))]),
    ),
    lines,
    plots: [
      ...inside.map(({ day, chances, outcomes }) => ({
        title: `${train.join(', ')}, cross-validated, day ${day}`,
        bins: reliability(chances, outcomes, BINS),
      })),
      ...outside.map(({ day, rows, chances }) => ({
        title: `${test.join(', ')}, day ${day}`,
        bins: reliability(chances, outcomesOf(rows), BINS),
      })),
    ],
  };
}

function protocolOf(train: readonly string[], test: readonly string[], cases: number): string[] {
  return [
    `OULAD: trained on ${train.join(', ')} (${cases} pupil-days, one a fortnight), judged on ${test.join(', ')}.`,
    'Pupils registered on the day; outcome Fail or Withdrawn against Pass or Distinction.',
    'Rows dated on or before the day; a submission dated later does not exist yet; exams and clicks are left out.',
    `Calibration inside the training presentations: ${FOLDS} folds by pupil, ${BINS} bins of equal size.`,
    `Choices were made on folds of 2013B only; 2013J was looked at ${TEST_TOUCHES} times for this release.`,
  ];
}

function cohortsOf(data: Oulad, presentation: string): { cohorts: CourseCohort[]; outcomeOf: OutcomeOf } {
  return { cohorts: courseCohorts(ouladRows(data, presentation)), outcomeOf: resultsOf(data, presentation) };
}

function resultsOf(data: Oulad, presentation: string): OutcomeOf {
  const known = new Map(
    data.students
      .filter((row) => row.code_presentation === presentation)
      .map((row) => [
        `${row.code_module} ${row.id_student}`,
        row.final_result === 'Fail' || row.final_result === 'Withdrawn' ? 1 : 0,
      ]),
  );
  return (cohort, student) => known.get(`${cohort.course} ${student}`) ?? null;
}

function casesByDay(data: Oulad, presentation: string): RiskCase[] {
  const { cohorts, outcomeOf } = cohortsOf(data, presentation);
  return casesOnDays(cohorts, presentation, outcomeOf);
}

function casesOnDays(
  cohorts: readonly CourseCohort[],
  presentation: string,
  outcomeOf: OutcomeOf,
): RiskCase[] {
  return DAYS.flatMap((day) =>
    cohorts.flatMap((cohort) => casesOn(cohort, addDays(termStart(presentation), day), SETTINGS, outcomeOf)),
  );
}

/** Each pupil's chances from a model trained without that pupil. */
function crossValidated(cases: readonly RiskCase[], judged: readonly RiskCase[]): OneDay[] {
  const days = DAYS.map((day): OneDay => ({ day, chances: [], outcomes: [] }));
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isOut = (row: RiskCase): boolean => foldOf(row.student, FOLDS, FOLD_SEED) === fold;
    const model = trainRisk(cases.filter((row) => !isOut(row)));
    for (const row of judged.filter(isOut)) {
      const day = days.find((each) => each.day === row.termDay);
      day?.chances.push(riskOf(model, row));
      day?.outcomes.push(row.outcome);
    }
  }
  return days;
}

function figuresOf(day: number, rows: readonly RiskCase[], chances: readonly number[]): Line[] {
  const came = outcomesOf(rows);
  const flagged = rows.filter((row) => row.flagged);
  const rule = flagged.reduce((sum, row) => sum + row.outcome, 0) / flagged.length;
  const share = ((100 * flagged.length) / rows.length).toFixed(1);
  const bars = BARS.oulad[String(day)];
  return [
    { figure: `OULAD AUC, day ${day}`, value: auc(chances, came), bar: bars?.auc, better: 'higher' },
    { figure: `OULAD log loss, day ${day}`, value: logLoss(chances, came), bar: undefined, better: 'lower' },
    { figure: `OULAD Brier score, day ${day}`, value: brier(chances, came), bar: undefined, better: 'lower' },
    {
      figure: `OULAD calibration error, test, day ${day}`,
      value: calibrationError(reliability(chances, came, BINS)),
      bar: bars?.error,
      better: 'lower',
    },
    {
      figure: `OULAD precision of the day-one rule, day ${day} (${share}% flagged)`,
      value: rule,
      bar: undefined,
      better: 'higher',
    },
    {
      figure: `OULAD precision of the model at as many flags, day ${day}`,
      value: atTop(chances, came, flagged.length).precision,
      bar: rule - 0.015,
      better: 'higher',
    },
    {
      figure: `OULAD recall with 20% flagged, day ${day}`,
      value: atTop(chances, came, Math.round(FLAGGED_SHARE * rows.length)).recall,
      bar: bars?.recall,
      better: 'higher',
    },
  ];
}

const ATTRIBUTES = ['gender', 'age band', 'disability', 'deprivation band'] as const;

function fairness(
  data: Oulad,
  test: readonly string[],
  day: number,
  rows: readonly RiskCase[],
  chances: readonly number[],
): Line[] {
  const groups = new Map(
    data.students
      .filter((row) => test.includes(row.code_presentation))
      .map((row) => [
        `${row.code_module} ${row.id_student}`,
        {
          gender: row.gender,
          'age band': row.age_band,
          disability: row.disability,
          'deprivation band': row.imd_band,
        },
      ]),
  );
  const served = rows.map((row, i) => ({
    student: row.student,
    chance: chances[i] ?? 0,
    outcome: row.outcome,
    groups: groups.get(`${row.course} ${row.student}`) ?? {},
  }));
  const flags = rows.filter((row) => row.flagged).length;
  return ATTRIBUTES.flatMap((attribute) => fairnessLines(day, attribute, served, flags));
}

function outcomesOf(rows: readonly RiskCase[]): number[] {
  return rows.map((row) => row.outcome);
}

/** How many scores differ when everything dated after the day is taken away. */
function leakageLine(data: Oulad, test: readonly string[], model: RiskModel): Line {
  let changed = 0;
  for (const presentation of test) {
    const rows = ouladRows(data, presentation);
    const outcomeOf = resultsOf(data, presentation);
    for (const day of DAYS) {
      const date = addDays(termStart(presentation), day);
      const score = (from: MirrorRows): number[] =>
        courseCohorts(from).flatMap((cohort) =>
          casesOn(cohort, date, SETTINGS, outcomeOf).map((row) => riskOf(model, row)),
        );
      const [whole, hidden] = [score(rows), score(hiddenAfter(rows, date))];
      changed +=
        whole.filter((chance, i) => chance !== hidden[i]).length + Math.abs(whole.length - hidden.length);
    }
  }
  return { figure: 'OULAD scores that rows after the day change', value: changed, bar: 0, better: 'lower' };
}
