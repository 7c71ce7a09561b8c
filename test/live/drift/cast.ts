/** Who plays which part: a pupil for each drift of the mirror, and what the site said of each before it. */
import { difference } from '../holding.ts';
import type { Document, LiveSite } from '../site.ts';
import { saidOn } from './desk.ts';

export const DAY = 'Student Attendance';
export const RESULT = 'Assessment Result';
const DAYS_OF_A_PUPIL = 5;

const PARTS = ['unheard', 'on leave', 'deleted', 'bulk', 'renamed', 'edited', 'cancelled'] as const;
type Part = (typeof PARTS)[number];

export class Cast {
  readonly #site: LiveSite;
  readonly #parts = new Map<Part, { student: string; said: Map<string, string> }>();

  private constructor(site: LiveSite) {
    this.#site = site;
  }

  /** Each of them has enough days for any part, and an insight that rests on days of attendance. */
  static async choose(site: LiveSite): Promise<Cast> {
    const cast = new Cast(site);
    const resting = await site.list('AI Insight', {
      fields: ['name', 'target_student'],
      filters: [
        ['is_current', '=', 1],
        ['kind', '=', 'attendance'],
        ['reasons', 'like', `%"${DAY}"%`],
      ],
    });
    const candidates = resting.map((row) => String(row['target_student']));
    for (const part of PARTS) await cast.#give(part, candidates);
    return cast;
  }

  async #give(part: Part, candidates: string[]): Promise<void> {
    const student = candidates.shift();
    if (student === undefined) throw new Error('the site holds no school: run npm run school:load');
    if ((await this.#counted(DAY, student, DAYS_OF_A_PUPIL)).length < DAYS_OF_A_PUPIL)
      return this.#give(part, candidates);
    this.#parts.set(part, { student, said: await saidOn(this.#site, student) });
  }

  #of(part: Part): { student: string; said: Map<string, string> } {
    const cast = this.#parts.get(part);
    if (cast === undefined) throw new Error(`nobody is ${part}`);
    return cast;
  }

  pupil(part: Part): string {
    return this.#of(part).student;
  }

  /** The newest days on which this pupil was present. */
  async days(part: Part): Promise<string[]> {
    const days = await this.#counted(DAY, this.pupil(part), DAYS_OF_A_PUPIL);
    return days.map(({ name }) => name);
  }

  /** The newest of these days, or of the results. */
  async newest(part: Part, doctype: string): Promise<Document> {
    const [row] = await this.#counted(doctype, this.pupil(part), 1);
    if (row === undefined) throw new Error(`a pupil without ${doctype}`);
    return row;
  }

  saidBefore(part: Part): Map<string, string> {
    return this.#of(part).said;
  }

  /** Places at which the site says something else of this pupil than before the drift. */
  async moved(part: Part): Promise<string[]> {
    return difference(this.saidBefore(part), await saidOn(this.#site, this.pupil(part)));
  }

  async #counted(doctype: string, student: string, limit: number): Promise<Document[]> {
    return this.#site.list(doctype, {
      fields: ['name', ...(doctype === DAY ? ['date', 'student_group'] : [])],
      filters: [
        ['student', '=', student],
        ['docstatus', '=', 1],
        ...(doctype === DAY ? [['status', '=', 'Present']] : []),
      ],
      order_by: doctype === DAY ? 'date desc' : 'creation desc',
      limit,
    });
  }
}
