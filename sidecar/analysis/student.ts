/** Everything said about one pupil: attendance, marks and early warning of each course, each result, and the fields. */
import type { InsightAddress, Reason } from '../erpnext/contract.ts';
import { assessmentInsight } from './assessment.ts';
import { attendanceInsight } from './attendance.ts';
import { addDays, earlier } from './calendar.ts';
import { say } from './finding.ts';
import { largeEnough, markedTests } from './marked-tests.ts';
import { marksInsight } from './marks.ts';
import { byDate, compare } from './order.ts';
import { courseTests } from './profile/course-tests.ts';
import type { CourseTests } from './profile/course-tests.ts';
import { suggestedPreferences } from './profile/preferences.ts';
import type { Effects } from './follow-up/effects.ts';
import { enrollmentFields } from './program/enrollment-fields.ts';
import { interventionHistory } from './program/intervention-history.ts';
import { studentFields } from './profile/student-fields.ts';
import type {
  AddressedInsight,
  AnalysisSettings,
  CohortFigures,
  ResultRow,
  StudentAnalysis,
  StudentRecords,
} from './records.ts';
import { courseRisks } from './risk.ts';
import type { Learned } from './risk/learn.ts';
import { currentTerm, nextTermChange, testInWindow } from './term.ts';
import type { Window } from './term.ts';
import { NO_TERM_DAYS } from './thresholds.ts';

/**
 * Insights of the current term (the latest that began), each produced while there is a record of its kind, and
 * an Assessment Insight for every result. `today` is the site's day, YYYY-MM-DD; `learned` what finished terms taught;
 * `effects` what followed steps here. Nobody's insights are produced once the pupil is disabled or has left; the
 * Assessment Insights stay as they were.
 */
export function analyseStudent(
  records: StudentRecords,
  settings: AnalysisSettings,
  today: string,
  learned: Learned | null = null,
  effects: Effects | null = null,
): StudentAnalysis {
  const cohorts = largeEnough(records.cohorts, settings.minimum_group_size);
  const window = currentTerm(records.terms, today);
  let validUntil = nextTermChange(records.terms, today);
  const insights: AddressedInsight[] = [];
  let fields = [
    studentFields(records.student, null),
    ...records.programs.map((enrollment) => enrollmentFields(enrollment, null)),
  ];
  if (window !== null && isHere(records, window, today)) {
    const attendance = attendanceInsight(records, settings, window, today);
    const marks = marksInsights(records, cohorts, settings, window, today);
    if (attendance.values !== null) {
      insights.push({ address: address(records.student, 'attendance', ''), values: attendance.values });
    }
    insights.push(...marks.insights);
    const { risks, until } = courseRisks(records, cohorts, { settings, window, today, learned });
    for (const { course, values } of risks)
      insights.push({ address: address(records.student, 'risk', course), values });
    const { followUps } = records;
    // Sums of fractions depend on their order in the last digit, and a rounded figure on that.
    const results = records.results.toSorted((a, b) => byDate(a, b) || a.score - b.score);
    const history = interventionHistory(records, cohorts, today, effects);
    const sources = {
      results,
      followUps,
      insights,
      courses: marks.courses,
      days: attendance.days,
      window,
      settings,
      history: history.said,
    };
    fields = [
      studentFields(records.student, sources),
      ...records.programs.map((enrollment) => enrollmentFields(enrollment, sources)),
    ];
    validUntil = [attendance.until, marks.until, until, history.until, leaving(records, today)].reduce(
      earlier,
      validUntil,
    );
  }
  return {
    insights,
    assessments: assessmentsOf(records.results, cohorts, settings),
    fields,
    preferences: suggestedPreferences(insights, settings),
    validUntil,
  };
}

/**
 * Disabled, or past the day of leaving. A pupil who came back often keeps that date in the records: a record
 * of the current term after it shows that the pupil is here.
 */
function isHere(records: StudentRecords, window: Window, today: string): boolean {
  if (!records.enabled) return false;
  const { left } = records;
  if (left === null || left >= today) return true;
  const back = ({ date }: { date: string }): boolean =>
    date > left && date >= window.from && date <= window.to;
  return records.attendance.some(back) || records.results.some(back);
}

function leaving({ left }: StudentRecords, today: string): string | null {
  return left !== null && left >= today ? addDays(left, 1) : null;
}

function marksInsights(
  records: StudentRecords,
  cohorts: readonly CohortFigures[],
  settings: AnalysisSettings,
  window: Window,
  today: string,
): { insights: AddressedInsight[]; courses: CourseTests[]; until: string | null } {
  const noTerm = window.name === '';
  const notes: Reason[] = noTerm ? [say('note.no_term', '', { days: NO_TERM_DAYS })] : [];
  const results = records.results.filter((result) => testInWindow(result, window, records.terms, today));
  const insights: AddressedInsight[] = [];
  const courses: CourseTests[] = [];
  let until: string | null = null;
  for (const [course, rows] of groupBy(results, (result) => result.course)) {
    const tests = markedTests(rows, cohorts);
    const values = marksInsight(records.student, course, tests, cohorts, settings, notes);
    insights.push({ address: address(records.student, 'marks', course), values });
    courses.push(courseTests(course, tests, cohorts));
    for (const test of noTerm ? tests : []) until = earlier(until, addDays(test.date, NO_TERM_DAYS));
  }
  return { insights, courses, until };
}

function assessmentsOf(
  results: readonly ResultRow[],
  cohorts: readonly CohortFigures[],
  settings: AnalysisSettings,
): StudentAnalysis['assessments'] {
  const assessments = new Map<string, StudentAnalysis['assessments'][number]>();
  for (const [, ofCourse] of groupBy(results, (result) => result.course)) {
    for (const [, rows] of groupBy(ofCourse, (result) => result.academicTerm)) {
      for (const result of rows) {
        const values = assessmentInsight(result, rows, cohorts, settings);
        assessments.set(result.name, { assessmentResult: result.name, values });
      }
    }
  }
  return [...assessments.values()].sort((a, b) => compare(a.assessmentResult, b.assessmentResult));
}

/** Groups sorted by key, rows in each sorted by name, so that the order of rows cannot matter. */
function groupBy(results: readonly ResultRow[], key: (result: ResultRow) => string): [string, ResultRow[]][] {
  const groups = Map.groupBy(results, key);
  for (const list of groups.values()) list.sort((a, b) => compare(a.name, b.name));
  return [...groups].sort(([a], [b]) => compare(a, b));
}

function address(student: string, insight: InsightAddress['insight'], course: string): InsightAddress {
  return {
    target_doctype: 'Student',
    target: student,
    insight,
    course,
    student_group: '',
    academic_term: '',
  };
}
