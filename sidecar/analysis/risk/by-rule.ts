/** What the rule says of a pupil in a course, and how often it was right here. */
import type { InsightValues, Reason } from '../../erpnext/contract.ts';
import { clarityOf, rows, say } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { mean } from '../percent.ts';
import { MIN_TESTS, MODEL_VERSION, SURE_TESTS } from '../thresholds.ts';
import type { Checked, Learned } from './learn.ts';
import type { PupilOnDay } from './pupil-day.ts';
import { riskRule } from './rule.ts';
import { recordsTo, stepsOf } from './steps.ts';

/** Fewer different pupils would make a tenth of them two or three: nothing is counted out to anybody. */
export const LEAST_PUPILS = 30;

/** Null without a finding, and for what the marks insight says already: a mean under the pass mark of MIN_TESTS marks. */
export function byRule(course: string, now: PupilOnDay, learned: Learned | null): InsightValues | null {
  const found = riskRule(now);
  if (found === null || (found === 'under_pass_mark' && now.marked.length >= MIN_TESTS)) return null;
  const reason = found === 'under_pass_mark' ? underPassMark(course, now) : noResult(course, now);
  const finding: Finding = { level: 'act', strength: now.missed.length / now.held.length, reason };
  const rule =
    found === 'under_pass_mark'
      ? say('rule.pass_mark', course, { course, pass_mark: Math.ceil(now.passMark) })
      : say('rule.no_result', course, { course });
  return {
    level: finding.level,
    clarity: clarityOf([finding]),
    reasons: [reason, rule, howSure(course, now, learned?.checked ?? null), ...stepsOf(course, now)],
    chart: null,
    confidence: now.held.length >= SURE_TESTS ? 'sure' : 'fairly',
    records_to: recordsTo(now),
    model_version: MODEL_VERSION,
  };
}

function howSure(course: string, { held }: PupilOnDay, checked: Checked | null): Reason {
  const counts = { course, tests: held.length };
  if (checked === null || checked.rule.pupils < LEAST_PUPILS) return say('sure.rule', course, counts);
  const { pupils, came } = checked.rule;
  return say('sure.rule_checked', course, { ...counts, pupils, in_ten: Math.round(10 * came) });
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
  const evidence = rows(
    'Assessment Result',
    [...results.values()].map((row) => row.name),
  );
  return say('tests.few_low', course, params, evidence);
}
