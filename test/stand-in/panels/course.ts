/** The panel of one course: one class of it, or all classes together for those who read the whole school. */
import { currentInsights } from '../contract/insights.ts';
import { className, type Site } from '../site.ts';
import { drawn } from './charts.ts';
import { ALL, choose, entry, readableClasses, together, type Class } from './classes.ts';
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
import { opened, rowsOf } from './fields.ts';
import { freshness, NEVER_CHECKED } from './freshness.ts';
import { noteRead, pupilRead, targetRead } from './read-log.ts';
import { membersOf, nameOf, showsTo, type Reader } from './readers.ts';
import { shownText, Speaker } from './sentences.ts';
import { settingsOf } from './settings.ts';
import { SHOWN_OF_ONE, SHOWN_OF_SEVERAL, tooSmall, whoFirst } from './who-first.ts';
import { wanted, wishesOf, type Wishes } from './wishes.ts';

/** "All groups" stays a page: of the classes only the clearest are shown. */
const CLASSES_OF_ALL = 3;
const PARTS_OF_ALL = 6;

/** What the site answers; null (403) without a class of this course, and for a class that is not the reader's. */
export function coursePanel(
  site: Site,
  reader: Reader,
  course: string,
  studentGroup: string,
  academicTerm: string,
): object | null {
  const current = currentInsights(site);
  const insights = current
    .filter(({ values }) => values['target_doctype'] === 'Course' && values['target'] === course)
    .map(asInsight);
  const classes = readableClasses(site, reader, course, insights);
  const chosen = choose(classes, reader.school, studentGroup, academicTerm);
  if (chosen === null || site.records.get('Course', course) === undefined) return null;
  if (!reader.school && reader.classes.length === 0) return null;
  if (!showsTo(site, 'staff')) return { state: 'off' };
  const shown = chosen === ALL ? together(classes) : [chosen];
  const ofPupils = current
    .filter(({ values }) => values['target_doctype'] === 'Student')
    .filter(({ values }) => values['kind'] === 'attendance' || values['course'] === course)
    .map(asInsight);
  const wishes = wishesOf(site, reader);
  const offered = reader.school && classes.length !== 1 ? [ALL, ...classes] : classes;
  return {
    heading: { course },
    groups: offered.map(entry),
    student_group: chosen.studentGroup,
    academic_term: chosen.academicTerm,
    channel: site.channel('Course', className(course, chosen.studentGroup, chosen.academicTerm)),
    settings: settingsOf(site, reader, 'Course', course),
    ...compose(site, reader, shown, insights, wanted(wishes, ofPupils), wishes),
    ...content(site, course, chosen, wishes),
  };
}

/** How hard the parts are and which topics they belong to: of one class, or of the course as a whole. */
function content(site: Site, course: string, chosen: Class, wishes: Wishes): object {
  const difficulty = opened(site, 'Course', course, 'ai_difficulty_profile');
  const ofClass = difficulty.classes.find(
    (one) => one.student_group === chosen.studentGroup && one.academic_term === chosen.academicTerm,
  );
  const about = chosen === ALL ? difficulty.said : (ofClass?.said ?? []);
  const said = wishes.hidden.includes('class') ? [] : about;
  const speaker = new Speaker('staff', (student) => nameOf(site, student));
  const material = wishes.steps > 0 ? rowsOf(said, speaker, ['step']) : [];
  return {
    difficulty: rowsOf(said, speaker, ['difficulty']),
    material: material.map(({ text }) => text),
    mapping: rowsOf(opened(site, 'Course', course, 'ai_content_mapping').said, speaker, ['mapping']),
  };
}

function compose(
  site: Site,
  reader: Reader,
  shown: Class[],
  insights: Insight[],
  ofPupils: Insight[],
  wishes: Wishes,
): object {
  const several = shown.length > 1;
  const minimum = site.settings.minimum_group_size;
  const said = insights
    .filter((insight) => shown.some((one) => isOf(insight, one)))
    .sort(byRank)
    .slice(0, CLASSES_OF_ALL);
  const members = new Map(shown.map((one) => [one.studentGroup, membersOf(site, one.studentGroup)]));
  const pictures = new Set(several ? said.map((insight) => insight.student_group) : members.keys());
  const small = [...members].filter(
    ([group, pupils]) => pictures.has(group) && pupils.size > 0 && pupils.size < minimum,
  );
  const pictured = wanted(
    wishes,
    said.filter((insight) => !small.some(([group]) => group === insight.student_group)),
  );
  const speaker = new Speaker('staff', (student) => nameOf(site, student));
  const found = lines(pictured, speaker);
  const pupils = [...new Set([...members.values()].flatMap((group) => [...group]))].sort();
  const most = several ? SHOWN_OF_SEVERAL : SHOWN_OF_ONE;
  const asked = { pupils, insights: ofPupils, allCourses: false, shown: most };
  const { who } = whoFirst(site, reader, asked, wishes);
  const listed = who.who_first.map(({ student }) => pupilRead(student));
  noteRead(site, reader, [...pictured.map(targetRead), ...listed]);
  const tooLittle = [
    ...inSection(found, 'too_little').map((line) => row(line, several)),
    ...small.map(([group, few]) => tooSmall(group, few.size, minimum, speaker)),
  ];
  const fresh = freshness(site);
  const chart = several
    ? null
    : pictured.map((one) => drawn(one, speaker, minimum)).find((one) => one !== null);
  return {
    state: stateOf(said, found, who.who_total, tooLittle.length > 0, fresh),
    pupils: pupils.length,
    tests: several ? null : testsOf(pictured),
    records_to: newest(said.map((insight) => insight.records_to)),
    worked_out: newest(said.map((insight) => insight.generated_timestamp)),
    stale_since: fresh.staleSince,
    headline: headline(found, several, wishes),
    ...who,
    parts: inSection(found, 'part')
      .slice(0, PARTS_OF_ALL)
      .map((line) => ({ ...withEvidence(line), ...row(line, several) })),
    chart: chart ?? null,
    steps: inSection(found, 'step')
      .map((line) => (several ? ofGroup(line.insight, line.text) : line.text))
      .slice(0, wishes.steps),
    how_sure: inSection(found, 'sure').map((line) => row(line, several)),
    track_record: NEVER_CHECKED,
    too_little: tooLittle,
    hidden: wishes.said,
  };
}

/** The class in one or two sentences; of several classes, the one with the clearest reason. */
function headline(
  found: Line[],
  several: boolean,
  wishes: Wishes,
): { text: string; step: string | null } | null {
  const about = inSection(found, 'class');
  const clearest = about[0]?.insight;
  if (clearest === undefined) {
    return wishes.hidden.includes('class')
      ? { text: 'The class as a whole is not shown.', step: null }
      : null;
  }
  const said = about.filter((line) => line.insight.name === clearest.name).slice(0, several ? 1 : 2);
  const text = said.map((line) => line.text).join(' ');
  const step = inSection(found, 'step').find((line) => line.insight.name === clearest.name);
  return {
    text: several ? ofGroup(clearest, text) : text,
    step: wishes.steps > 0 ? (step?.text ?? null) : null,
  };
}

function stateOf(
  said: Insight[],
  found: Line[],
  raised: number,
  tooLittle: boolean,
  fresh: { loaded: boolean; staleSince: string | null },
): string {
  if (fresh.staleSince !== null) return 'stale';
  if (said.length === 0) return fresh.loaded ? 'empty' : 'waiting';
  const picture = inSection(found, 'class').length + inSection(found, 'part').length + raised;
  return picture > 0 ? 'ready' : tooLittle ? 'too_little' : 'empty';
}

/** How many tests these pictures rest on, as the analysis counted them. */
function testsOf(said: Insight[]): number {
  return said.reduce((sum, { reasons }) => {
    const counts = reasons.map(({ params }) => Number(params['tests'] ?? 0));
    return sum + Math.max(0, ...counts);
  }, 0);
}

function isOf(insight: Insight, one: Class): boolean {
  return insight.student_group === one.studentGroup && insight.academic_term === one.academicTerm;
}

function row(line: Line, several: boolean): { title: string; text: string } {
  const { title, text } = plain(line);
  return { title: several && title !== '' ? `${line.insight.student_group} · ${title}` : title, text };
}

function ofGroup(insight: Insight, text: string): string {
  return `${shownText(insight.student_group)}: ${text}`;
}
