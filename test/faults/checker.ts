/**
 * What must be true after any history. It reads the site's own records and log and the rows of the database, and
 * shares no code with the sidecar's sync.
 */
import { sql } from 'kysely';
import type { Db } from '../../sidecar/store/tables.ts';
import { WATCHED } from '../../sidecar/erpnext/watched.ts';
import { given, present } from '../stand-in/contract/rows.ts';
import { currentInsights } from '../stand-in/contract/insights.ts';
import { z } from 'zod';
import { METHODS } from '../../sidecar/erpnext/contract.ts';
import { EDITABLE } from '../../sidecar/erpnext/editable.ts';
import type { AnsweredCall, Site } from '../stand-in/site.ts';

/** Watches the requests as the site answers them. */
export class Watch {
  readonly broken: string[] = [];
  /** What checks repaired: nothing, where every change was told. */
  readonly found: string[] = [];
  written = 0;
  readonly #site: Site;
  readonly #given = new Set<number>();
  readonly #stored = new Set<string>();
  readonly #revisions = new Map<string, { epoch: string; revision: number }>();

  constructor(site: Site) {
    this.#site = site;
    site.onCall = (call) => this.#see(call);
  }

  #see({ method, status, asked, answered }: AnsweredCall): void {
    if (status !== 200) return;
    if (method === 'pull') {
      for (const id of METHODS.pull.request.parse(asked).ack)
        if (!this.#given.has(id)) this.broken.push(`event ${id} was acknowledged before it was given out`);
      for (const { id } of METHODS.pull.response.parse(answered).events) this.#given.add(id);
    }
    if (method === 'write_back') {
      const { epoch, items } = METHODS.write_back.request.parse(asked);
      const { results } = METHODS.write_back.response.parse(answered);
      if (epoch !== this.#site.pairing.epoch) this.broken.push('an epoch that is over wrote back');
      this.written += items.length;
      for (const [at, item] of items.entries())
        if (results[at]?.outcome === 'stored') this.#takesEffect(JSON.stringify([epoch, item]));
      this.#revisionsRise();
    }
    if (method === 'report')
      for (const { check, details } of METHODS.report.request.parse(asked).checks)
        for (const { doctype, found } of details)
          this.found.push(`the ${check} check found ${found} ${doctype} that no event had told`);
  }

  /** After each deed of people: what the site erased with a pupil who is left out may take effect once more. */
  look(): void {
    const leftOut = [...this.#site.excluded()].map((pupil) => JSON.stringify(pupil));
    for (const said of this.#stored)
      if (leftOut.some((pupil) => said.includes(pupil))) this.#stored.delete(said);
  }

  #takesEffect(said: string): void {
    if (this.#stored.has(said)) this.broken.push(`${said} took effect twice`);
    this.#stored.add(said);
  }

  #revisionsRise(): void {
    for (const doctype of ['AI Insight', 'Assessment Insight']) {
      for (const { name, values } of this.#site.records.all(doctype)) {
        const now = { epoch: String(values['epoch']), revision: Number(values['revision']) };
        const before = this.#revisions.get(`${doctype} ${name}`);
        this.#revisions.set(`${doctype} ${name}`, now);
        if (before !== undefined && before.epoch === now.epoch && now.revision < before.revision)
          this.broken.push(
            `the revision of ${doctype} ${name} fell from ${before.revision} to ${now.revision}`,
          );
      }
    }
  }
}

/** A history in which nothing happened proves nothing. */
export function nothingWritten(watch: Watch, after: Map<string, string>): string[] {
  return watch.written === 0 || after.size === 0 ? ['nothing was written at all'] : [];
}

/** Rows in which the mirror is not what the site holds. */
export async function mirrorDiffers(db: Db, site: Site): Promise<string[]> {
  const differing: string[] = [];
  for (const source of WATCHED) {
    const table = `mirror_${source.doctype.toLowerCase().replaceAll(' ', '_')}`;
    const expected = new Map(
      present(source, site.records, site.excluded()).map((document) => {
        const row = given(site, source, document, site.excluded());
        return [row.name, asText(source.doctype, row)];
      }),
    );
    const { rows } = await sql<{ name: string; row_sum: number; docstatus: number; modified: string }>`
      select name, row_sum, docstatus, modified from ${sql.table(table)}`.execute(db);
    const found = new Map(rows.map((row) => [row.name, asText(source.doctype, row)]));
    for (const name of new Set([...expected.keys(), ...found.keys()]))
      if (expected.get(name) !== found.get(name))
        differing.push(
          `mirror ${source.doctype} ${name}: ${found.get(name)}, on the site ${expected.get(name)}`,
        );
    for (const child of source.children) {
      const children = await sql<{ parent: string; count: number }>`
        select parent, count(*)::int as count from ${sql.table(`${table}__${child.field}`)}
        group by parent`.execute(db);
      const counts = new Map(children.rows.map(({ parent, count }) => [parent, count]));
      for (const document of present(source, site.records, site.excluded())) {
        const rowsGiven = given(site, source, document, site.excluded())[child.field];
        const wanted = Array.isArray(rowsGiven) ? rowsGiven.length : 0;
        if (wanted !== (counts.get(document.name) ?? 0))
          differing.push(`mirror ${source.doctype} ${document.name}.${child.field}: not ${wanted} rows`);
      }
    }
  }
  return differing;
}

/** Our own writes of an insight change its `modified` and raise no event. */
function asText(doctype: string, row: { row_sum: number; docstatus: number; modified: string }): string {
  return JSON.stringify([row.row_sum, row.docstatus, doctype === 'AI Insight' ? '' : row.modified]);
}

/**
 * What people edit stands beside what was proposed: it follows from the order of both, and has its own tests. And what
 * counts answers of people to insights has none to count on a site that is loaded for the first time.
 */
const OF_PEOPLE = new Set([
  ...EDITABLE.map(({ field }) => field),
  'ai_interaction_summary',
  'ai_intervention_history',
]);

function fieldOf(place: string): string {
  return z.tuple([z.string(), z.string(), z.string()]).parse(JSON.parse(place))[2];
}

/** What the site shows: the current insights and what is said of results, by what they are about. */
export function shown(site: Site): Map<string, string> {
  const found = new Map<string, string>();
  for (const { values } of currentInsights(site)) {
    const { target_doctype, target, kind, course, student_group, academic_term } = values;
    const about = JSON.stringify([target_doctype, target, kind, course, student_group, academic_term]);
    found.set(about, String(values['content_hash']));
  }
  for (const { name, values } of site.records.all('Assessment Insight'))
    if ((values['withdrawn_on'] ?? null) === null)
      found.set(`result ${name}`, String(values['content_hash']));
  for (const [place, { value }] of site.fields)
    if (value !== 'null' && !OF_PEOPLE.has(fieldOf(place))) found.set(`field ${place}`, value);
  return found;
}

export function shownDiffers(after: Map<string, string>, clean: Map<string, string>): string[] {
  return [...new Set([...after.keys(), ...clean.keys()])]
    .filter((about) => after.get(about) !== clean.get(about))
    .map((about) => `insight ${about}: ${after.get(about)}, after a clean load ${clean.get(about)}`);
}
