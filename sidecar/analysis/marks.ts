/** The marks of one pupil in one course: what is found, as of the newest of the tests given. */
import type { Chart, InsightValues, Reason } from '../erpnext/contract.ts';
import { newest } from './calendar.ts';
import { criterionGaps, partsOf, strongPart } from './criterion-gaps.ts';
import type { Gap } from './criterion-gaps.ts';
import { clarityOf, clearestFirst, levelOf, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { cohortOf } from './marked-tests.ts';
import type { MarkedTest } from './marked-tests.ts';
import { marksLevel } from './marks-level.ts';
import { marksTrend } from './marks-trend.ts';
import { nextScore } from './next-score.ts';
import type { Interval } from './next-score.ts';
import type { AnalysisSettings, CohortFigures } from './records.ts';
import { suggestions } from './suggestions.ts';
import { MIN_TESTS, MODEL_VERSION, SURE_TESTS } from './thresholds.ts';

export interface Marks {
  why: Finding[];
  strengths: Finding[];
  gaps: Gap[];
  next: Interval | null;
  steps: Reason[];
  confidence: InsightValues['confidence'];
}

/** Everything the tests show; with fewer than MIN_TESTS nothing, and little confidence. Tests oldest first. */
export function readMarks(
  student: string,
  course: string,
  tests: readonly MarkedTest[],
  cohorts: readonly CohortFigures[],
  settings: AnalysisSettings,
): Marks {
  if (tests.length < MIN_TESTS) {
    return { why: [], strengths: [], gaps: [], next: null, steps: [], confidence: 'little' };
  }
  const cohort = cohortOf(tests, course, cohorts);
  const trend = marksTrend(course, tests, cohort?.within ?? null, settings);
  const rising = trend !== null && trend.level === 'steady';
  const parts = partsOf(tests, cohort);
  const gaps = criterionGaps(course, parts);
  const why = [
    ...marksLevel(course, tests, settings),
    ...(trend === null || rising ? [] : [trend]),
    ...gaps.map((gap) => gap.finding),
  ];
  const strengths = [rising ? trend : null, strongPart(course, parts)].filter((finding) => finding !== null);
  return {
    why,
    strengths: clearestFirst(strengths),
    gaps,
    next: nextScore(tests, cohort, trend !== null),
    steps: suggestions(course, student, why, gaps, tests),
    confidence: tests.length >= SURE_TESTS ? 'sure' : 'fairly',
  };
}

/** The marks insight of a course in the current term, from the results of that term (at least one). */
export function marksInsight(
  student: string,
  course: string,
  tests: readonly MarkedTest[],
  cohorts: readonly CohortFigures[],
  settings: AnalysisSettings,
  notes: Reason[],
): InsightValues {
  const { why, strengths, next, steps, confidence } = readMarks(student, course, tests, cohorts, settings);
  const enough = tests.length >= MIN_TESTS;
  const reasons = [
    ...clearestFirst(why).map((finding) => finding.reason),
    ...strengths.map((finding) => finding.reason),
    ...(next === null ? [] : [say('marks.next_interval', course, { course, ...next })]),
    ...(why.some((finding) => finding.reason.code === 'marks.low')
      ? [
          say('rule.marks_low', course, {
            course,
            least: MIN_TESTS,
            pass_mark: Math.ceil(settings.pass_mark),
          }),
        ]
      : []),
    ...(enough ? [howSure(course, tests.length)] : [tooFewTests(course, tests.length)]),
    ...steps,
    ...notes,
  ];
  return {
    level: levelOf(why),
    clarity: clarityOf(why),
    reasons,
    chart: enough ? chartOf(tests) : null,
    confidence,
    records_to: newest(tests.map((test) => test.date)),
    model_version: MODEL_VERSION,
  };
}

export function tooFewTests(course: string, have: number): Reason {
  return say('data.too_little_tests', course, { course, have, need: MIN_TESTS });
}

function howSure(course: string, tests: number): Reason {
  return say(tests >= SURE_TESTS ? 'sure.marks' : 'sure.marks_fairly', course, { course, tests });
}

function chartOf(tests: readonly MarkedTest[]): Chart {
  return {
    kind: 'line',
    code: 'chart.marks',
    labels: tests.map((test) => test.date),
    series: [
      { code: 'chart.pupil', values: tests.map((test) => test.mark) },
      { code: 'chart.class', values: tests.map((test) => test.classMean) },
    ],
  };
}
