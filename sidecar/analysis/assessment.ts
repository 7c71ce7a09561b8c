/** What one submitted result shows, stated as of that result: later results of the pupil do not change it. */
import type { AssessmentInsightValues, Reason } from '../erpnext/contract.ts';
import { clearestFirst, rows, say } from './finding.ts';
import { markOf, markedTests } from './marked-tests.ts';
import { readMarks, tooFewTests } from './marks.ts';
import type { AnalysisSettings, CohortFigures, ResultRow } from './records.ts';
import { lastYear } from './term.ts';
import { MIN_TESTS, MODEL_VERSION } from './thresholds.ts';

/**
 * From the pupil's results of the same course and term up to the result's date (without terms: of the year
 * before it). Only rounded class figures can change it later. A result without a maximum is answered with one sentence saying so.
 */
export function assessmentInsight(
  result: ResultRow,
  sameCourseAndTerm: readonly ResultRow[],
  cohorts: readonly CohortFigures[],
  settings: AnalysisSettings,
): AssessmentInsightValues {
  const { student, course } = result;
  if (result.maximum <= 0) {
    const analysis = [say('result.no_maximum', course, { course, test: testOf(result) })];
    return values(student, course, analysis);
  }
  const from = result.academicTerm === '' ? lastYear(result.date).from : '';
  const earlier = sameCourseAndTerm.filter(
    (row) => row.date <= result.date && row.date >= from && row.plan !== result.plan,
  );
  const tests = markedTests([...earlier, result], cohorts);
  const marks = readMarks(student, course, tests, cohorts, settings);
  return {
    ...values(student, course, [
      resultReason(result, tests.find((test) => test.name === result.name)?.classMean ?? null),
      ...[...clearestFirst(marks.why), ...marks.strengths].map((finding) => finding.reason),
      ...(tests.length < MIN_TESTS ? [tooFewTests(course, tests.length)] : []),
    ]),
    improvement_suggestions: marks.steps,
    learning_gaps: marks.gaps.map(({ part }) => ({
      criterion: part.criterion,
      score: part.score,
      maximum: part.maximum,
      class_percent: part.classShare,
    })),
    predicted_next: marks.next,
    confidence: marks.confidence,
  };
}

function values(student: string, course: string, analysis: Reason[]): AssessmentInsightValues {
  return {
    student,
    course,
    ai_analysis: analysis,
    improvement_suggestions: [],
    learning_gaps: [],
    predicted_next: null,
    confidence: 'little',
    model_version: MODEL_VERSION,
  };
}

function resultReason(result: ResultRow, classMean: number | null): Reason {
  const params = {
    course: result.course,
    test: testOf(result),
    score: Math.round(result.score),
    maximum: Math.round(result.maximum),
    mark: markOf(result),
  };
  const evidence = rows('Assessment Result', [result.name]);
  return classMean === null
    ? say('result.mark_alone', result.course, params, evidence)
    : say('result.mark', result.course, { ...params, class_mean: classMean }, evidence);
}

function testOf(result: ResultRow): string {
  return result.title === '' ? result.plan : result.title;
}
