/** The early warning of one pupil in each course: whether it may end without a pass, said by the highest rung there is. */
import type { InsightValues } from '../erpnext/contract.ts';
import { earlier } from './calendar.ts';
import type { CohortFigures, StudentRecords } from './records.ts';
import { byForecast } from './risk/by-forecast.ts';
import { byRule } from './risk/by-rule.ts';
import { attendanceNow, nextChange, pupilNow } from './risk/class-now.ts';
import type { Present } from './risk/class-now.ts';
import type { PupilOnDay } from './risk/pupil-day.ts';
import { MIN_TESTS } from './thresholds.ts';

interface Risk {
  course: string;
  values: InsightValues;
}

/**
 * One insight for each course of the window in which the pupil is warned of, and none for the others: no warning is
 * no promise. `until`: the day on which the same records would say something else.
 * Minimum: MIN_TESTS tests held since the pupil came (a quarter of the class has a result of each).
 */
export function courseRisks(
  records: StudentRecords,
  cohorts: readonly CohortFigures[],
  present: Present,
): { risks: Risk[]; until: string | null } {
  if (!records.resultsComplete) return { risks: [], until: null };
  const groups = new Set(records.groups.filter((group) => group.active).map((group) => group.name));
  const attendance = attendanceNow(records, present);
  const risks = new Map<string, Risk>();
  let until: string | null = null;
  for (const cohort of cohorts) {
    const { course, academicTerm } = cohort;
    const isNow = academicTerm === present.window.name || academicTerm === '';
    if (!groups.has(cohort.studentGroup) || !isNow) continue;
    until = earlier(until, nextChange(cohort, present));
    const now = pupilNow(records, cohort, present, attendance);
    if (now === null || now.held.length < MIN_TESTS) continue;
    const values = bySpeaker(course, academicTerm, now, present);
    // In two classes of one course at once, the first by name speaks.
    if (values !== null && !risks.has(course)) risks.set(course, { course, values });
  }
  return { risks: [...risks.values()], until };
}

/** A forecast was learned from terms, and speaks of courses of a term alone. */
function bySpeaker(
  course: string,
  term: string,
  now: PupilOnDay,
  { learned }: Present,
): InsightValues | null {
  if (term === '' || learned === null || learned.forecast === null) return byRule(course, now, learned);
  return byForecast(course, now, learned, learned.forecast);
}
