/**
 * Dividing pupils into groups of three and four in which somebody is strong where another is weak.
 *
 * A grouping is never made anew: it takes the one before, lets newcomers in and leavers out, and exchanges two pupils
 * only where that is worth it. It is a hill climb over exchanges of pairs: a good grouping, not the best one.
 */
import { compare } from '../order.ts';
import { PEER_GROUP_SIZE } from '../thresholds.ts';
import type { Ability } from './abilities.ts';

export type Groups = readonly (readonly string[])[];
export type Abilities = ReadonlyMap<string, Pick<Ability, 'strong' | 'weak'>>;

/** How many weak parts of these pupils another of them could explain. */
export function helped(group: readonly string[], abilities: Abilities): number {
  let count = 0;
  for (const pupil of group)
    for (const part of abilities.get(pupil)?.weak.keys() ?? [])
      if (group.some((other) => abilities.get(other)?.strong.has(part) === true)) count += 1;
  return count;
}

/**
 * The same groups with exactly these members, in sizes that differ by one at most. Who comes goes to the smallest
 * group; where groups have to be evened out, the pupil moves who is missed least there and needed most here.
 */
export function fitted(before: Groups, members: readonly string[], abilities: Abilities): string[][] {
  const staying = new Set(members);
  const groups = before
    .map((group) => group.filter((pupil) => staying.has(pupil)))
    .filter((group) => group.length > 0);
  const wanted = Math.ceil(staying.size / PEER_GROUP_SIZE);
  const placed = new Set(groups.flat());
  const coming = [...staying].filter((pupil) => !placed.has(pupil)).sort(compare);
  while (groups.length > wanted)
    coming.push(...(groups.splice(groups.indexOf(smallest(groups)), 1)[0] ?? []));
  while (groups.length < wanted) groups.push([]);
  for (const pupil of coming) smallest(groups).push(pupil);
  evenOut(groups, abilities);
  return groups;
}

function evenOut(groups: string[][], abilities: Abilities): void {
  for (;;) {
    const to = smallest(groups);
    const from = groups.reduce((most, group) => (group.length > most.length ? group : most), to);
    if (from.length - to.length < 2) return;
    const gain = (pupil: string) =>
      helped(without(from, pupil), abilities) + helped([...to, pupil], abilities);
    const mover = [...from].sort((a, b) => gain(b) - gain(a) || compare(a, b))[0];
    if (mover === undefined) return;
    from.splice(from.indexOf(mover), 1);
    to.push(mover);
  }
}

/** Exchanges pairs, the most useful first, as long as an exchange lets at least `least` more weak parts be explained. */
export function improved(before: Groups, abilities: Abilities, least: number): string[][] {
  const groups = before.map((group) => [...group].sort(compare));
  for (;;) {
    const best = bestExchange(groups, abilities);
    if (best === null || best.gain < least) return groups;
    const { one, other, a, b } = best;
    groups[one] = [...without(groups[one] ?? [], a), b].sort(compare);
    groups[other] = [...without(groups[other] ?? [], b), a].sort(compare);
  }
}

interface Exchange {
  one: number;
  other: number;
  a: string;
  b: string;
  gain: number;
}

function bestExchange(groups: Groups, abilities: Abilities): Exchange | null {
  const now = groups.map((group) => helped(group, abilities));
  let best: Exchange | null = null;
  for (const [one, left] of groups.entries())
    for (const [other, right] of groups.entries()) {
      if (other <= one) continue;
      const before = (now[one] ?? 0) + (now[other] ?? 0);
      for (const a of left)
        for (const b of right) {
          const gain =
            helped([...without(left, a), b], abilities) +
            helped([...without(right, b), a], abilities) -
            before;
          // Of equal ones the first stays, so that the same records give the same groups.
          if (gain > (best?.gain ?? 0)) best = { one, other, a, b, gain };
        }
    }
  return best;
}

function smallest(groups: readonly string[][]): string[] {
  return groups.reduce((least, group) => (group.length < least.length ? group : least), groups[0] ?? []);
}

function without(group: readonly string[], pupil: string): string[] {
  return group.filter((one) => one !== pupil);
}
