/** The early warning of one pupil in one course: whether the course is likely to end without a pass, and why. */
import type { InsightValues, Reason } from '../erpnext/contract.ts';
import { earlier, newest } from './calendar.ts';
import { clarityOf, rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { mean } from './percent.ts';
import type { AnalysisSettings, CohortFigures, StudentRecords } from './records.ts';
import { nextHeld, pupilNow } from './risk/class-now.ts';
import type { PupilOnDay } from './risk/pupil-day.ts';
import { riskRule } from './risk/rule.ts';
import type { Window } from './term.ts';
import { MIN_TESTS, MODEL_VERSION, SURE_TESTS } from './thresholds.ts';

interface Risk {
  course: string;
  values: InsightValues;
}

/**
 * One insight for each course of the window in which the pupil is warned of, and none for the others: no warning is
 * no promise. `until`: the day on which a test that has results counts as held.
 * Minimum: MIN_TESTS tests held in the course (a quarter of the class has a result of each).
 */
export function courseRisks(
  records: StudentRecords,
  cohorts: readonly CohortFigures[],
  settings: AnalysisSettings,
  window: Window,
  today: string,
): { risks: Risk[]; until: string | null } {
  const groups = new Set(records.groups.filter((group) => group.active).map((group) => group.name));
  const risks = new Map<string, Risk>();
  let until: string | null = null;
  for (const cohort of cohorts) {
    const isNow = cohort.academicTerm === window.name || cohort.academicTerm === '';
    if (!groups.has(cohort.studentGroup) || !isNow) continue;
    until = earlier(until, nextHeld(cohort, today));
    const now = pupilNow(records, cohort, window, today, settings.pass_mark);
    const values = now.held.length < MIN_TESTS ? null : byRule(records.student, cohort.course, now);
    // In two classes of one course at once, the first by name speaks.
    if (values !== null && !risks.has(cohort.course))
      risks.set(cohort.course, { course: cohort.course, values });
  }
  return { risks: [...risks.values()], until };
}

/** What the rule found; a mean under the pass mark over MIN_TESTS marks is what the marks insight says already. */
function byRule(student: string, course: string, now: PupilOnDay): InsightValues | null {
  const found = riskRule(now);
  if (found === null || (found === 'under_pass_mark' && now.marked.length >= MIN_TESTS)) return null;
  const reason = found === 'under_pass_mark' ? underPassMark(course, now) : noResult(course, now);
  const finding: Finding = { level: 'act', strength: now.missed.length / now.held.length, reason };
  const rule: Reason =
    found === 'under_pass_mark'
      ? say('rule.pass_mark', course, { course, pass_mark: Math.ceil(now.passMark) })
      : say('rule.no_result', course, { course });
  return {
    level: finding.level,
    clarity: clarityOf([finding]),
    reasons: [
      reason,
      rule,
      say('sure.rule', course, { course, tests: now.held.length }),
      ...stepsOf(student, course, now),
    ],
    chart: null,
    confidence: now.held.length >= SURE_TESTS ? 'sure' : 'fairly',
    records_to: recordsTo(now),
    model_version: MODEL_VERSION,
  };
}

function noResult(course: string, { held, missed, marked }: PupilOnDay): Reason {
  const params = { course, tests: held.length };
  const evidence = rows(
    'Assessment Plan',
    missed.map((plan) => plan.plan),
  );
  if (marked.length === 0) return say('tests.none', course, params, evidence);
  return say('tests.last_two', course, { ...params, missed: missed.length }, evidence);
}

/** The mean is rounded down: what is said to be under the pass mark is seen to be. */
function underPassMark(course: string, { held, marked, results, passMark }: PupilOnDay): Reason {
  const params = {
    course,
    tests: held.length,
    marked: marked.length,
    mean: Math.floor(mean(marked.map((test) => test.mark))),
    pass_mark: Math.ceil(passMark),
  };
  return say(
    'tests.few_low',
    course,
    params,
    rows(
      'Assessment Result',
      [...results.values()].map((row) => row.name),
    ),
  );
}

function stepsOf(student: string, course: string, { missed }: PupilOnDay): Reason[] {
  return [
    ...(missed.length > 0 ? [say('step.make_up', course, { student, course })] : []),
    say('step.talk_or_practise', course, { student, course }),
  ];
}

function recordsTo({ held, marked }: PupilOnDay): string | null {
  return newest([...held.map((plan) => plan.date), ...marked.map((test) => test.plan.date)]);
}
