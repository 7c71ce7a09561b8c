/** The rule that speaks of risk from the first day on, before anything was learned: three facts anyone can check. */
import { mean } from '../percent.ts';
import type { PupilOnDay } from './pupil-day.ts';

/** The first that holds; null where none does. */
export type RuleFinding = 'missed_two' | 'none_handed_in' | 'under_pass_mark';

/**
 * The two latest tests missed; or tests were held and none has a result; or the plain mean of all marks so far
 * is under the pass mark. A test the class has no results of yet was not missed by anybody (class-day.ts).
 */
export function riskRule({ held, missed, marked, passMark }: PupilOnDay): RuleFinding | null {
  const none = new Set(missed);
  const latest = held.slice(-2);
  if (latest.length === 2 && latest.every((plan) => none.has(plan))) return 'missed_two';
  if (held.length > 0 && marked.length === 0) return 'none_handed_in';
  if (marked.length > 0 && mean(marked.map((test) => test.mark)) < passMark) return 'under_pass_mark';
  return null;
}
