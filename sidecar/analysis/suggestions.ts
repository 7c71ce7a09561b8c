/** What to try next in a course: at most three steps, each following from something found. */
import type { Reason } from '../erpnext/contract.ts';
import type { Gap } from './criterion-gaps.ts';
import { say } from './finding.ts';
import type { Finding } from './finding.ts';
import type { MarkedTest } from './marked-tests.ts';
import { MAX_STEPS } from './thresholds.ts';

/**
 * Marks under the pass mark or falling: talk or practise. Each gap of the pupil's own (not one the class
 * shares: that is for the class): practise it, and go through it once more in the newest test that has it.
 */
export function suggestions(
  course: string,
  student: string,
  why: readonly Finding[],
  gaps: readonly Gap[],
  tests: readonly MarkedTest[],
): Reason[] {
  const steps: Reason[] = [];
  const down = why.some(({ level, reason }) => level !== 'steady' && reason.about === course);
  if (down) steps.push(say('step.talk_or_practise', course, { student, course }));
  const own = gaps.filter((gap) => gap.finding.level !== 'steady').map((gap) => gap.part.criterion);
  for (const criterion of own) steps.push(say('step.practise', criterion, { course, criterion }));
  for (const criterion of own) {
    const test = tests.findLast((row) => row.details.some((detail) => detail.criterion === criterion));
    if (test !== undefined)
      steps.push(say('step.review', criterion, { course, criterion, test: test.title }));
  }
  return steps.slice(0, MAX_STEPS);
}
