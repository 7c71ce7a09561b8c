/** How hard the parts of a course are, with how sure that is: for each class, and for the course from its classes. */
import type { Reason } from '../erpnext/contract.ts';
import { addDays, newest } from './calendar.ts';
import { partOf } from './content-mapping.ts';
import { say } from './finding.ts';
import { compare } from './order.ts';
import { clip } from './percent.ts';
import type { AnalysisSettings, CohortFigures, CourseContent, CourseRecords } from './records.ts';
import {
  DISCRIMINATION_HIGH,
  MAX_DIFFICULTY_PARTS,
  MIN_COURSE_CLASSES,
  MODEL_VERSION,
  NO_TERM_DAYS,
  Z_80,
} from './thresholds.ts';

type Part = CohortFigures['criteria'][number];

/**
 * Classes with a test in the year before the course's newest one. Small classes and parts with too few pupils have no
 * figures to begin with (`class-figures.ts`); the course as a whole is made of these figures alone.
 */
export function difficultyProfile(records: CourseRecords, settings: AnalysisSettings): CourseContent {
  const recordsTo = newest(records.cohorts.flatMap(datesOf));
  const from = recordsTo === null ? '' : addDays(recordsTo, 1 - NO_TERM_DAYS);
  const recent = records.cohorts
    .filter((cohort) => datesOf(cohort).some((date) => date >= from))
    .sort((a, b) => compare(a.studentGroup, b.studentGroup) || compare(a.academicTerm, b.academicTerm));
  // Of one term alone: a pupil in two terms would be counted twice.
  const newestTerm = recent.find((cohort) =>
    datesOf(cohort).some((date) => date === recordsTo),
  )?.academicTerm;
  return {
    said: wholeCourse(recent.filter(({ academicTerm }) => academicTerm === newestTerm)),
    classes: recent.map((cohort) => ({
      student_group: cohort.studentGroup,
      academic_term: cohort.academicTerm,
      said: ofClass(cohort, records.topics, settings),
    })),
    records_to: recordsTo,
    model_version: MODEL_VERSION,
  };
}

function datesOf({ plans }: CohortFigures): string[] {
  return plans.map(({ date }) => date);
}

/**
 * Each part, hardest first: percent of its points with an 80% range of the mean, percent +- Z_80 * spread / sqrt(n).
 * Then what does not go with the rest, and which hard topic has no material.
 */
function ofClass(
  cohort: CohortFigures,
  topics: CourseRecords['topics'],
  settings: AnalysisSettings,
): Reason[] {
  const parts = [...cohort.criteria].sort(hardestFirst).slice(0, MAX_DIFFICULTY_PARTS);
  return [
    ...parts.flatMap(({ criterion, percent, count, spread }) =>
      spread === null
        ? []
        : [
            say('difficulty.part', criterion, {
              criterion,
              percent,
              ...range(percent, spread / Math.sqrt(count)),
              pupils: count,
            }),
          ],
    ),
    ...parts.flatMap((part) => standsApart(part) ?? []),
    ...parts.flatMap((part) => materialFor(part, topics, settings) ?? []),
  ];
}

/**
 * The range of a correlation by R. A. Fisher's transformation (Metron 1 (1921) 3-32): told where it lies under
 * DISCRIMINATION_HIGH (R. L. Ebel, Essentials of Educational Measurement, 1979). That a part goes with the rest is
 * the usual case and asks for nothing.
 */
function standsApart({ criterion, count, discrimination }: Part): Reason | null {
  if (discrimination === null) return null;
  const middle = Math.atanh(clip(discrimination / 100, -0.99, 0.99));
  const reach = Z_80 / Math.sqrt(count - 3);
  const params = { criterion, pupils: count };
  return Math.tanh(middle + reach) < DISCRIMINATION_HIGH ? say('difficulty.apart', criterion, params) : null;
}

function materialFor(
  { criterion, percent, count }: Part,
  topics: CourseRecords['topics'],
  { pass_mark: passMark }: AnalysisSettings,
): Reason | null {
  const topic = topics.find((one) => partOf(one.topic, [criterion]) !== null);
  if (topic === undefined || topic.contents.length > 0 || percent >= passMark) return null;
  return say('step.add_material', topic.topic, { topic: topic.topic, percent, pupils: count });
}

/**
 * Parts over MIN_COURSE_CLASSES classes or more. Mean by pupils; its error is the larger of the one from the pupils'
 * spread and the one from the classes' disagreement (a cluster-robust one, k/(k-1) corrected), so that classes that
 * differ make the range wide.
 */
function wholeCourse(cohorts: readonly CohortFigures[]): Reason[] {
  const byPart = Map.groupBy(
    cohorts.flatMap(({ criteria }) => criteria),
    ({ criterion }) => criterion,
  );
  const whole = [...byPart].flatMap(([criterion, parts]) => {
    const known = parts.flatMap(({ percent, count, spread }) =>
      spread === null ? [] : [{ percent, count, spread }],
    );
    if (known.length < MIN_COURSE_CLASSES) return [];
    const pupils = known.reduce((sum, { count }) => sum + count, 0);
    const mean = known.reduce((sum, { percent, count }) => sum + percent * count, 0) / pupils;
    const within = known.reduce((sum, { count, spread }) => sum + count * spread ** 2, 0);
    const between = known.reduce((sum, { percent, count }) => sum + (count * (percent - mean)) ** 2, 0);
    const error = Math.sqrt(Math.max(within, (between * known.length) / (known.length - 1))) / pupils;
    return [{ criterion, percent: Math.round(mean), mean, error, count: pupils, classes: known.length }];
  });
  return whole
    .sort(hardestFirst)
    .slice(0, MAX_DIFFICULTY_PARTS)
    .map(({ criterion, percent, mean, error, count, classes }) =>
      say('difficulty.course_part', criterion, {
        criterion,
        percent,
        ...range(mean, error),
        pupils: count,
        classes,
      }),
    );
}

function range(mean: number, error: number): { low: number; high: number } {
  return {
    low: clip(Math.floor(mean - Z_80 * error), 0, 100),
    high: clip(Math.ceil(mean + Z_80 * error), 0, 100),
  };
}

function hardestFirst(a: { percent: number; criterion: string }, b: typeof a): number {
  return a.percent - b.percent || compare(a.criterion, b.criterion);
}
