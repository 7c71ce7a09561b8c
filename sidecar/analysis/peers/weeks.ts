/**
 * Which groups a class would be in by now, had they been formed when enough was known and kept from week to week.
 *
 * No grouping is remembered anywhere: the weeks in which tests were held are gone through again each time. So the same
 * records always give the same groups, and next week's begin from this week's.
 */
import { weekOf } from '../calendar.ts';
import type { ResultRow } from '../records.ts';
import { NO_TERM_DAYS, PEER_CLEAR_GAIN } from '../thresholds.ts';
import { abilities, onePerPlan, type Ability } from './abilities.ts';
import { fitted, improved } from './grouping.ts';

export interface Grouping {
  groups: string[][];
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
  const counted = onePerPlan(results);
  const weeks = [...new Set(counted.map(({ date }) => weekOf(date)))].sort((a, b) => a - b);
  let groups: string[][] = [];
  let shown = new Map<string, Ability>();
  for (const week of weeks) {
    const oldest = terms ? -Infinity : week - NO_TERM_DAYS / 7;
    shown = abilities(counted.filter(({ date }) => weekOf(date) <= week && weekOf(date) > oldest));
    if (groups.length === 0 && knownOf(shown, [...shown.keys()]) < need) continue;
    const least = groups.length === 0 ? 1 : PEER_CLEAR_GAIN;
    groups = improved(fitted(groups, [...shown.keys()], shown), shown, least);
  }
  const known = knownOf(shown, pupils);
  if (known < need) return { groups: [], abilities: shown, known };
  return { groups: improved(fitted(groups, pupils, shown), shown, PEER_CLEAR_GAIN), abilities: shown, known };
}

function knownOf(shown: ReadonlyMap<string, Ability>, pupils: readonly string[]): number {
  return pupils.filter((pupil) => shown.get(pupil)?.known === true).length;
}
