/** Groups to learn together, told: who is in each, who could explain what to whom, what to work on together. */
import type { InsightValues, Reason } from '../../erpnext/contract.ts';
import { newest } from '../calendar.ts';
import { rows, say } from '../finding.ts';
import { compare } from '../order.ts';
import { percent } from '../percent.ts';
import type { AddressedInsight, AnalysisSettings, PeerRecords } from '../records.ts';
import {
  MAX_EXPLANATIONS,
  MAX_PEER_PUPILS,
  MIN_PEER_PUPILS,
  MODEL_VERSION,
  PEER_CLEAR_GAIN,
  PEER_STRONG_PERCENT,
  PEER_WEAK_PERCENT,
} from '../thresholds.ts';
import { has, pointsOf, type Points } from './abilities.ts';
import { kept, type PeerWish } from './keeping.ts';
import { groupsByWeek, type Grouping } from './weeks.ts';

/** Null while the class has no result; a sentence instead of groups with too few pupils of whom anything is known. */
export function peerGroups(records: PeerRecords, settings: AnalysisSettings): AddressedInsight | null {
  const { studentGroup, academicTerm, results } = records;
  if (results.length === 0) return null;
  const reasons = said(records, settings);
  const values: InsightValues = {
    level: 'steady',
    clarity: 0,
    reasons,
    chart: null,
    confidence: reasons.some(({ code }) => code === 'note.peers') ? 'fairly' : 'little',
    records_to: newest(results.map(({ date }) => date)),
    model_version: MODEL_VERSION,
  };
  const address = {
    target_doctype: 'Student Group' as const,
    target: studentGroup,
    insight: 'group' as const,
    course: '',
    student_group: studentGroup,
    academic_term: academicTerm,
  };
  return { address, values };
}

function said({ academicTerm, results, pupils, wishes }: PeerRecords, settings: AnalysisSettings): Reason[] {
  const members = [...new Set(pupils)].sort(compare);
  if (members.length > MAX_PEER_PUPILS)
    return [say('data.too_many_peers', '', { have: members.length, most: MAX_PEER_PUPILS })];
  const need = Math.max(MIN_PEER_PUPILS, settings.minimum_group_size);
  const grouping = groupsByWeek(results, members, { terms: academicTerm !== '', need });
  if (grouping.known < need) return [say('data.too_little_peers', '', { have: grouping.known, need })];
  const { groups, unmet } = kept(grouping.groups, wishes, grouping.abilities);
  const how = { strong: PEER_STRONG_PERCENT, under: PEER_WEAK_PERCENT, gain: PEER_CLEAR_GAIN };
  return [
    ...groups.flatMap((group, at) => saidOfGroup(group, at + 1, grouping)),
    ...unmet.map(notPossible),
    say('note.peers', '', how),
  ];
}

function saidOfGroup(group: readonly string[], number: number, grouping: Grouping): Reason[] {
  const explained = explanations(group, number, grouping);
  const suggested = explained.length > 0 ? explained : toWorkOn(group, number, grouping);
  return [
    whoIsIn(group, number),
    ...(suggested.length > 0 ? suggested : [say('peer.alike', String(number), { number })]),
  ];
}

function notPossible({ student, other, together }: PeerWish): Reason {
  const [a = '', b = ''] = [student, other].sort(compare);
  return say(together ? 'peer.not_together' : 'peer.not_apart', a, { a, b });
}

function whoIsIn(group: readonly string[], number: number): Reason {
  const [a = '', b = '', c = '', d] = group;
  const about = String(number);
  return d === undefined
    ? say('peer.three', about, { number, a, b, c })
    : say('peer.four', about, { number, a, b, c, d });
}

/** Somebody strong in a part (its place among the parts) and somebody weak in it. */
interface Pair {
  place: number;
  helper: string;
  learner: string;
  strong: Points;
  weak: Points;
}

/** Furthest apart first; each part once, and a second pupil explains before the first does so again. */
function explanations(group: readonly string[], number: number, grouping: Grouping): Reason[] {
  const pairs = grouping.marks.parts
    .flatMap((_, place) =>
      inPart(group, 'weak', place, grouping).flatMap((learner) =>
        inPart(group, 'strong', place, grouping).map((helper) => ({
          place,
          helper: helper.pupil,
          learner: learner.pupil,
          strong: helper.points,
          weak: learner.points,
        })),
      ),
    )
    .sort((x, y) => apart(y) - apart(x) || x.place - y.place || compare(nameOf(x), nameOf(y)));
  const chosen: Pair[] = [];
  while (chosen.length < MAX_EXPLANATIONS) {
    const left = pairs.filter((pair) => chosen.every(({ place }) => place !== pair.place));
    const next = left.find((pair) => chosen.every(({ helper }) => helper !== pair.helper)) ?? left[0];
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen.map((pair) => explanation(pair, number, grouping));
}

const shareOf = ({ score, maximum }: Points) => percent(score, maximum);
const apart = ({ strong, weak }: Pair) => shareOf(strong) - shareOf(weak);
const nameOf = ({ helper, learner }: Pair) => JSON.stringify([learner, helper]);

/** Those of a group who are strong, or weak, in a part, with their points. */
function inPart(
  group: readonly string[],
  kind: 'strong' | 'weak',
  place: number,
  { marks, abilities, after }: Grouping,
): { pupil: string; points: Points }[] {
  return group.flatMap((pupil) => {
    const list = marks.marks.get(pupil)?.[place];
    if (list === undefined || !has(abilities.get(pupil)?.[kind] ?? [], place)) return [];
    return [{ pupil, points: pointsOf(list, after) }];
  });
}

function explanation(
  { place, helper, learner, strong, weak }: Pair,
  number: number,
  { marks }: Grouping,
): Reason {
  const { course = '', criterion = '' } = marks.parts[place] ?? {};
  return say(
    'peer.explain',
    criterion,
    {
      number,
      course,
      criterion,
      helper,
      score: Math.round(strong.score),
      maximum: Math.round(strong.maximum),
      learner,
      learner_score: Math.round(weak.score),
      learner_maximum: Math.round(weak.maximum),
      tests: Math.min(strong.rows.length, weak.rows.length),
    },
    rows('Assessment Result', [...strong.rows, ...weak.rows].sort(compare)),
  );
}

/** The part in which most of them are weak, from two pupils on. Nobody here is strong in it, or it would be explained. */
function toWorkOn(group: readonly string[], number: number, grouping: Grouping): Reason[] {
  const [most] = grouping.marks.parts
    .map((part, place) => ({ part, weak: inPart(group, 'weak', place, grouping) }))
    .filter(({ weak }) => weak.length > 1)
    .sort((a, b) => b.weak.length - a.weak.length);
  if (most === undefined) return [];
  const { course, criterion } = most.part;
  const params = { number, course, criterion, under: most.weak.length, pupils: group.length };
  const behind = most.weak.flatMap(({ points }) => points.rows).sort(compare);
  return [say('peer.together', criterion, params, rows('Assessment Result', behind))];
}
