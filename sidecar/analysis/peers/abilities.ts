/** What each pupil has shown in each part of a course's tests: who could explain it, and who needs it explained. */
import { compare } from '../order.ts';
import { clip, percent } from '../percent.ts';
import type { ResultRow } from '../records.ts';
import { GAP_TESTS, PEER_STRONG_PERCENT, PEER_WEAK_PERCENT } from '../thresholds.ts';

/** A criterion in a course; `key` names both. */
export interface Part {
  key: string;
  course: string;
  criterion: string;
}

/** Points of one pupil in one part, with the results they come from. */
export interface Points {
  part: Part;
  score: number;
  maximum: number;
  rows: string[];
}

/** Parts by key: those that a pupil could explain, and those that are to be explained to this pupil. */
export interface Ability {
  strong: ReadonlyMap<string, Points>;
  weak: ReadonlyMap<string, Points>;
  /** Whether any part was tested often enough to say either. */
  known: boolean;
}

/** Of two results for one plan the later name stays (an amended document sorts behind its original). */
export function onePerPlan(results: readonly ResultRow[]): ResultRow[] {
  const kept = new Map<string, ResultRow>();
  for (const result of [...results].sort((a, b) => compare(a.name, b.name)))
    kept.set(JSON.stringify([result.student, result.plan]), result);
  return [...kept.values()];
}

/** Of every pupil with a result, in the order of their names; a part counts from GAP_TESTS tests on. */
export function abilities(results: readonly ResultRow[]): Map<string, Ability> {
  const byPupil = Map.groupBy(results, (result) => result.student);
  return new Map(
    [...byPupil]
      .sort(([a], [b]) => compare(a, b))
      .map(([pupil, own]): [string, Ability] => {
        const parts = pointsByPart(own).filter(({ rows }) => rows.length >= GAP_TESTS);
        const within = (from: number, under: number) =>
          new Map(
            parts
              .filter((part) => shareOf(part) >= from && shareOf(part) < under)
              .map((part) => [part.part.key, part]),
          );
        return [
          pupil,
          {
            strong: within(PEER_STRONG_PERCENT, Infinity),
            weak: within(0, PEER_WEAK_PERCENT),
            known: parts.length > 0,
          },
        ];
      }),
  );
}

export function shareOf({ score, maximum }: { score: number; maximum: number }): number {
  return percent(score, maximum);
}

function pointsByPart(results: readonly ResultRow[]): Points[] {
  const found = new Map<string, Points>();
  for (const { name, course, details } of [...results].sort((a, b) => compare(a.name, b.name))) {
    for (const { criterion, score, maximum } of details) {
      if (!(maximum > 0)) continue;
      const key = JSON.stringify([course, criterion]);
      const points = found.get(key) ?? { part: { key, course, criterion }, score: 0, maximum: 0, rows: [] };
      found.set(key, points);
      points.score += clip(score, 0, maximum);
      points.maximum += maximum;
      if (points.rows.at(-1) !== name) points.rows.push(name);
    }
  }
  return [...found.values()].sort((a, b) => compare(a.part.key, b.part.key));
}
