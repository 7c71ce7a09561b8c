/** What each pupil has shown in each part of the courses' tests: who could explain it, and who needs it explained. */
import { weekOf } from '../calendar.ts';
import { compare } from '../order.ts';
import { clip, percent } from '../percent.ts';
import type { ResultRow } from '../records.ts';
import { GAP_TESTS, PEER_STRONG_PERCENT, PEER_WEAK_PERCENT } from '../thresholds.ts';

/** A criterion in a course. */
export interface Part {
  course: string;
  criterion: string;
}

/** Points of one pupil in one part, with the results they come from. */
export interface Points {
  score: number;
  maximum: number;
  rows: string[];
}

/** Sets of parts by their place in `ClassMarks.parts`, 32 to a word: every pair of pupils is compared, week by week. */
export type Bits = readonly number[];

/** The parts that a pupil could explain, and those that this pupil needs explained. */
export interface Ability {
  strong: Bits;
  weak: Bits;
  /** Whether any part was tested often enough to say either. */
  known: boolean;
}

interface Mark {
  name: string;
  week: number;
  score: number;
  maximum: number;
}

/** The marks of a class: of each pupil with a result, by name, the marks in each part. */
export interface ClassMarks {
  parts: Part[];
  weeks: number[];
  marks: Map<string, Mark[][]>;
}

export function classMarks(results: readonly ResultRow[]): ClassMarks {
  const counted = onePerPlan(results);
  const parts = partsOf(counted);
  const places = new Map(parts.map((part, place) => [keyOf(part), place]));
  const marks = new Map<string, Mark[][]>();
  for (const student of [...new Set(counted.map((result) => result.student))].sort(compare))
    marks.set(
      student,
      Array.from(parts, (): Mark[] => []),
    );
  for (const { name, student, course, date, details } of counted) {
    for (const { criterion, score, maximum } of details) {
      if (!(maximum > 0)) continue;
      const list = marks.get(student)?.[places.get(keyOf({ course, criterion })) ?? -1];
      if (list === undefined) continue;
      const last = list.at(-1);
      const mark = last?.name === name ? last : { name, week: weekOf(date), score: 0, maximum: 0 };
      if (mark !== last) list.push(mark);
      mark.score += clip(score, 0, maximum);
      mark.maximum += maximum;
    }
  }
  return { parts, weeks: [...new Set(counted.map(({ date }) => weekOf(date)))].sort((a, b) => a - b), marks };
}

/** Of every pupil with a result in these weeks, `after` left out; a part counts from GAP_TESTS tests on. */
export function abilities({ parts, marks }: ClassMarks, after: number, to: number): Map<string, Ability> {
  const found = new Map<string, Ability>();
  for (const [pupil, byPart] of marks) {
    const strong = Array.from({ length: Math.ceil(parts.length / 32) }, () => 0);
    const weak = [...strong];
    let [present, known] = [false, false];
    for (const [place, list] of byPart.entries()) {
      let [tests, score, maximum] = [0, 0, 0];
      for (const mark of list) {
        if (mark.week <= after || mark.week > to) continue;
        tests += 1;
        score += mark.score;
        maximum += mark.maximum;
      }
      if (tests > 0) present = true;
      if (tests < GAP_TESTS) continue;
      known = true;
      const share = percent(score, maximum);
      const word = place >> 5;
      if (share >= PEER_STRONG_PERCENT) strong[word] = (strong[word] ?? 0) | (1 << (place % 32));
      if (share < PEER_WEAK_PERCENT) weak[word] = (weak[word] ?? 0) | (1 << (place % 32));
    }
    if (present) found.set(pupil, { strong, weak, known });
  }
  return found;
}

/** All points from the week after `after` on. */
export function pointsOf(list: readonly Mark[], after: number): Points {
  const points: Points = { score: 0, maximum: 0, rows: [] };
  for (const { name, week, score, maximum } of list) {
    if (week <= after) continue;
    points.score += score;
    points.maximum += maximum;
    points.rows.push(name);
  }
  return points;
}

export function has(bits: Bits, place: number): boolean {
  return ((bits[place >> 5] ?? 0) & (1 << (place % 32))) !== 0;
}

/** In the order of their names. Of two results for one plan the later stays: an amended one sorts behind its original. */
function onePerPlan(results: readonly ResultRow[]): ResultRow[] {
  const kept = new Map<string, ResultRow>();
  for (const result of [...results].sort((a, b) => compare(a.name, b.name)))
    kept.set(JSON.stringify([result.student, result.plan]), result);
  return [...kept.values()].sort((a, b) => compare(a.name, b.name));
}

function partsOf(results: readonly ResultRow[]): Part[] {
  const found = new Map<string, Part>();
  for (const { course, details } of results)
    for (const { criterion, maximum } of details)
      if (maximum > 0) found.set(keyOf({ course, criterion }), { course, criterion });
  return [...found].sort(([a], [b]) => compare(a, b)).map(([, part]) => part);
}

function keyOf({ course, criterion }: Part): string {
  return JSON.stringify([course, criterion]);
}
