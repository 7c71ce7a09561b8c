/**
 * Which groups a class would be in by now, had they been formed when enough was known and kept from week to week.
 *
 * No grouping is remembered anywhere: the weeks in which tests were held are gone through again each time. So the same
 * records always give the same groups, and next week's begin from this week's.
 */
import type { ResultRow } from '../records.ts';
import { NO_TERM_DAYS, PEER_CLEAR_GAIN } from '../thresholds.ts';
import { abilities, classMarks, type Ability, type ClassMarks } from './abilities.ts';
import { fitted, improved } from './grouping.ts';

export interface Grouping {
  groups: string[][];
  marks: ClassMarks;
  /** The week from which on marks count, itself left out. */
  after: number;
  /** As of the newest test. */
  abilities: Map<string, Ability>;
  /** Of how many of today's pupils anything is known. */
  known: number;
}

/**
 * The groups of today's pupils; none with fewer than `need` of whom anything is known. `results` are those written in
 * the class, also by pupils who have left: without these, who leaves would change what was before. Where the school
 * uses no terms, each week looks back one year.
 */
export function groupsByWeek(
  results: readonly ResultRow[],
  pupils: readonly string[],
  { terms, need }: { terms: boolean; need: number },
): Grouping {
  const marks = classMarks(results);
  let groups: string[][] = [];
  let shown = new Map<string, Ability>();
  let after = -Infinity;
  for (const week of marks.weeks) {
    if (!terms) after = week - NO_TERM_DAYS / 7;
    shown = abilities(marks, after, week);
    if (groups.length === 0 && knownOf(shown, [...shown.keys()]) < need) continue;
    const least = groups.length === 0 ? 1 : PEER_CLEAR_GAIN;
    groups = improved(fitted(groups, [...shown.keys()], shown), shown, least);
  }
  const standing = { marks, after, abilities: shown };
  const known = knownOf(shown, pupils);
  if (known < need) return { ...standing, groups: [], known };
  return { ...standing, groups: improved(fitted(groups, pupils, shown), shown, PEER_CLEAR_GAIN), known };
}

function knownOf(shown: ReadonlyMap<string, Ability>, pupils: readonly string[]): number {
  return pupils.filter((pupil) => shown.get(pupil)?.known === true).length;
}
