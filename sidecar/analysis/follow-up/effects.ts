/**
 * What followed steps here, beside pupils of the same class who stood alike and about whom nobody acted.
 *
 * A pupil is chosen for a step on a low day, and often stands higher later without any (regression to the mean; F.
 * Galton, 1886). The matched pupil does so too, which takes most of that off; what made a teacher choose the one and
 * not the other is in no record, so that even then nothing is called an effect of the step.
 */
import { markOf } from '../marked-tests.ts';
import { compare } from '../order.ts';
import { clip, mean } from '../percent.ts';
import type { AttendanceRow } from '../records.ts';
import { MATCH_POINTS, MIN_FOLLOWED } from '../thresholds.ts';
import { markChange, presenceChange, type Change, type MarkBesideClass } from './around.ts';

/** A step, with what was recorded around it for its pupil and for the classmates who were left alone meanwhile. */
export interface StepRecords {
  student: string;
  day: string;
  /** '' where the step was about attendance. */
  course: string;
  attendance: (AttendanceRow & { student: string })[];
  /** Of the course, or of none. */
  results: { student: string; plan: string; date: string; score: number; maximum: number }[];
}

export interface FollowedStep {
  student: string;
  day: string;
  about: keyof Effects;
  own: Change;
  others: { student: string; change: Change }[];
}

/** `range`: how much more than for the matched pupils it rose, in whole points; null with too few pairs. */
export interface Effect {
  pairs: number;
  range: { low: number; high: number } | null;
}

export interface Effects {
  attendance: Effect;
  marks: Effect;
}

/** Null where too little was recorded around the step to follow its pupil. */
export function followedStep({
  student,
  day,
  course,
  attendance,
  results,
}: StepRecords): FollowedStep | null {
  const changes =
    course === ''
      ? changesOf(attendance, (rows) => presenceChange(rows, day))
      : changesOf(besideClass(results), (tests) => markChange(tests, day));
  const own = changes.get(student);
  if (own === undefined) return null;
  changes.delete(student);
  const others = [...changes].map(([other, change]) => ({ student: other, change }));
  return { student, day, about: course === '' ? 'attendance' : 'marks', own, others };
}

function besideClass(results: StepRecords['results']): (MarkBesideClass & { student: string })[] {
  return [...Map.groupBy(results, ({ plan }) => plan).values()].flatMap((test) => {
    const classMean = mean(test.map(markOf));
    return test.map((result) => ({ ...result, mark: markOf(result), classMean }));
  });
}

function changesOf<T extends { student: string }>(
  rows: readonly T[],
  change: (own: readonly T[]) => Change | null,
): Map<string, Change> {
  const found = new Map<string, Change>();
  for (const [student, own] of Map.groupBy(rows, (row) => row.student)) {
    const of = change(own);
    if (of !== null) found.set(student, of);
  }
  return found;
}

export function effectsOf(steps: readonly FollowedStep[]): Effects {
  const of = (about: keyof Effects): Effect => effectOf(gains(steps.filter((step) => step.about === about)));
  return { attendance: of('attendance'), marks: of('marks') };
}

/**
 * The first step of each pupil, each beside the classmate nearest before it, at most MATCH_POINTS away; nobody is
 * compared with twice. How much higher the pupil stood afterwards than the classmate, less what their distance before
 * foretells: the lowest of a class has only higher classmates to be matched with (D. B. Rubin, Biometrics 29 (1973)
 * 185-203).
 */
function gains(steps: readonly FollowedStep[]): number[] {
  const order = [...steps].sort((a, b) => compare(a.day, b.day) || compare(a.student, b.student));
  const followed = new Set<string>();
  const used = new Set<string>();
  const lasts = lastingShare(steps);
  const found: number[] = [];
  for (const { student, own, others } of order) {
    if (followed.has(student)) continue;
    const away = (change: Change): number => Math.abs(change.before - own.before);
    const [nearest] = others
      .filter((other) => !used.has(other.student) && away(other.change) <= MATCH_POINTS)
      .sort((a, b) => away(a.change) - away(b.change) || compare(a.student, b.student));
    if (nearest === undefined) continue;
    followed.add(student);
    used.add(nearest.student);
    found.push(own.after - nearest.change.after - lasts * (own.before - nearest.change.before));
  }
  return found;
}

/**
 * How much of a distance between classmates is left after the weeks: the slope of after on before within the classes,
 * between none and all of it; all where no two classmates can tell.
 */
function lastingShare(steps: readonly FollowedStep[]): number {
  let together = 0;
  let squares = 0;
  for (const { others } of steps) {
    const before = mean(others.map(({ change }) => change.before));
    const after = mean(others.map(({ change }) => change.after));
    for (const { change } of others) {
      together += (change.before - before) * (change.after - after);
      squares += (change.before - before) ** 2;
    }
  }
  return squares === 0 ? 1 : clip(together / squares, 0, 1);
}

/** 95% interval of the mean of paired differences (Student, Biometrika 6 (1908) 1-25). Minimum: MIN_FOLLOWED pairs. */
function effectOf(differences: readonly number[]): Effect {
  const pairs = differences.length;
  if (pairs < MIN_FOLLOWED) return { pairs, range: null };
  const centre = mean(differences);
  const variance = differences.reduce((sum, difference) => sum + (difference - centre) ** 2, 0) / (pairs - 1);
  const half = studentQuantile(pairs - 1) * Math.sqrt(variance / pairs);
  // Adding 0 makes a zero of a negative zero, which JSON would not give back.
  return { pairs, range: { low: Math.round(centre - half) + 0, high: Math.round(centre + half) + 0 } };
}

/** The 97.5% quantile of the normal distribution. */
const Z = 1.959963984540054;

/** That of Student's t, from 9 degrees of freedom on to 0.005 (Abramowitz and Stegun 1964, 26.7.5). */
function studentQuantile(freedom: number): number {
  return Z + (Z ** 3 + Z) / (4 * freedom) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2);
}
