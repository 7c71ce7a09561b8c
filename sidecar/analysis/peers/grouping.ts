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
export type Abilities = ReadonlyMap<string, Ability>;

const NOTHING: Ability = { strong: [], weak: [], known: false };

/** How many weak parts of these pupils another of them could explain. */
export function helped(group: readonly string[], abilities: Abilities): number {
  return explained(group.map((pupil) => abilities.get(pupil) ?? NOTHING));
}

/**
 * The same, with `instead` in the place of the one who stands at `leaving`; nobody leaves at -1. Nobody is strong and
 * weak in one part: so whoever is strong in it is another.
 */
function explained(group: readonly Ability[], leaving = -1, instead: Ability = NOTHING): number {
  const words = group.reduce((most, { weak }) => Math.max(most, weak.length), instead.weak.length);
  let count = 0;
  for (let word = 0; word < words; word += 1) {
    let strong = instead.strong[word] ?? 0;
    for (let at = 0; at < group.length; at += 1) if (at !== leaving) strong |= group[at]?.strong[word] ?? 0;
    count += ones((instead.weak[word] ?? 0) & strong);
    for (let at = 0; at < group.length; at += 1)
      if (at !== leaving) count += ones((group[at]?.weak[word] ?? 0) & strong);
  }
  return count;
}

/** The bits that are set. */
function ones(word: number): number {
  let left = word;
  let count = 0;
  for (; left !== 0; left &= left - 1) count += 1;
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
  const able = groups.map((group) => group.map((pupil) => abilities.get(pupil) ?? NOTHING));
  const best = new Map<number, Exchange | null>();
  for (;;) {
    const next = bestExchange(able, best, least);
    if (next === null) return groups;
    const { one, other, left, right } = next;
    const [a = '', b = ''] = [groups[one]?.[left], groups[other]?.[right]];
    groups[one] = [...without(groups[one] ?? [], a), b].sort(compare);
    groups[other] = [...without(groups[other] ?? [], b), a].sort(compare);
    for (const place of [one, other]) {
      able[place] = (groups[place] ?? []).map((pupil) => abilities.get(pupil) ?? NOTHING);
      for (let also = 0; also < groups.length; also += 1) best.delete(pairOf(place, also, groups.length));
    }
  }
}

/** Two groups, and the places in them of those who change places. */
interface Exchange {
  one: number;
  other: number;
  left: number;
  right: number;
  gain: number;
}

/** `known`: the best exchange of each two groups as far as it was looked for; null where none is worth it. */
function bestExchange(
  able: readonly (readonly Ability[])[],
  known: Map<number, Exchange | null>,
  least: number,
): Exchange | null {
  let best: Exchange | null = null;
  for (let one = 0; one < able.length; one += 1)
    for (let other = one + 1; other < able.length; other += 1) {
      const pair = pairOf(one, other, able.length);
      if (!known.has(pair)) known.set(pair, exchangeOf(able, one, other, least));
      const found = known.get(pair) ?? null;
      // Of equal ones the first stays, so that the same records give the same groups.
      if (found !== null && found.gain > (best?.gain ?? 0)) best = found;
    }
  return best;
}

function exchangeOf(
  able: readonly (readonly Ability[])[],
  one: number,
  other: number,
  least: number,
): Exchange | null {
  const [first, second] = [able[one] ?? [], able[other] ?? []];
  const before = explained(first) + explained(second);
  if (weakParts(first) + weakParts(second) - before < least) return null;
  let best: Exchange | null = null;
  for (let left = 0; left < first.length; left += 1)
    for (let right = 0; right < second.length; right += 1) {
      const gain = explained(first, left, second[right]) + explained(second, right, first[left]) - before;
      if (gain >= least && gain > (best?.gain ?? 0)) best = { one, other, left, right, gain };
    }
  return best;
}

function pairOf(one: number, other: number, groups: number): number {
  return Math.min(one, other) * groups + Math.max(one, other);
}

function weakParts(group: readonly Ability[]): number {
  return group.reduce((sum, { weak }) => sum + weak.reduce((all, word) => all + ones(word), 0), 0);
}

function smallest(groups: readonly string[][]): string[] {
  return groups.reduce((least, group) => (group.length < least.length ? group : least), groups[0] ?? []);
}

function without(group: readonly string[], pupil: string): string[] {
  return group.filter((one) => one !== pupil);
}
