/** The panel of one Student Group, for those who teach it: the class over all its courses, who first, who with whom. */
import { currentInsights } from '../contract/insights.ts';
import type { Site } from '../site.ts';
import {
  asInsight,
  byRank,
  inSection,
  lines,
  newest,
  plain,
  withEvidence,
  type Insight,
  type Line,
} from './composition.ts';
import { freshness } from './freshness.ts';
import { classOf, shownWishes } from './keeping.ts';
import { noteRead, pupilRead, targetRead } from './read-log.ts';
import { membersOf, nameOf, showsTo, teaches, teachesGroup, type Reader } from './readers.ts';
import { Speaker } from './sentences.ts';
import { SHOWN_OF_SEVERAL, tooSmall, whoFirst, type WhoFirst } from './who-first.ts';
import { wanted, wishesOf, type Wishes } from './wishes.ts';

/** Null (403) for a reader who does not teach the group, and for a name that does not exist. */
export function groupPanel(site: Site, reader: Reader, name: string): object | null {
  const group = site.records.get('Student Group', name);
  if (group === undefined || !teachesGroup(reader, name)) return null;
  if (!showsTo(site, 'staff')) return { state: 'off' };
  const term = String(group.values['academic_term'] ?? '');
  return {
    heading: { group: name, term },
    channel: site.channel('Student Group', name),
    ...compose(site, reader, name, term),
  };
}

function compose(site: Site, reader: Reader, group: string, term: string): object {
  const current = currentInsights(site).map(asInsight);
  const ofGroup = current.filter(
    (one) =>
      one.target_student === null &&
      one.student_group === group &&
      one.academic_term === term &&
      (one.kind === 'group' || one.kind === 'class'),
  );
  const mine = ofGroup.filter((one) => one.kind === 'group' || teaches(reader, group, one.target));
  const pupils = [...membersOf(site, group)].sort();
  const wishes = wishesOf(site, reader);
  const minimum = site.settings.minimum_group_size;
  const small = pupils.length > 0 && pupils.length < minimum;
  const said = small ? [] : wanted(wishes, mine).sort(byRank);
  const speaker = new Speaker('staff', (student) => nameOf(site, student));
  const found = lines(said, speaker);
  const insights = wanted(
    wishes,
    current.filter((one) => one.target_student !== null),
  );
  const asked = { pupils, insights, allCourses: true, shown: SHOWN_OF_SEVERAL };
  const { act, who } = whoFirst(site, reader, asked, wishes);
  noteRead(site, reader, [
    ...said.map(targetRead),
    ...who.who_first.map(({ student }) => pupilRead(student)),
  ]);
  const members = small ? new Map<string, string>() : classOf(site, group);
  const fresh = freshness(site);
  const state = stateOf(ofGroup, who, found, fresh);
  return {
    state,
    pupils: pupils.length,
    records_to: newest(said.map((one) => one.records_to)),
    worked_out: newest(said.map((one) => one.generated_timestamp)),
    stale_since: fresh.staleSince,
    headline:
      small || pupils.length === 0 || state === 'empty' || state === 'waiting'
        ? null
        : { text: headline(pupils.length, act, who, wishes), step: null },
    ...who,
    courses: courses(said, speaker),
    peers: inSection(found, 'peer').map(withEvidence),
    kept: shownWishes(site, group, members),
    members: [...members].map(([student, shown]) => ({ student, student_name: shown })),
    notes: inSection(found, 'note')
      .filter((line) => line.insight.kind === 'group')
      .map((line) => line.text),
    too_little: [
      ...inSection(found, 'too_little').map(plain),
      ...(small ? [tooSmall(group, pupils.length, minimum, speaker)] : []),
    ],
    hidden: wishes.said,
  };
}

/** The class in one sentence of counts. */
function headline(pupils: number, act: number, who: WhoFirst, { hidden }: Wishes): string {
  if (hidden.includes('class')) return 'The class as a whole is not shown.';
  const { nothing, too_little: little } = who.not_listed;
  const raised = `Pupils: ${pupils}. With a reason to act: ${act}; to watch: ${who.who_total - act}`;
  return hidden.length > 0
    ? `${raised}. Only what you chose to see counts here.`
    : `${raised}; with nothing in the records: ${nothing}; with too little data: ${little}.`;
}

/** Of each class its first sentence, by course; two classes may well have the same one. */
function courses(said: Insight[], speaker: Speaker): { title: string; text: string }[] {
  return said
    .filter(({ kind }) => kind === 'class')
    .sort((a, b) => (a.target < b.target ? -1 : 1))
    .flatMap((one) =>
      inSection(lines([one], speaker), 'class')
        .slice(0, 1)
        .map(({ text }) => ({ title: one.target, text })),
    );
}

function stateOf(
  insights: Insight[],
  { who_total: raised, not_listed: { nothing } }: WhoFirst,
  found: Line[],
  fresh: { loaded: boolean; staleSince: string | null },
): string {
  if (fresh.staleSince !== null) return 'stale';
  const known = raised + nothing;
  if (insights.length === 0 && known === 0) return fresh.loaded ? 'empty' : 'waiting';
  return known + inSection(found, 'class').length + inSection(found, 'peer').length > 0
    ? 'ready'
    : 'too_little';
}
