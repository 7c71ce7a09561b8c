/**
 * Pupils with a known answer: which days they miss and what they earn, by pattern. What each should be told
 * stands in `fixtures/school/planted.json`.
 */
import type { Calendar } from './calendar.ts';

type Day = Calendar['schoolDays'][number];

/** Week and weekday (0 = Monday) of the second term on which the known pupils were simply ill. */
const ILL = {
  mondays: [
    [3, 2],
    [9, 3],
    [13, 1],
  ],
  streak: [
    [4, 1],
    [10, 3],
  ],
  gap: [[6, 3]],
  falling: [
    [2, 4],
    [11, 2],
  ],
  steady: [[5, 2]],
};

export function plantedAbsences(pattern: string, days: Day[]): Set<string> {
  const term = days.filter((day) => day.term.number === 2);
  const ill = new Map(Object.entries(ILL)).get(pattern) ?? [];
  const absent = new Set(
    term
      .filter((day) => ill.some(([week, weekday]) => day.week === week && day.weekday === weekday))
      .map((day) => day.date),
  );
  if (pattern === 'mondays') {
    const mondays = term.filter((day) => day.weekday === 0).map((day) => day.date);
    // counted from the last one: four of the last five, and two more
    for (const back of [1, 2, 4, 5, 8, 11]) absent.add(mondays.at(-back) ?? '');
  }
  if (pattern === 'streak') for (const day of term.slice(-5)) absent.add(day.date);
  if (pattern === 'returning') {
    for (const day of term) if (day.week >= 8 && day.week <= 10) absent.add(day.date);
  }
  return absent;
}

/** Lina's two days of approved leave, which nobody should count as absence. */
export function plantedLeave(pattern: string, days: Day[]): Day[][] {
  if (pattern !== 'mondays') return [];
  return [days.filter((day) => day.term.number === 2 && day.week === 6 && [3, 4].includes(day.weekday))];
}

/** Percent of a known pupil in the nth test of a course in a term; null where there is no result. */
export function plantedPercent(pattern: string, course: string, term: number, test: number): number | null {
  if (pattern === 'new') return null;
  if (pattern === 'returning' && term === 2 && missedByReturning(course, test)) return null;
  if (pattern === 'falling' && course === 'Mathematics' && term === 2)
    return [84, 72, 60, 46][test - 1] ?? 46;
  if (pattern === 'gap') return 86;
  const level = pattern === 'steady' ? 74 : 68;
  return level + ((term + test) % 2);
}

/** Percent of a criterion that a known pupil lacks whatever the test; null for none. */
export function plantedGap(pattern: string, criterion: string): number | null {
  return pattern === 'gap' && criterion === 'Linear Equations' ? 20 : null;
}

/** The tests of weeks 8 to 10 of the second term. */
function missedByReturning(course: string, test: number): boolean {
  return (course === 'Mathematics' && test === 3) || (course === 'English' && test === 2);
}
