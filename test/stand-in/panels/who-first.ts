/** Which pupils of a class to look at first, read from what is currently said about each of them. */
import type { Site } from '../site.ts';
import { asSentence, byRank, clearest, lines, type Insight } from './composition.ts';
import { nameOf, type Reader } from './readers.ts';
import { Speaker } from './sentences.ts';
import type { Wishes } from './wishes.ts';

const SHOWN_OF_SEVERAL = 5;
const SHOWN_OF_ONE = 60;
const CLAUSES = 2;

/** Where one pupil stands: the insights that reach a level at all, clearest first. */
interface Standing {
  student: string;
  /** Of the clearest insight, whatever its level. */
  clarity: number;
  raised: Insight[];
  tooLittle: boolean;
}

interface WhoFirst {
  who_first: { student: string; student_name: string; level: string; text: string; can_open: boolean }[];
  who_total: number;
  who_order: 'name' | 'reason';
  not_listed: { nothing: number; too_little: number };
  not_listed_text: string;
}

/** `insights`: what is currently said about any pupil, in attendance and in this course. */
export function whoFirst(
  site: Site,
  reader: Reader,
  pupils: string[],
  insights: Insight[],
  several: boolean,
  wishes: Wishes,
): WhoFirst {
  const ofPupil = new Map<string, Insight[]>(pupils.map((pupil) => [pupil, []]));
  for (const insight of insights) ofPupil.get(insight.target_student ?? '')?.push(insight);
  const standings = [...ofPupil].map(([student, said]) => standing(student, said));
  const raised = standings.filter((one) => one.raised.length > 0);
  raised.sort((a, b) => byClearest(a, b) || (a.student < b.student ? -1 : 1));
  const rest = standings.filter((one) => one.raised.length === 0);
  const counts = {
    nothing: rest.filter((one) => !one.tooLittle).length,
    too_little: rest.filter((one) => one.tooLittle).length,
  };
  const first = raised.slice(0, several ? SHOWN_OF_SEVERAL : SHOWN_OF_ONE).map((one) => ({
    student: one.student,
    student_name: nameOf(site, one.student),
    level: one.raised[0]?.level ?? 'steady',
    text: clauses(site, one.raised),
    can_open: reader.opensRecords || reader.school,
  }));
  if (wishes.byName)
    first.sort((a, b) => (a.student_name.toLowerCase() < b.student_name.toLowerCase() ? -1 : 1));
  return {
    who_first: first,
    who_total: raised.length,
    who_order: wishes.byName ? 'name' : 'reason',
    not_listed: counts,
    not_listed_text: notListed(counts, wishes),
  };
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

function standing(student: string, said: Insight[]): Standing {
  const tooLittle = said.some((insight) => insight.confidence === 'little');
  return {
    student,
    clarity: Math.max(0, ...said.map((insight) => insight.clarity)),
    raised: said.filter((insight) => insight.level !== 'steady').sort(byRank),
    tooLittle: tooLittle || !said.some((insight) => insight.kind === 'marks'),
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
