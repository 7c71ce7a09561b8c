/** A class and one of its pupils as of today, from the figures that the pupil's run may read. */
import { dayNumber } from '../calendar.ts';
import { compare } from '../order.ts';
import type { CohortFigures, StudentRecords } from '../records.ts';
import type { Window } from '../term.ts';
import { HELD_SHARE } from './class-day.ts';
import type { ClassOnDay } from './class-day.ts';
import type { EnteredResult } from './course-cohort.ts';
import { pupilOnDay } from './pupil-day.ts';
import type { PupilOnDay } from './pupil-day.ts';

/** Tests of the window only: a class of a whole year keeps those of the terms before. */
function classNow(cohort: CohortFigures, window: Window, today: string): ClassOnDay {
  const least = Math.max(1, cohort.pupils * HELD_SHARE);
  return {
    course: cohort.course,
    day: dayNumber(today),
    from: dayNumber(window.from),
    to: dayNumber(window.to),
    plans: cohort.tests
      .filter((test) => test.date >= window.from && test.date <= window.to)
      .map(({ plan, date, maximum, results, mean, entered }) => ({
        plan,
        date,
        maximum,
        day: dayNumber(date),
        held: date <= today && results >= least,
        mean,
        entered,
      })),
    newest: cohort.newest,
  };
}

export function pupilNow(
  records: StudentRecords,
  cohort: CohortFigures,
  window: Window,
  today: string,
  passMark: number,
): PupilOnDay {
  const pupil = {
    student: records.student,
    since: records.joined,
    enrolled: window.from,
    left: null,
    earlier: 0,
    atOnce: 1,
    results: resultsIn(records, cohort),
    attendance: records.attendance.filter((row) => row.date >= window.from && row.date <= window.to),
  };
  return pupilOnDay(pupil, classNow(cohort, window, today), today, passMark);
}

/** Of two results for one plan the later name stays, as everywhere. */
function resultsIn(records: StudentRecords, cohort: CohortFigures): EnteredResult[] {
  const byPlan = new Map<string, EnteredResult>();
  for (const row of [...records.results].sort((a, b) => compare(a.name, b.name))) {
    const { name, plan, score, maximum, entered } = row;
    const here =
      row.course === cohort.course &&
      row.studentGroup === cohort.studentGroup &&
      row.academicTerm === cohort.academicTerm;
    if (here && maximum > 0) byPlan.set(plan, { name, plan, score, maximum, entered });
  }
  return [...byPlan.values()];
}

/** The day on which a test that has results counts as held; null when there is none to come. */
export function nextHeld(cohort: CohortFigures, today: string): string | null {
  const least = Math.max(1, cohort.pupils * HELD_SHARE);
  const ahead = cohort.tests.filter((test) => test.date > today && test.results >= least);
  return ahead.map((test) => test.date).sort(compare)[0] ?? null;
}
