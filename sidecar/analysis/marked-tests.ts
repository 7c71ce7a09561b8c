/** Results as tests with a mark in percent, oldest first, each beside its class mean. */
import { byDate, compare } from './order.ts';
import { clip, percent } from './percent.ts';
import type { CohortFigures, CriterionScore, ResultRow } from './records.ts';

/** `mark` and `classMean` in whole percent; `classMean` is null where the class figures are too thin. */
export interface MarkedTest {
  name: string;
  plan: string;
  title: string;
  date: string;
  studentGroup: string;
  academicTerm: string;
  mark: number;
  classMean: number | null;
  details: CriterionScore[];
}

/** The counted results as marks; one above its maximum counts as full marks. */
export function markedTests(results: readonly ResultRow[], cohorts: readonly CohortFigures[]): MarkedTest[] {
  const classMeans = classMeansOf(cohorts);
  return countedResults(results).map((result) => ({
    name: result.name,
    plan: result.plan,
    title: result.title === '' ? result.plan : result.title,
    date: result.date,
    studentGroup: result.studentGroup,
    academicTerm: result.academicTerm,
    mark: markOf(result),
    classMean: classMeans.get(result.plan) ?? null,
    details: result.details,
  }));
}

/**
 * One result a plan, oldest first. One without a maximum has no percent and is left out. Of two results for one plan
 * the later name stays (an amended document sorts behind its original).
 */
function countedResults(results: readonly ResultRow[]): ResultRow[] {
  const byPlan = new Map<string, ResultRow>();
  for (const result of results) {
    const other = byPlan.get(result.plan);
    if (result.maximum > 0 && (other === undefined || compare(other.name, result.name) <= 0))
      byPlan.set(result.plan, result);
  }
  return [...byPlan.values()].sort(byDate);
}

export interface Points {
  tests: number;
  score: number;
  maximum: number;
}

/** Points of all counted results together, so that tests count by their maxima; no result counts above its maximum. */
export function pointsOf(results: readonly ResultRow[]): Points {
  const counted = countedResults(results);
  const points = { tests: counted.length, score: 0, maximum: 0 };
  for (const { score, maximum } of counted) {
    points.score += clip(score, 0, maximum);
    points.maximum += maximum;
  }
  return points;
}

const known = new WeakMap<readonly CohortFigures[], ReadonlyMap<string, number>>();

/** Class means by plan; made once for a pupil, since every result asks. */
function classMeansOf(cohorts: readonly CohortFigures[]): ReadonlyMap<string, number> {
  const made = known.get(cohorts);
  if (made !== undefined) return made;
  const means = new Map<string, number>();
  for (const { plans } of cohorts) for (const { plan, mean } of plans) means.set(plan, mean);
  known.set(cohorts, means);
  return means;
}

/** Whole percent of the maximum, 0-100. The maximum is above 0. */
export function markOf({ score, maximum }: { score: number; maximum: number }): number {
  return clip(percent(score, maximum), 0, 100);
}

/** The figures of the cohort in which the newest test was written; null where there are none. */
export function cohortOf(
  tests: readonly MarkedTest[],
  course: string,
  cohorts: readonly CohortFigures[],
): CohortFigures | null {
  const last = tests.at(-1);
  const found = cohorts.find(
    (cohort) =>
      cohort.course === course &&
      cohort.studentGroup === last?.studentGroup &&
      cohort.academicTerm === last.academicTerm,
  );
  return found ?? null;
}

/** Class figures of fewer pupils than AI Settings' smallest group would speak about single classmates. */
export function largeEnough(cohorts: readonly CohortFigures[], minimumGroupSize: number): CohortFigures[] {
  return cohorts.filter((cohort) => cohort.pupils >= minimumGroupSize);
}
