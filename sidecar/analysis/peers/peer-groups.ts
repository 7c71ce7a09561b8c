/** Groups to learn together, told: who is in each, who could explain what to whom, what to work on together. */
import type { InsightValues, Reason } from '../../erpnext/contract.ts';
import { newest } from '../calendar.ts';
import { rows, say } from '../finding.ts';
import { compare } from '../order.ts';
import type { AddressedInsight, AnalysisSettings, GroupRecords } from '../records.ts';
import {
  MAX_EXPLANATIONS,
  MAX_PEER_PUPILS,
  MIN_PEER_PUPILS,
  MODEL_VERSION,
  PEER_CLEAR_GAIN,
  PEER_STRONG_PERCENT,
  PEER_WEAK_PERCENT,
} from '../thresholds.ts';
import { shareOf, type Ability, type Points } from './abilities.ts';
import { groupsByWeek } from './weeks.ts';

/** Null while the class has no result; a sentence instead of groups with too few pupils of whom anything is known. */
export function peerGroups(records: GroupRecords, settings: AnalysisSettings): AddressedInsight | null {
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

function said({ academicTerm, results, pupils }: GroupRecords, settings: AnalysisSettings): Reason[] {
  const members = [...new Set(pupils)].sort(compare);
  if (members.length > MAX_PEER_PUPILS)
    return [say('data.too_many_peers', '', { have: members.length, most: MAX_PEER_PUPILS })];
  const need = Math.max(MIN_PEER_PUPILS, settings.minimum_group_size);
  const { groups, abilities, known } = groupsByWeek(results, members, { terms: academicTerm !== '', need });
  if (known < need) return [say('data.too_little_peers', '', { have: known, need })];
  const how = { strong: PEER_STRONG_PERCENT, under: PEER_WEAK_PERCENT, gain: PEER_CLEAR_GAIN };
  return [
    ...groups.flatMap((group, at) => saidOfGroup(group, at + 1, abilities)),
    say('note.peers', '', how),
  ];
}

function saidOfGroup(
  group: readonly string[],
  number: number,
  abilities: ReadonlyMap<string, Ability>,
): Reason[] {
  const explained = explanations(group, number, abilities);
  const together = explained.length > 0 ? [] : toWorkOn(group, number, abilities);
  const suggested = [...explained, ...together];
  return [
    whoIsIn(group, number),
    ...(suggested.length > 0 ? suggested : [say('peer.alike', String(number), { number })]),
  ];
}

function whoIsIn(group: readonly string[], number: number): Reason {
  const [a = '', b = '', c = '', d] = group;
  const about = String(number);
  return d === undefined
    ? say('peer.three', about, { number, a, b, c })
    : say('peer.four', about, { number, a, b, c, d });
}

interface Pair {
  helper: string;
  learner: string;
  strong: Points;
  weak: Points;
}

/** Furthest apart first; each part once, and a second pupil explains before the first does so again. */
function explanations(
  group: readonly string[],
  number: number,
  abilities: ReadonlyMap<string, Ability>,
): Reason[] {
  const pairs = group
    .flatMap((learner) =>
      [...(abilities.get(learner)?.weak.values() ?? [])].flatMap((weak) =>
        group.flatMap((helper): Pair[] => {
          const strong = abilities.get(helper)?.strong.get(weak.part.key);
          return strong === undefined ? [] : [{ helper, learner, strong, weak }];
        }),
      ),
    )
    .sort((x, y) => apart(y) - apart(x) || compare(nameOf(x), nameOf(y)));
  const chosen: Pair[] = [];
  while (chosen.length < MAX_EXPLANATIONS) {
    const left = pairs.filter((pair) => chosen.every(({ weak }) => weak.part.key !== pair.weak.part.key));
    const next = left.find((pair) => chosen.every(({ helper }) => helper !== pair.helper)) ?? left[0];
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen.map((pair) => explanation(pair, number));
}

const apart = ({ strong, weak }: Pair) => shareOf(strong) - shareOf(weak);
const nameOf = ({ helper, learner, weak }: Pair) => JSON.stringify([weak.part.key, learner, helper]);

function explanation({ helper, learner, strong, weak }: Pair, number: number): Reason {
  const { course, criterion } = weak.part;
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
function toWorkOn(
  group: readonly string[],
  number: number,
  abilities: ReadonlyMap<string, Ability>,
): Reason[] {
  const weak = group.flatMap((pupil) => [...(abilities.get(pupil)?.weak.values() ?? [])]);
  const [most] = [...Map.groupBy(weak, ({ part }) => part.key).values()]
    .filter((points) => points.length > 1)
    .sort((a, b) => b.length - a.length || compare(a[0]?.part.key ?? '', b[0]?.part.key ?? ''));
  const part = most?.[0]?.part;
  if (most === undefined || part === undefined) return [];
  const { course, criterion } = part;
  const params = { number, course, criterion, under: most.length, pupils: group.length };
  const behind = most.flatMap((points) => points.rows).sort(compare);
  return [say('peer.together', criterion, params, rows('Assessment Result', behind))];
}
