/**
 * Pupils whom a teacher keeps together or apart: the groups found without these wishes, changed by as few pupils as the
 * wishes ask for.
 *
 * Wishes come last and are no part of what is gone through week by week: taking one back brings the groups back that
 * would have been. All that hang together by wishes are placed at once, by a search over groups with a limit, so that a
 * class full of wishes costs a moment and not minutes; the others make room.
 */
import { compare } from '../order.ts';
import { helped, type Abilities, type Groups } from './grouping.ts';

export interface PeerWish {
  student: string;
  other: string;
  together: boolean;
}

export interface Kept {
  groups: string[][];
  /** What cannot be met as the class and the other wishes stand. */
  unmet: PeerWish[];
}

/** In the largest class some 50 ms. */
const MOST_STEPS = 20_000;

/** A wish about somebody who is not in these groups waits until both are. */
export function kept(groups: Groups, wishes: readonly PeerWish[], abilities: Abilities): Kept {
  const present = new Set(groups.flat());
  const wanted = inOrder(wishes.filter(({ student, other }) => present.has(student) && present.has(other)));
  if (wanted.length === 0) return { groups: groups.map((group) => [...group]), unmet: [] };
  const all = placing(groups, wanted, abilities);
  if (all !== null) return { groups: settled(groups, all, abilities), unmet: [] };
  let found: Placing = new Map();
  const met: PeerWish[] = [];
  const unmet: PeerWish[] = [];
  for (const wish of wanted) {
    const also = placing(groups, [...met, wish], abilities);
    (also === null ? unmet : met).push(wish);
    found = also ?? found;
  }
  return { groups: settled(groups, found, abilities), unmet };
}

/** Apart first: where not all can be met, these weigh more. */
function inOrder(wishes: readonly PeerWish[]): PeerWish[] {
  const key = ({ student, other, together }: PeerWish) =>
    JSON.stringify([together ? 1 : 0, ...[student, other].sort(compare)]);
  return [...new Map(wishes.map((wish) => [key(wish), wish]))]
    .sort(([a], [b]) => compare(a, b))
    .map(([, wish]) => wish);
}

/** Pupils who stay in one group, and the units that may not be in it. */
interface Unit {
  pupils: string[];
  apart: Set<Unit>;
}

/** The group of each unit, by its place. */
type Placing = Map<Unit, number>;

/** Null where somebody would be apart from somebody who is to be in the same group. */
function unitsOf(wishes: readonly PeerWish[]): Unit[] | null {
  const units = new Map<string, Unit>();
  const unitOf = (pupil: string): Unit => {
    const unit = units.get(pupil) ?? { pupils: [pupil], apart: new Set() };
    units.set(pupil, unit);
    return unit;
  };
  for (const { student, other, together } of wishes) {
    const [one, another] = [unitOf(student), unitOf(other)];
    if (!together || one === another) continue;
    const joined: Unit = { pupils: [...one.pupils, ...another.pupils], apart: new Set() };
    for (const pupil of joined.pupils) units.set(pupil, joined);
  }
  for (const { student, other, together } of wishes) {
    const [one, another] = [unitOf(student), unitOf(other)];
    if (together) continue;
    if (one === another) return null;
    one.apart.add(another);
    another.apart.add(one);
  }
  for (const unit of units.values()) unit.pupils.sort(compare);
  // The hardest to place first.
  return [...new Set(units.values())].sort(
    (a, b) =>
      b.pupils.length - a.pupils.length ||
      b.apart.size - a.apart.size ||
      compare(a.pupils[0] ?? '', b.pupils[0] ?? ''),
  );
}

/** Where each unit goes so that the fewest pupils move; null where no way was found. */
function placing(groups: Groups, wishes: readonly PeerWish[], abilities: Abilities): Placing | null {
  const units = unitsOf(wishes);
  if (units === null) return null;
  const bound = new Set(units.flatMap(({ pupils }) => pupils));
  const free = groups.map((group) => group.filter((pupil) => !bound.has(pupil)).length);
  const choices = new Map(units.map((unit) => [unit, choicesOf(unit, groups, abilities)]));
  const room = new Room(groups);
  const chosen: Placing = new Map();
  let best: { moved: number; placing: Placing } | null = null;
  let steps = 0;
  const place = (at: number, moved: number): void => {
    steps += 1;
    if (steps > MOST_STEPS || (best !== null && moved >= best.moved)) return;
    const unit = units[at];
    if (unit === undefined) {
      const all = moved + room.leaving(free);
      if (best === null || all < best.moved) best = { moved: all, placing: new Map(chosen) };
      return;
    }
    const taken = new Set([...unit.apart].map((other) => chosen.get(other)));
    for (const { group, moving } of choices.get(unit) ?? []) {
      if (taken.has(group) || !room.holds(group, unit.pupils.length)) continue;
      room.change(group, unit.pupils.length);
      chosen.set(unit, group);
      place(at + 1, moved + moving);
      chosen.delete(unit);
      room.change(group, -unit.pupils.length);
    }
  };
  place(0, 0);
  return bestOf(best);
}

/** Assigned in a closure, which the compiler does not follow. */
function bestOf(best: { placing: Placing } | null): Placing | null {
  return best?.placing ?? null;
}

/** Every group for a unit: the fewest to move first, then where it is of most use. */
function choicesOf({ pupils }: Unit, groups: Groups, abilities: Abilities) {
  const own = new Set(pupils);
  return groups
    .map((group, at) => {
      const others = group.filter((pupil) => !own.has(pupil));
      return {
        group: at,
        moving: pupils.length - (group.length - others.length),
        gain: helped([...others, ...pupils], abilities) - helped(others, abilities),
      };
    })
    .sort((a, b) => a.moving - b.moving || b.gain - a.gain || a.group - b.group);
}

/** How many of the placed pupils are in each group; sizes differ by one at most, as without wishes. */
class Room {
  readonly #placed: number[];
  readonly #size: number;
  /** How many groups have one pupil more. */
  readonly #larger: number;

  constructor(groups: Groups) {
    const pupils = groups.flat().length;
    this.#placed = groups.map(() => 0);
    this.#size = Math.floor(pupils / groups.length);
    this.#larger = pupils % groups.length;
  }

  holds(group: number, more: number): boolean {
    const then = (this.#placed[group] ?? 0) + more;
    if (then <= this.#size) return true;
    const others = this.#placed.filter((placed, at) => at !== group && placed > this.#size).length;
    return then === this.#size + 1 && others < this.#larger;
  }

  change(group: number, by: number): void {
    this.#placed[group] = (this.#placed[group] ?? 0) + by;
  }

  /** How many each group is to have: one more where the placed ask for it, then where somebody else could stay. */
  sizes(free: readonly number[]): number[] {
    const fullest = this.#placed
      .map((placed, at) => ({
        at,
        asks: placed > this.#size ? 2 : Number(placed + (free[at] ?? 0) > this.#size),
      }))
      .sort((a, b) => b.asks - a.asks || a.at - b.at)
      .slice(0, this.#larger);
    const larger = new Set(fullest.map(({ at }) => at));
    return this.#placed.map((_, at) => this.#size + Number(larger.has(at)));
  }

  /** How many of the others have to leave their groups. */
  leaving(free: readonly number[]): number {
    const sizes = this.sizes(free);
    return this.#placed.reduce(
      (sum, placed, at) => sum + Math.max(0, placed + (free[at] ?? 0) - (sizes[at] ?? 0)),
      0,
    );
  }
}

/** The groups with every unit in its place; of the others those move who are missed least there and needed most here. */
function settled(before: Groups, found: Placing, abilities: Abilities): string[][] {
  const bound = new Set([...found.keys()].flatMap(({ pupils }) => pupils));
  const free = before.map((group) => group.filter((pupil) => !bound.has(pupil)));
  const room = new Room(before);
  const groups = free.map((group) => [...group]);
  for (const [{ pupils }, at] of found) {
    room.change(at, pupils.length);
    groups[at]?.push(...pupils);
  }
  const sizes = room.sizes(free.map((group) => group.length));
  const over = (group: readonly string[], at: number) => group.length - (sizes[at] ?? 0);
  for (;;) {
    const moves = groups.flatMap((from, at) =>
      over(from, at) <= 0
        ? []
        : from
            .filter((pupil) => !bound.has(pupil))
            .flatMap((pupil) =>
              groups.flatMap((to, there) =>
                over(to, there) >= 0 ? [] : [{ pupil, from, to, gain: gainOf(pupil, from, to, abilities) }],
              ),
            ),
    );
    // Of equal ones the first by name, and for one pupil the first group.
    const best = moves.sort((a, b) => b.gain - a.gain || compare(a.pupil, b.pupil))[0];
    if (best === undefined) return groups.map((group) => group.sort(compare));
    best.from.splice(best.from.indexOf(best.pupil), 1);
    best.to.push(best.pupil);
  }
}

function gainOf(pupil: string, from: readonly string[], to: readonly string[], abilities: Abilities): number {
  const left = from.filter((one) => one !== pupil);
  return (
    helped(left, abilities) +
    helped([...to, pupil], abilities) -
    helped(from, abilities) -
    helped(to, abilities)
  );
}
