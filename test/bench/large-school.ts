/**
 * A school too large to be held in memory: about 100 days of attendance and 20 results for each pupil, made class by
 * class whenever a page asks for them. The same size and day give the same school, record by record.
 *
 * Each class is a school of the usual generator. Its records' names begin with the number of the class, so that the
 * order of all names is class after class.
 */
import { WATCHED } from '../../sidecar/erpnext/watched.ts';
import { schoolCalendar } from '../stand-in/school/calendar.ts';
import type { Row, SchoolDocument } from '../stand-in/school/document.ts';
import { generateSchool } from '../stand-in/school/generate.ts';

const CLASS_SIZE = 25;
/** One pupil of each class is new and has only a few days, and no results: the others make up for it. */
const DAYS = 105;
/** So many of a class's plans are held twice, with the same marks. */
const REPEATED = 9;

/** What every class has in common. */
const SHARED: ReadonlySet<string> = new Set([
  'Program',
  'Grading Scale',
  'Course',
  'Topic',
  'Article',
  'Video',
  'Academic Year',
  'Academic Term',
]);
/** What there is too much of to be held. */
const LARGE: ReadonlySet<string> = new Set(['Student Attendance', 'Assessment Result']);
const EXCHANGED = new Set(WATCHED.map(({ doctype }) => doctype));

export class LargeSchool {
  readonly #classes: number;
  readonly #today: string;
  readonly #days: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();
  #made: { at: number; documents: SchoolDocument[] } | null = null;
  /** All but the attendance and the results. */
  readonly held: SchoolDocument[] = [];

  constructor(students: number, today: string) {
    this.#classes = students / CLASS_SIZE;
    this.#today = today;
    this.#days = new Set(
      schoolCalendar(today)
        .schoolDays.slice(-DAYS)
        .map(({ date }) => date),
    );
    for (let at = 0; at < this.#classes; at++) {
      for (const document of this.#class(at)) {
        if (LARGE.has(document.doctype)) {
          this.#counts.set(document.doctype, (this.#counts.get(document.doctype) ?? 0) + 1);
        } else if (at === 0 || !SHARED.has(document.doctype)) {
          this.held.push(document);
        }
      }
    }
  }

  /** How many there are of what is not held; null for what is. */
  count(doctype: string): number | null {
    return this.#counts.get(doctype) ?? null;
  }

  /** The first documents after a name, in the order of their names. */
  page(doctype: string, after: string, size: number): SchoolDocument[] {
    const found: SchoolDocument[] = [];
    for (let at = after === '' ? 0 : Number.parseInt(after, 10); at < this.#classes; at++) {
      found.push(...this.#class(at).filter((one) => one.doctype === doctype && one.name > after));
      if (found.length >= size) break;
    }
    return found.slice(0, size);
  }

  /** The records of one class in the order of their names. */
  #class(at: number): SchoolDocument[] {
    if (this.#made?.at === at) return this.#made.documents;
    const { documents: all } = generateSchool({ students: CLASS_SIZE, seed: at, today: this.#today });
    const documents = [...all, ...secondTime(all)].filter((document) => this.#isPart(document));
    const own = new Set(documents.flatMap(({ doctype, name }) => (SHARED.has(doctype) ? [] : [name])));
    const numbered = (value: string): string =>
      own.has(value) ? `${String(at).padStart(5, '0')}-${value}` : value;
    const made = documents.map((document) => renamed(document, numbered));
    made.sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#made = { at, documents: made };
    return made;
  }

  #isPart({ doctype, values }: SchoolDocument): boolean {
    if (!EXCHANGED.has(doctype)) return false;
    return doctype !== 'Student Attendance' || this.#days.has(String(values['date']));
  }
}

/** Some plans and their results once more, under other names. */
function secondTime(documents: readonly SchoolDocument[]): SchoolDocument[] {
  const plans = documents.filter(({ doctype }) => doctype === 'Assessment Plan').slice(0, REPEATED);
  const names = new Set(plans.map(({ name }) => name));
  const results = documents.filter(
    ({ doctype, values }) => doctype === 'Assessment Result' && names.has(String(values['assessment_plan'])),
  );
  const again = new Map([...plans, ...results].map(({ name }) => [name, `${name}-2`]));
  return [...plans, ...results].map((one) => renamed(one, (value) => again.get(value) ?? value));
}

/** With another name, also wherever one is linked to. */
function renamed(document: SchoolDocument, name: (value: string) => string): SchoolDocument {
  const row = (values: Row): Row =>
    Object.fromEntries(
      Object.entries(values).map(([field, value]) => [
        field,
        typeof value === 'string' ? name(value) : value,
      ]),
    );
  return {
    ...document,
    name: name(document.name),
    values: row(document.values),
    children: Object.fromEntries(
      Object.entries(document.children).map(([field, rows]) => [field, rows.map(row)]),
    ),
  };
}
