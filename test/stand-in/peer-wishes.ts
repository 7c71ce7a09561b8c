/** AI Peer Wish rows: pupils whom a teacher keeps together or apart in the groups to learn together. */
import { randomBytes } from 'node:crypto';
import { fitted } from '../../sidecar/analysis/peers/grouping.ts';
import { kept, type PeerWish } from '../../sidecar/analysis/peers/keeping.ts';
import type { StoredDocument } from './records.ts';
import { document } from './school/document.ts';
import type { Site } from './site.ts';

export const PEER_WISH = 'AI Peer Wish';

export interface StandingWish extends PeerWish {
  name: string;
}

/** Those of a group about two of these pupils, oldest first. */
export function wishesOf(site: Site, group: string, members: ReadonlySet<string>): StandingWish[] {
  return site.records
    .all(PEER_WISH)
    .filter(({ values }) => values['student_group'] === group)
    .sort(byAge)
    .map(asWish)
    .filter(({ student, other }) => members.has(student) && members.has(other));
}

export function saveWish(
  site: Site,
  group: string,
  { student, other, together }: PeerWish,
  name: string | undefined,
): void {
  const wish = together ? 'Together' : 'Apart';
  const stored = name === undefined ? undefined : site.records.get(PEER_WISH, name);
  if (stored !== undefined) {
    site.records.change(stored, { wish });
    return;
  }
  const values = {
    student_group: group,
    target_student: student,
    other_student: other,
    wish,
    creation: site.clock.now(),
  };
  site.records.save(document(PEER_WISH, randomBytes(5).toString('hex'), values));
}

/** Whether a class could be divided so at all. */
export function canBeDivided(members: ReadonlySet<string>, wishes: readonly PeerWish[]): boolean {
  const nothingKnown = new Map();
  return kept(fitted([], [...members], nothingKnown), wishes, nothingKnown).unmet.length === 0;
}

/** What the sidecar has in its mirror goes with an event of its own. */
export function forgetWishes(site: Site, student: string): void {
  for (const { name, values } of site.records.all(PEER_WISH))
    if ([values['target_student'], values['other_student']].includes(student))
      site.records.remove(PEER_WISH, name);
}

/** After a merge: of a pair that came to stand twice the newest wish holds, and nobody is paired with the own self. */
export function settleWishes(site: Site): void {
  const seen = new Set<string>();
  for (const row of site.records.all(PEER_WISH).toSorted(byAge).toReversed()) {
    const { student, other } = asWish(row);
    const pair = JSON.stringify([row.values['student_group'], ...[student, other].sort()]);
    if (student === other || seen.has(pair)) site.records.remove(PEER_WISH, row.name);
    seen.add(pair);
  }
}

function byAge(a: StoredDocument, b: StoredDocument): number {
  return String(a.values['creation']).localeCompare(String(b.values['creation']));
}

function asWish({ name, values }: StoredDocument): StandingWish {
  return {
    name,
    student: String(values['target_student']),
    other: String(values['other_student']),
    together: values['wish'] === 'Together',
  };
}
