/** What people did about a pupil, and what the records show around each step; an effect is never claimed of one pupil. */
import type { Reason } from '../../erpnext/contract.ts';
import { addDays, earlier } from '../calendar.ts';
import { say } from '../finding.ts';
import { attendanceAround, marksAround } from '../follow-up/around.ts';
import type { Effect, Effects } from '../follow-up/effects.ts';
import { markedTests } from '../marked-tests.ts';
import { compare } from '../order.ts';
import { percent } from '../percent.ts';
import type { CohortFigures, Step, StudentRecords } from '../records.ts';
import { FOLLOW_DAYS, MAX_STEPS, MIN_FOLLOWED } from '../thresholds.ts';

type Followed = Pick<StudentRecords, 'followUps' | 'attendance' | 'results'>;

/**
 * Answers counted; the newest MAX_STEPS steps with what followed; then what followed steps of that kind here.
 * `effects` null: not worked out yet. `until`: the day on which the next step's weeks are over.
 */
export function interventionHistory(
  records: Followed,
  cohorts: readonly CohortFigures[],
  today: string,
  effects: Effects | null,
): { said: Reason[]; until: string | null } {
  const { acted, reviewed, dismissed, steps } = records.followUps;
  if (acted + reviewed + dismissed === 0) return { said: [say('history.none', '', {})], until: null };
  const newest = [...steps]
    .sort((a, b) => compare(b.day, a.day) || compare(a.course, b.course))
    .slice(0, MAX_STEPS);
  const about = newest.map(({ course }) => course);
  const running = steps.map(overOn).filter((day) => day > today);
  return {
    said: [
      say('history.answers', '', { acted, reviewed, dismissed }),
      ...newest.map((step) => whatFollowed(step, records, cohorts, today)),
      ...(about.includes('') ? [attendanceHere(effects?.attendance)] : []),
      ...(about.some((course) => course !== '') ? [marksHere(effects?.marks)] : []),
    ],
    until: running.reduce<string | null>(earlier, null),
  };
}

/** The first day on which all of its weeks have passed. */
function overOn({ day }: Step): string {
  return addDays(day, FOLLOW_DAYS + 1);
}

function whatFollowed(
  step: Step,
  records: Followed,
  cohorts: readonly CohortFigures[],
  today: string,
): Reason {
  const { course, day } = step;
  if (overOn(step) > today) return say('history.running', course, { day, from: overOn(step) });
  return (
    (course === '' ? attendanceAfter(day, records) : marksAfter(course, day, records, cohorts)) ??
    say('history.too_little', course, { day })
  );
}

function attendanceAfter(day: string, { attendance }: Followed): Reason | null {
  const around = attendanceAround(attendance, day);
  return (
    around &&
    say('history.attendance', '', {
      day,
      absent: around.after.absent,
      days: around.after.days,
      absent_before: around.before.absent,
      before: around.before.days,
    })
  );
}

function marksAfter(
  course: string,
  day: string,
  { results }: Followed,
  cohorts: readonly CohortFigures[],
): Reason | null {
  const own = results.filter((result) => result.course === course);
  const tests = markedTests(own, cohorts).flatMap(({ date, mark, classMean }) =>
    classMean === null ? [] : [{ date, mark, classMean }],
  );
  const around = marksAround(tests, day);
  return (
    around &&
    say('history.marks', course, {
      course,
      day,
      tests_before: around.before.tests,
      mark_before: percent(around.before.mark, 100),
      class_before: percent(around.before.classMean, 100),
      tests_after: around.after.tests,
      mark_after: percent(around.after.mark, 100),
      class_after: percent(around.after.classMean, 100),
    })
  );
}

function attendanceHere(effect: Effect | undefined): Reason {
  const range = effect?.range;
  if (!effect || !range) return tooFew('history.few_attendance', effect);
  const { pairs } = effect;
  const { low, high } = range;
  if (low > 0) return say('history.attendance_more', '', { pairs, low, high });
  if (high < 0) return say('history.attendance_less', '', { pairs, low: -high, high: -low });
  return say('history.attendance_same', '', { pairs, less: -low + 0, more: high });
}

function marksHere(effect: Effect | undefined): Reason {
  const range = effect?.range;
  if (!effect || !range) return tooFew('history.few_marks', effect);
  const { pairs } = effect;
  const { low, high } = range;
  if (low > 0) return say('history.marks_more', '', { pairs, low, high });
  if (high < 0) return say('history.marks_less', '', { pairs, low: -high, high: -low });
  return say('history.marks_same', '', { pairs, less: -low + 0, more: high });
}

function tooFew(code: 'history.few_attendance' | 'history.few_marks', effect: Effect | undefined): Reason {
  return say(code, '', { have: effect?.pairs ?? 0, need: MIN_FOLLOWED });
}
