/** Everything said about one cohort: the rounded figures its pupils are read against, and the class insight. */
import type { Reason } from '../erpnext/contract.ts';
import { addDays, earlier } from './calendar.ts';
import { classFigures } from './class-figures.ts';
import { classTests } from './class-tests.ts';
import { classPicture } from './class-picture.ts';
import { say } from './finding.ts';
import { markedTests } from './marked-tests.ts';
import type { MarkedTest } from './marked-tests.ts';
import { compare } from './order.ts';
import type { AnalysisSettings, CohortAnalysis, CohortRecords, ResultRow } from './records.ts';
import { lastYear } from './term.ts';
import { NO_TERM_DAYS } from './thresholds.ts';

/**
 * `insight` is null while there is no result and no plan of the past. Where the school uses no terms, results of
 * the last 365 days count, and the insight says so.
 */
export function analyseCohort(
  records: CohortRecords,
  settings: AnalysisSettings,
  today: string,
): CohortAnalysis {
  const pupils = [...new Set(records.pupils)].sort(compare);
  const from = records.academicTerm === '' ? lastYear(today).from : '';
  const members = new Set(pupils);
  const results = records.results.filter((result) => members.has(result.student) && result.date >= from);
  const tests = testsByPupil(results);
  const figures = {
    ...classFigures(records, pupils.length, tests, settings.minimum_group_size),
    ...classTests(records.plans, results, settings.minimum_group_size),
  };

  const plans = records.plans.filter((plan) => plan.date >= from);
  const past = plans.filter((plan) => plan.date < today);
  const notes = notesOf(records, new Set(past.map((plan) => plan.plan)), tests);
  const { course, studentGroup, academicTerm } = records;
  const insight =
    tests.size === 0 && past.length === 0
      ? null
      : {
          address: {
            target_doctype: 'Course' as const,
            target: course,
            insight: 'class' as const,
            course,
            student_group: studentGroup,
            academic_term: academicTerm,
          },
          values: classPicture(figures, tests, notes, settings),
        };
  return { figures, insight, validUntil: validUntil(records, results, plans, today) };
}

function testsByPupil(results: readonly ResultRow[]): Map<string, MarkedTest[]> {
  const byPupil = new Map<string, ResultRow[]>();
  for (const result of results) {
    const list = byPupil.get(result.student);
    if (list === undefined) byPupil.set(result.student, [result]);
    else list.push(result);
  }
  return new Map(
    [...byPupil]
      .sort(([a], [b]) => compare(a, b))
      .map(([pupil, rows]): [string, MarkedTest[]] => [pupil, markedTests(rows, [])])
      .filter(([, tests]) => tests.length > 0),
  );
}

/** Results that past plans still wait for: pupils times plans, less the results there are. */
function notesOf(
  records: CohortRecords,
  past: ReadonlySet<string>,
  tests: ReadonlyMap<string, readonly MarkedTest[]>,
): Reason[] {
  const expected = past.size * new Set(records.pupils).size;
  const entered = [...tests.values()].flat().filter((test) => past.has(test.plan)).length;
  return [
    ...(entered < expected ? [say('note.not_entered', '', { missing: expected - entered, expected })] : []),
    ...(records.academicTerm === '' ? [say('note.no_term', '', { days: NO_TERM_DAYS })] : []),
  ];
}

/** The next day a plan's test is over, and, without terms, the day the oldest result is a year old. */
function validUntil(
  records: CohortRecords,
  results: readonly ResultRow[],
  plans: CohortRecords['plans'],
  today: string,
): string | null {
  let until: string | null = null;
  for (const plan of plans) if (plan.date >= today) until = earlier(until, addDays(plan.date, 1));
  if (records.academicTerm !== '') return until;
  for (const dated of [...results, ...plans]) until = earlier(until, addDays(dated.date, NO_TERM_DAYS));
  return until;
}
