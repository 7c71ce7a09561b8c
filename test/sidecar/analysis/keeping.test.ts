/** Pupils whom a teacher keeps together or apart: the wishes hold where they can, and nobody else moves. */
import { array, assert as check, integer, property, shuffledSubarray, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kept, type PeerWish } from '../../../sidecar/analysis/peers/keeping.ts';
import { peerGroups } from '../../../sidecar/analysis/peers/peer-groups.ts';
import { groupsByWeek } from '../../../sidecar/analysis/peers/weeks.ts';
import { MIN_PEER_PUPILS } from '../../../sidecar/analysis/thresholds.ts';
import { anyGroup } from './any-records.ts';
import { results, SETTINGS, TERM } from './pupil.ts';
import { codes, texts } from './said.ts';

const SIX = ['A', 'B', 'C', 'D', 'E', 'F'];
/** Two tests in which all were alike. */
const RESULTS = SIX.flatMap((student) => results([60, 60], (at) => ({ name: `${student}-${at}`, student })));

const NOTHING_KNOWN = new Map();
const EIGHT = [
  ['A', 'B', 'C', 'D'],
  ['E', 'F', 'G', 'H'],
];

const together = (student: string, other: string): PeerWish => ({ student, other, together: true });
const apart = (student: string, other: string): PeerWish => ({ student, other, together: false });
const keep = (groups: string[][], ...wishes: PeerWish[]) => kept(groups, wishes, NOTHING_KNOWN);

function holds(
  groups: readonly (readonly string[])[],
  { student, other, together: same }: PeerWish,
): boolean {
  const placeOf = (pupil: string) => groups.findIndex((group) => group.includes(pupil));
  return (placeOf(student) === placeOf(other)) === same;
}

/** How many pupils are in another group than before. */
function moved(before: readonly (readonly string[])[], after: readonly (readonly string[])[]): number {
  return before.reduce(
    (sum, group, at) => sum + group.filter((pupil) => after[at]?.includes(pupil) !== true).length,
    0,
  );
}

describe('a wish', () => {
  test('brings two pupils together, for whom one other makes room', () => {
    const { groups, unmet } = keep(EIGHT, together('A', 'E'));
    expect(unmet).toEqual([]);
    expect(holds(groups, together('A', 'E'))).toBe(true);
    expect(moved(EIGHT, groups)).toBe(2);
  });

  test('parts two pupils by one exchange', () => {
    const { groups } = keep(EIGHT, apart('A', 'B'));
    expect(holds(groups, apart('A', 'B'))).toBe(true);
    expect(moved(EIGHT, groups)).toBe(2);
  });

  test('that holds already moves nobody', () => {
    expect(keep(EIGHT, together('A', 'B'), apart('A', 'E'))).toEqual({ groups: EIGHT, unmet: [] });
  });

  test('about somebody who is not in the class moves nobody and is not told as impossible', () => {
    expect(keep(EIGHT, together('A', 'gone'), apart('gone', 'away'))).toEqual({ groups: EIGHT, unmet: [] });
  });

  test('has the pupil change places who is needed there, and misses least here', () => {
    const abilities = new Map([
      ['H', { strong: [1], weak: [0], known: true }],
      ['B', { strong: [0], weak: [1], known: true }],
    ]);
    // C has to go; H could explain to B what nobody there can.
    expect(kept(EIGHT, [together('A', 'D'), apart('A', 'C')], abilities).groups).toEqual([
      ['A', 'B', 'D', 'H'],
      ['C', 'E', 'F', 'G'],
    ]);
  });
});

describe('what cannot be met', () => {
  test('more pupils together than a group holds: of the wishes as many hold as can', () => {
    const wishes = ['B', 'C', 'D', 'E'].map((other) => together('A', other));
    expect(keep(EIGHT, ...wishes)).toEqual({ groups: EIGHT, unmet: [together('A', 'E')] });
  });

  test('more pupils apart from each other than there are groups', () => {
    const { groups, unmet } = keep(EIGHT, apart('A', 'B'), apart('B', 'C'), apart('A', 'C'));
    expect(unmet).toEqual([apart('B', 'C')]);
    expect(holds(groups, apart('A', 'B')) && holds(groups, apart('A', 'C'))).toBe(true);
  });

  test('together and apart at once: apart holds', () => {
    const { groups, unmet } = keep(EIGHT, together('A', 'B'), together('B', 'C'), apart('A', 'C'));
    expect(unmet).toEqual([together('B', 'C')]);
    expect(holds(groups, apart('A', 'C'))).toBe(true);
  });

  test('is said by the names of the two, beside the groups as they are', () => {
    const records = {
      studentGroup: 'G8',
      academicTerm: TERM.name,
      pupils: SIX,
      results: RESULTS,
      wishes: SIX.slice(1).map((other) => together('A', other)),
    };
    const said = peerGroups(records, SETTINGS)?.values.reasons ?? [];
    expect(codes(said).filter((code) => code === 'peer.not_together')).toHaveLength(3);
    expect(texts(said, 'peer')).toContain(
      'A and D cannot be kept together as the class and the other wishes stand. One of the wishes is to be taken back.',
    );
  });
});

/** The groups of a class in their order, and others of the same sizes, which the wishes are taken from. */
const anyWishes = integer({ min: 6, max: 30 }).chain((pupils) => {
  const names = Array.from({ length: pupils }, (_, at) => `S${String(at).padStart(2, '0')}`);
  const pairs = array(tuple(integer({ min: 0, max: pupils - 1 }), integer({ min: 0, max: pupils - 1 })), {
    maxLength: 20,
  });
  return tuple(shuffledSubarray(names, { minLength: pupils }), pairs).map(([shuffled, drawn]) => {
    const hidden = dealt(shuffled);
    const wishes = drawn
      .filter(([one, two]) => one !== two)
      .map(([one, two]) => together(names[one] ?? '', names[two] ?? ''))
      .map((wish) => ({ ...wish, together: holds(hidden, wish) }));
    return { groups: dealt(names), wishes };
  });
});

/** Into groups of three and four. */
function dealt(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / 4);
  return Array.from({ length: count }, (_, at) => names.filter((__, place) => place % count === at).sort());
}

describe('of any class', () => {
  test('wishes that can be met together are met, in groups of the same sizes', () => {
    check(
      property(anyWishes, ({ groups, wishes }) => {
        const after = keep(groups, ...wishes);
        expect(after.unmet).toEqual([]);
        for (const wish of wishes) expect(holds(after.groups, wish)).toBe(true);
        expect(after.groups.flat().sort()).toEqual(groups.flat().sort());
        expect(sizes(after.groups)).toEqual(sizes(groups));
      }),
    );
  });

  test('whatever is wished, each wish holds or is told, and the order of wishes changes nothing', () => {
    check(
      property(anyGroup, (records) => {
        const { groups, abilities } = groupsByWeek(records.results, records.pupils, {
          terms: records.academicTerm !== '',
          need: MIN_PEER_PUPILS,
        });
        const after = kept(groups, records.wishes, abilities);
        const told = new Set(after.unmet);
        const all = new Set(groups.flat());
        for (const wish of records.wishes)
          if (all.has(wish.student) && all.has(wish.other) && !alike(wish, told))
            expect(holds(after.groups, wish)).toBe(true);
        expect(kept(groups, records.wishes.toReversed(), abilities).groups).toEqual(after.groups);
      }),
    );
  });

  test('without wishes the groups are those found without them', () => {
    check(
      property(anyGroup, (records) => {
        const { groups, abilities } = groupsByWeek(records.results, records.pupils, {
          terms: true,
          need: MIN_PEER_PUPILS,
        });
        expect(kept(groups, [], abilities)).toEqual({ groups, unmet: [] });
      }),
    );
  });
});

function sizes(groups: readonly (readonly string[])[]): number[] {
  return groups.map((group) => group.length).sort((a, b) => a - b);
}

/** Whether the same is wished there, in whichever order the two are named. */
function alike(wish: PeerWish, others: Iterable<PeerWish>): boolean {
  return [...others].some((other) => keyOf(other) === keyOf(wish));
}

function keyOf({ student, other, together: same }: PeerWish): string {
  return JSON.stringify([same, ...[student, other].sort()]);
}
