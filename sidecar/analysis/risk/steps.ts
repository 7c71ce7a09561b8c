/** What to try for a pupil who is warned of, and how new the records behind it are; the same for every rung. */
import type { Reason } from '../../erpnext/contract.ts';
import { newest } from '../calendar.ts';
import { say } from '../finding.ts';
import type { PupilOnDay } from './pupil-day.ts';

export function stepsOf(course: string, { pupil: { student }, missed }: PupilOnDay): Reason[] {
  return [
    ...(missed.length > 0 ? [say('step.make_up', course, { student, course })] : []),
    say('step.talk_or_practise', course, { student, course }),
  ];
}

export function recordsTo({ held, marked }: PupilOnDay): string | null {
  return newest([...held.map((plan) => plan.date), ...marked.map((test) => test.plan.date)]);
}
