/** Which pupils of a class to look at first, read from what is currently said about each of them. */
import type { Site } from '../site.ts';
import { asSentence, byRank, clearest, lines, type Insight } from './composition.ts';
import { nameOf, type Reader } from './readers.ts';
import { Speaker } from './sentences.ts';
import type { Wishes } from './wishes.ts';

export const SHOWN_OF_SEVERAL = 5;
export const SHOWN_OF_ONE = 60;
const CLAUSES = 2;

/** Where one pupil stands: the insights that reach a level at all, clearest first. */
interface Standing {
  student: string;
  /** Of the clearest insight, whatever its level. */
  clarity: number;
  raised: Insight[];
  tooLittle: boolean;
}

export interface WhoFirst {
  who_first: { student: string; student_name: string; level: string; text: string; can_open: boolean }[];
  who_total: number;
  who_order: 'name' | 'reason';
  not_listed: { nothing: number; too_little: number };
  not_listed_text: string;
}

interface Asked {
  pupils: string[];
  /** What is currently said about any pupil: in attendance and in this course, or in all courses. */
  insights: Insight[];
  allCourses: boolean;
  /** How many pupils are listed at most. */
  shown: number;
}

/** `act`: how many of those with a reason have one to act. */
export function whoFirst(
  site: Site,
  reader: Reader,
  { pupils, insights, allCourses, shown }: Asked,
  wishes: Wishes,
): { act: number; who: WhoFirst } {
  const ofPupil = new Map<string, Insight[]>(pupils.map((pupil) => [pupil, []]));
  for (const insight of insights) ofPupil.get(insight.target_student ?? '')?.push(insight);
  const standings = [...ofPupil].map(([student, said]) => standing(student, said, allCourses));
  const raised = standings.filter((one) => one.raised.length > 0);
  raised.sort((a, b) => byClearest(a, b) || (a.student < b.student ? -1 : 1));
  const rest = standings.filter((one) => one.raised.length === 0);
  const counts = {
    nothing: rest.filter((one) => !one.tooLittle).length,
    too_little: rest.filter((one) => one.tooLittle).length,
  };
  const first = raised.slice(0, shown).map((one) => ({
    student: one.student,
    student_name: nameOf(site, one.student),
    level: one.raised[0]?.level ?? 'steady',
    text: clauses(site, one.raised),
    can_open: reader.opensRecords || reader.school,
  }));
  if (wishes.byName)
    first.sort((a, b) => (a.student_name.toLowerCase() < b.student_name.toLowerCase() ? -1 : 1));
  const who: WhoFirst = {
    who_first: first,
    who_total: raised.length,
    who_order: wishes.byName ? 'name' : 'reason',
    not_listed: counts,
    not_listed_text: notListed(counts, wishes),
  };
  return { act: raised.filter((one) => one.raised[0]?.level === 'act').length, who };
}

function notListed(counts: WhoFirst['not_listed'], { hidden }: Wishes): string {
  if (hidden.length > 0) {
    return `Not listed: ${counts.nothing + counts.too_little}. Only what you chose to see counts here.`;
  }
  return (
    `Not listed: ${counts.nothing} with nothing in the records, ${counts.too_little} with too little data. ` +
    'Not listed does not mean all is well.'
  );
}

/** Of all courses some are always new: of these one with enough behind it will do. */
function standing(student: string, said: Insight[], allCourses: boolean): Standing {
  const little = said.filter((insight) => insight.confidence === 'little');
  const marks = said.filter((insight) => insight.kind === 'marks');
  const tooLittle = allCourses
    ? marks.every((insight) => little.includes(insight)) || little.some(({ kind }) => kind === 'attendance')
    : little.length > 0 || marks.length === 0;
  return {
    student,
    clarity: Math.max(0, ...said.map((insight) => insight.clarity)),
    raised: said.filter((insight) => insight.level !== 'steady').sort(byRank),
    tooLittle,
  };
}

function byClearest(a: Standing, b: Standing): number {
  const levels = ['act', 'watch'];
  const level = (one: Standing): number => levels.indexOf(one.raised[0]?.level ?? '');
  return level(a) - level(b) || b.clarity - a.clarity;
}

function clauses(site: Site, raised: Insight[]): string {
  const found = lines(raised, new Speaker('staff', (student) => nameOf(site, student)));
  const headlines = [...clearest(found, 'act'), ...clearest(found, 'watch')].map((line) => line.headline);
  return headlines.length === 0 ? '' : asSentence(headlines.slice(0, CLAUSES).join('; '));
}

/** What stands in the place of a picture of a group that is too small for one. */
export function tooSmall(
  group: string,
  have: number,
  need: number,
  speaker: Speaker,
): { title: string; text: string } {
  const reason = { code: 'data.too_few_pupils', about: '', params: { have, need }, evidence: null };
  return { title: group, text: speaker.text(reason) ?? '' };
}
