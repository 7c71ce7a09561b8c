/** snapshot: fresh documents by name, in pages, or of some pupils. */
import type { Request, Response } from '../../../sidecar/erpnext/contract.ts';
import type { StoredDocument } from '../records.ts';
import type { Site } from '../site.ts';
import { invalid } from './fault.ts';
import { find, given, isExchanged, present, type GivenRow } from './rows.ts';

const PAGE = { withChildren: 50, flat: 2000 };
const MOST_ROWS = 5000;
const SAME = new Intl.Collator('und', { sensitivity: 'base' });

export function snapshot(site: Site, request: Request<'snapshot'>): Response<'snapshot'> {
  site.pairing.check(request.epoch);
  const source = find(request.doctype);
  const { names, after, students } = request;
  if ([names, after, students].filter((one) => one !== undefined).length !== 1) {
    throw invalid('names: exactly one of names, after and students is needed');
  }
  const answer = { doctype: source.doctype, rows: [], gone: [], next: null };
  const page = source.children.length > 0 ? PAGE.withChildren : PAGE.flat;
  const left = site.excluded();
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
  if (after !== undefined) {
    const from = all.findIndex((document) => document.name > after);
    const found = from < 0 ? [] : all.slice(from, from + page);
    const next = found.length === page ? (found.at(-1)?.name ?? null) : null;
    return { ...answer, rows: found.map((document) => given(site, source, document, left)), next };
  }
  if (source.student === null) throw invalid(`students: ${source.doctype} does not point to a pupil`);
  const asked = new Set(students);
  const column = source.student;
  const found = all.filter((document) => {
    const pupil = column === 'name' ? document.name : document.values[column];
    return typeof pupil === 'string' && asked.has(pupil);
  });
  if (found.length > MOST_ROWS)
    throw invalid(`students: these have more than ${MOST_ROWS} rows; ask for fewer`);
  return { ...answer, rows: found.map((document) => given(site, source, document, left)) };
}

/** MariaDB's `in` ignores case and accents: such a document is given as itself, and the asked name is gone. */
function alike(site: Site, doctype: string, name: string): StoredDocument | undefined {
  return site.records.all(doctype).find((document) => SAME.compare(document.name, name) === 0);
}
