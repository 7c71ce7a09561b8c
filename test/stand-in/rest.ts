/** The part of Frappe's REST interface that the Desk page, the contract suite and loaders use. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Reader } from './panels/readers.ts';
import type { StoredDocument } from './records.ts';
import type { Row, Value } from './school/document.ts';
import { changedDocument, newDocument, Refusal, type Posted } from './school-rules.ts';
import type { Site } from './site.ts';

const Scalar = z.union([z.string(), z.number(), z.null(), z.boolean().transform(Number)]);
const Body = z.record(z.string(), z.union([Scalar, z.array(z.record(z.string(), Scalar))]));
const Filter = z.tuple([z.string(), z.string(), z.union([Scalar, z.array(Scalar)])]);
const MOST_INSERTED = 200;

export interface Environment {
  Variables: { reader: Reader };
}

export function resources(site: Site): Hono<Environment> {
  const app = new Hono<Environment>();
  app.get('/:doctype', (context) => {
    const query = context.req.query();
    const fields = z.array(z.string()).parse(JSON.parse(query['fields'] ?? '["name"]'));
    const filters = z.array(Filter).parse(JSON.parse(query['filters'] ?? '[]'));
    const limit = Number(query['limit_page_length'] ?? 20);
    const found = site.records.all(context.req.param('doctype')).filter((row) => fits(row, filters));
    if ((query['order_by'] ?? '').endsWith(' desc')) found.reverse();
    const page = limit === 0 ? found : found.slice(0, limit);
    return context.json({ data: page.map((row) => picked(row, fields)) });
  });
  app.get('/:doctype/:name', (context) =>
    context.json({ data: whole(existing(site, context.req.param('doctype'), context.req.param('name'))) }),
  );
  app.post('/:doctype', async (context) => {
    const body = Body.parse(await context.req.json());
    return context.json({ data: whole(insert(site, context.req.param('doctype'), body)) });
  });
  app.put('/:doctype/:name', async (context) => {
    const stored = existing(site, context.req.param('doctype'), context.req.param('name'));
    const posted = postedOf(Body.parse(await context.req.json()), stored.docstatus);
    return context.json({ data: whole(site.records.save(changedDocument(stored, posted))) });
  });
  app.delete('/:doctype/:name', (context) => {
    const { doctype, name } = context.req.param();
    existing(site, doctype, name);
    site.records.remove(doctype, name);
    return context.json({ message: 'ok' }, 202);
  });
  return app;
}

/** `frappe.client.insert_many`: all of them, or the error of the first that is refused. */
export function insertMany(site: Site, body: unknown): string[] {
  const { docs } = z.object({ docs: z.array(Body).max(MOST_INSERTED) }).parse(body);
  return docs.map((one) => insert(site, z.string().parse(one['doctype']), one).name);
}

function insert(site: Site, doctype: string, body: z.output<typeof Body>): StoredDocument {
  return site.records.save(newDocument(site.records, doctype, postedOf(body, 0), site.clock.today()));
}

function existing(site: Site, doctype: string, name: string): StoredDocument {
  const found = site.records.get(doctype, name);
  if (found === undefined) throw new Refusal('DoesNotExistError', `${doctype} ${name} not found`, 404);
  return found;
}

function postedOf(body: z.output<typeof Body>, docstatus: 0 | 1 | 2): Posted {
  const values: Row = {};
  const children: Record<string, Row[]> = {};
  for (const [field, value] of Object.entries(body)) {
    if (['doctype', 'name', 'docstatus', 'modified'].includes(field)) continue;
    if (Array.isArray(value)) children[field] = value;
    else values[field] = value;
  }
  const wanted = z.union([z.literal(0), z.literal(1), z.literal(2)]).catch(docstatus);
  return { docstatus: wanted.parse(body['docstatus']), values, children };
}

function whole(row: StoredDocument): object {
  const { doctype, name, modified, docstatus, values, children } = row;
  return { doctype, name, modified, docstatus, ...values, ...children };
}

function picked(row: StoredDocument, fields: string[]): Row {
  if (fields.includes('*'))
    return { name: row.name, modified: row.modified, docstatus: row.docstatus, ...row.values };
  return Object.fromEntries(fields.map((field) => [field, valueOf(row, field)]));
}

function valueOf(row: StoredDocument, field: string): Value {
  if (field === 'name' || field === 'modified' || field === 'docstatus') return row[field];
  return row.values[field] ?? null;
}

function fits(row: StoredDocument, filters: z.output<typeof Filter>[]): boolean {
  return filters.every(([field, operator, wanted]) => {
    const value = valueOf(row, field) ?? '';
    if (Array.isArray(wanted)) return wanted.includes(value) === (operator === 'in');
    const other = wanted ?? '';
    switch (operator) {
      case '=':
        return value === other;
      case '!=':
        return value !== other;
      case 'like':
        return String(value).includes(String(other).replaceAll('%', ''));
      case '<':
        return value < other;
      case '<=':
        return value <= other;
      case '>':
        return value > other;
      default:
        return value >= other;
    }
  });
}
