/** Two pupils kept together, apart, or neither any more: what a teacher wishes of the groups to learn together. */
import { z } from 'zod';
import peerGroups from '../../../fixtures/app/peer_groups.json' with { type: 'json' };
import { canBeDivided, PEER_WISH, saveWish, wishesOf } from '../peer-wishes.ts';
import { Refusal } from '../school-rules.ts';
import type { Site } from '../site.ts';
import { freshness } from './freshness.ts';
import { membersOf, nameOf, showsTo, teachesGroup, type Reader } from './readers.ts';
import { shownText } from './sentences.ts';

const Keep = z.object({ name: z.string(), student: z.string(), other: z.string(), wish: z.string() });

/** Null (403) for who does not teach the group. */
export function keep(site: Site, reader: Reader, body: unknown): object | null {
  const { name: group, student, other, wish } = Keep.parse(body);
  if (site.records.get('Student Group', group) === undefined) return null;
  if (!teachesGroup(reader, group) || !showsTo(site, 'staff')) return null;
  if (!['Together', 'Apart', ''].includes(wish)) throw refusal('There is no such wish.');
  if (student === '' || other === '' || student === other) throw refusal('Choose two pupils.');
  const members = classOf(site, group);
  if (!members.has(student) || !members.has(other)) throw refusal('These two are not both in the class.');
  const standing = wishesOf(site, group, new Set(members.keys()));
  const found = standing.find((one) =>
    one.student === student ? one.other === other : one.student === other && one.other === student,
  );
  const wanted = { student, other, together: wish === 'Together' };
  if (wish === '') {
    if (found !== undefined) site.records.remove(PEER_WISH, found.name);
  } else if (found?.together !== wanted.together) {
    check(
      members,
      standing.filter((one) => one !== found),
      wanted,
    );
    saveWish(site, group, wanted, found?.name);
  }
  const stale = freshness(site).staleSince !== null;
  return {
    said: stale ? 'The groups follow once the analysis runs again.' : 'The groups follow in a minute.',
  };
}

/** Active, enabled pupils of a group who are not left out, by name as the reader is shown it. */
export function classOf(site: Site, group: string): Map<string, string> {
  const out = site.excluded();
  const named = [...membersOf(site, group)]
    .filter((student) => !out.has(student))
    .map((student): [string, string] => [student, shownText(nameOf(site, student))]);
  return new Map(named.sort(([a, x], [b, y]) => order(x.toLowerCase(), y.toLowerCase()) || order(a, b)));
}

/** The wishes about these pupils, as the panel lists them. */
export function shownWishes(site: Site, group: string, members: ReadonlyMap<string, string>): object[] {
  return wishesOf(site, group, new Set(members.keys())).map(({ student, other, together }) => ({
    student,
    other,
    text: `Kept ${together ? 'together' : 'apart'}: ${members.get(student)} and ${members.get(other)}`,
  }));
}

type Wish = ReturnType<typeof wishesOf>[number];
type Wanted = Omit<Wish, 'name'>;

/** Refuses what the class could not be divided by. */
function check(members: ReadonlyMap<string, string>, standing: Wanted[], wanted: Wanted): void {
  const { student, other, together } = wanted;
  const wishes = [...standing, wanted];
  const unit = unitOf(student, wishes);
  const named = [...members].filter(([name]) => unit.has(name)).map(([, shown]) => shown);
  const [a, b] = [members.get(student), members.get(other)];
  if (!together && unit.has(other))
    throw refusal(`Kept together are ${named.join(', ')}. Take one of these wishes back first.`);
  const parted = wishes.find(
    (one) => together && !one.together && unit.has(one.student) && unit.has(one.other),
  );
  if (parted !== undefined)
    throw refusal(
      `${members.get(parted.student)} and ${members.get(parted.other)} would come together and are kept apart. Take that wish back first.`,
    );
  const groups = Math.ceil(members.size / peerGroups.most_pupils);
  const most = Math.ceil(members.size / groups);
  if (together && unit.size > most)
    throw refusal(
      `${named.join(', ')}: together ${unit.size}, and a group of this class holds ${most}. Take one of these wishes back first.`,
    );
  if (!canBeDivided(new Set(members.keys()), wishes))
    throw refusal(
      `As the other wishes stand, ${a} and ${b} cannot be ${together ? 'together' : 'apart'}: the class has ${groups} groups. Take another wish back first.`,
    );
}

/** All who hang together with a pupil. */
function unitOf(student: string, wishes: readonly Wanted[]): Set<string> {
  const unit = new Set([student]);
  for (let before = 0; before < unit.size;) {
    before = unit.size;
    for (const one of wishes)
      if (one.together && (unit.has(one.student) || unit.has(one.other)))
        unit.add(one.student).add(one.other);
  }
  return unit;
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function refusal(sentence: string): Refusal {
  return new Refusal('ValidationError', sentence);
}
