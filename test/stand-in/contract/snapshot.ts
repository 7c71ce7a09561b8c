/** snapshot: fresh documents by name, in pages, of some pupils, or the lessons of a timetable. */
import type { Request, Response, SnapshotPage, SnapshotQuestion } from '../../../sidecar/erpnext/contract.ts';
import type { WatchedDocType } from '../../../sidecar/erpnext/watched.ts';
import type { StoredDocument } from '../records.ts';
import type { Site } from '../site.ts';
import { invalid } from './fault.ts';
import { find, given, isExchanged, present, type GivenRow } from './rows.ts';

export const PAGE = { withChildren: 50, flat: 2000 };
const MOST_ROWS = 5000;
const TIMETABLE = 'Course Schedule';
const SAME = new Intl.Collator('und', { sensitivity: 'base' });

export function snapshot(site: Site, request: Request<'snapshot'>): Response<'snapshot'> {
  site.pairing.check(request.epoch);
  const { also } = request;
  const page = pageOf(site, request);
  return also === undefined ? page : { ...page, also: also.map((question) => pageOf(site, question)) };
}

function pageOf(site: Site, request: SnapshotQuestion): SnapshotPage {
  const source = find(request.doctype);
  const { names, after, students, lessons } = request;
  if ([names, after, students, lessons].filter((one) => one !== undefined).length !== 1) {
    throw invalid('names: exactly one of names, after, students and lessons is needed');
  }
  if (request.academic_year !== undefined && students === undefined)
    throw invalid('academic_year: goes with students');
  const answer = { doctype: source.doctype, rows: [], gone: [], next: null };
  const page = source.children.length > 0 ? PAGE.withChildren : PAGE.flat;
  const left = site.excluded();
  const give = (found: StoredDocument[]) => found.map((document) => given(site, source, document, left));
  if (names !== undefined) {
    if (names.length > page) throw invalid(`names: at most ${page} for ${source.doctype}`);
    const found = new Map<string, GivenRow>();
    for (const name of names) {
      const document = site.records.get(source.doctype, name) ?? alike(site, source.doctype, name);
      if (document === undefined || !isExchanged(source, document, left)) continue;
      found.set(document.name, given(site, source, document, left));
    }
    const gone = [...new Set(names)].filter((name) => !found.has(name));
    return { ...answer, rows: [...found.values()], gone };
  }
  const all = present(source, site.records, left);
  if (students !== undefined) {
    const found = ofStudents(source, all, students, left).filter(ofYear(source, request.academic_year));
    if (found.length > MOST_ROWS)
      throw invalid(`students: these have more than ${MOST_ROWS} rows; ask for fewer`);
    return { ...answer, rows: give(found) };
  }
  if (lessons !== undefined && source.doctype !== TIMETABLE)
    throw invalid(`lessons: ${source.doctype} is no timetable`);
  const listed = lessons === undefined ? all : all.filter((document) => isAmong(document, lessons));
  const from = listed.findIndex((document) => document.name > (after ?? lessons?.after ?? ''));
  const found = from < 0 ? [] : listed.slice(from, from + page);
  const next = found.length === page ? (found.at(-1)?.name ?? null) : null;
  return { ...answer, rows: give(found), next };
}

/** Those that point to one of these pupils, themselves or in a child row. */
function ofStudents(
  source: WatchedDocType,
  all: StoredDocument[],
  students: readonly string[],
  left: Set<string>,
): StoredDocument[] {
  const column = source.student;
  const child = source.children.find(({ fields }) => fields.some(({ name }) => name === 'student'));
  if (column === null && child === undefined)
    throw invalid(`students: ${source.doctype} does not point to a pupil`);
  const asked = new Set(students.filter((name) => column !== null || !left.has(name)));
  return all.filter(({ name, values, children }) => {
    const listed = (children[child?.field ?? ''] ?? []).map((row) => row['student']);
    const pupils = column === null ? listed : [column === 'name' ? name : values[column]];
    return pupils.some((pupil) => typeof pupil === 'string' && asked.has(pupil));
  });
}

function ofYear(source: WatchedDocType, year: string | undefined) {
  if (year !== undefined && !source.fields.some(({ name }) => name === 'academic_year'))
    throw invalid(`academic_year: ${source.doctype} is of no year`);
  return ({ values }: StoredDocument) => year === undefined || values['academic_year'] === year;
}

function isAmong({ values }: StoredDocument, asked: NonNullable<SnapshotQuestion['lessons']>): boolean {
  const day = String(values['schedule_date'] ?? '');
  return (
    (asked.student_group === null || values['student_group'] === asked.student_group) &&
    (asked.instructor === null || values['instructor'] === asked.instructor) &&
    (asked.from_date === null || day >= asked.from_date) &&
    (asked.to_date === null || (day !== '' && day <= asked.to_date))
  );
}

/** MariaDB's `in` ignores case and accents: such a document is given as itself, and the asked name is gone. */
function alike(site: Site, doctype: string, name: string): StoredDocument | undefined {
  return site.records.all(doctype).find((document) => SAME.compare(document.name, name) === 0);
}
