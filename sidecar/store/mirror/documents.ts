/** Reading, storing and removing documents of the mirror, a page at a time, each table in one statement. */
import { sql, type RawBuilder } from 'kysely';
import type { WatchedField } from '../../erpnext/watched.ts';
import type { Sealer } from '../sealing.ts';
import { rowsOf } from '../rows.ts';
import type { Db } from '../tables.ts';
import { bucketOf, ownSum, type Fields, type MirrorDocument, type MirroredDocument } from './document.ts';
import { SHAPES, columnType, type MirrorShape } from './shape.ts';

/** The documents of these names that the mirror holds. Sealed fields come as they are kept, sealed. */
export async function readDocuments(
  db: Db,
  shape: MirrorShape,
  names: readonly string[],
): Promise<Map<string, MirroredDocument>> {
  if (names.length === 0) return new Map();
  const children = shape.children.map(
    ({ field, table }) => sql`${sql.lit(field)}, (
      select coalesce(json_agg(child order by child.idx), '[]'::json)
      from ${sql.table(table)} as child where child.parent = own.name
    )`,
  );
  const rows = await rowsOf<{ own: Fields; children: Record<string, Fields[]> }>(
    db,
    sql`select own, json_build_object(${sql.join(children)}) as children
      from ${sql.table(shape.table)} as own where own.name = any(${names})`,
  );
  return new Map(
    rows.map(({ own, children: childRows }) => [
      String(own['name']),
      {
        name: String(own['name']),
        modified: String(own['modified']),
        docstatus: Number(own['docstatus']),
        rowSum: Number(own['row_sum']),
        ownSum: Number(own['own_sum']),
        seen: Number(own['seen']),
        fields: pick(shape.fields, own),
        children: Object.fromEntries(
          shape.children.map(({ field, fields }) => [
            field,
            (childRows[field] ?? []).map((row) => pick(fields, row)),
          ]),
        ),
      },
    ]),
  );
}

function pick(fields: readonly WatchedField[], row: Fields): Fields {
  return Object.fromEntries(fields.map((field) => [field.name, row[field.name] ?? null]));
}

/** Stores documents as they now are. `seen` is the number of the current first load (`sync.md` 18). */
export async function storeDocuments(
  db: Db,
  sealer: Sealer,
  shape: MirrorShape,
  documents: readonly MirrorDocument[],
  seen: number,
): Promise<void> {
  if (documents.length === 0) return;
  const kept = documents.map((document) => sealedDocument(sealer, shape, document));
  const rows = kept.map((document) => ({
    ...document.fields,
    name: document.name,
    modified: document.modified,
    docstatus: document.docstatus,
    row_sum: document.rowSum,
    own_sum: ownSum(document),
    bucket: bucketOf(document.name),
    seen,
  }));
  const own = [
    column('name', 'text'),
    column('modified', 'text'),
    column('docstatus', 'smallint'),
    column('row_sum', 'bigint'),
    column('own_sum', 'bigint'),
    column('bucket', 'smallint'),
    column('seen', 'int'),
    ...shape.fields.map((field) => column(field.name, columnType(field))),
  ];
  await sql`
    insert into ${sql.table(shape.table)} (${names(own)})
    select ${names(own)} from json_to_recordset(${JSON.stringify(rows)}::json) as given (${definitions(own)})
    on conflict (name) do update set ${sql.join(
      own.slice(1).map(({ ref }) => sql`${ref} = excluded.${ref}`),
    )}`.execute(db);

  for (const child of shape.children) {
    await removeChildren(
      db,
      child.table,
      kept.map((document) => document.name),
    );
    const childRows = kept.flatMap(({ name, children }) =>
      (children[child.field] ?? []).map((fields, idx) => ({ ...fields, parent: name, idx })),
    );
    if (childRows.length === 0) continue;
    const columns = [
      column('parent', 'text'),
      column('idx', 'int'),
      ...child.fields.map((field) => column(field.name, columnType(field))),
    ];
    await sql`
      insert into ${sql.table(child.table)} (${names(columns)})
      select ${names(columns)}
      from json_to_recordset(${JSON.stringify(childRows)}::json) as given (${definitions(columns)})`.execute(
      db,
    );
  }
}

interface Column {
  ref: RawBuilder<unknown>;
  type: string;
}

const column = (name: string, type: string): Column => ({ ref: sql.ref(name), type });
const names = (columns: Column[]) => sql.join(columns.map(({ ref }) => ref));
const definitions = (columns: Column[]) =>
  sql.join(columns.map(({ ref, type }) => sql`${ref} ${sql.raw(type)}`));

function sealedDocument(sealer: Sealer, shape: MirrorShape, document: MirrorDocument): MirrorDocument {
  const { name } = document;
  return {
    ...document,
    fields: sealed(sealer, shape.table, name, shape.fields, document.fields),
    children: Object.fromEntries(
      shape.children.map((child) => [
        child.field,
        (document.children[child.field] ?? []).map((row) =>
          sealed(sealer, child.table, name, child.fields, row),
        ),
      ]),
    ),
  };
}

function sealed(
  sealer: Sealer,
  table: string,
  row: string,
  fields: readonly WatchedField[],
  values: Fields,
): Fields {
  const result: Fields = { ...values };
  for (const field of fields) {
    const value = values[field.name];
    if (!field.personal || value === null || value === undefined) continue;
    result[field.name] = sealer.seal(String(value), { table, row, column: field.name });
  }
  return result;
}

export async function removeDocuments(db: Db, shape: MirrorShape, gone: readonly string[]): Promise<void> {
  if (gone.length === 0) return;
  await sql`delete from ${sql.table(shape.table)} where name = any(${gone})`.execute(db);
  for (const child of shape.children) await removeChildren(db, child.table, gone);
}

async function removeChildren(db: Db, table: string, parents: readonly string[]): Promise<void> {
  await sql`delete from ${sql.table(table)} where parent = any(${parents})`.execute(db);
}

/** Names that the current first load did not come across: they are no longer on the site. */
export async function unseenNames(db: Db, shape: MirrorShape, seen: number): Promise<string[]> {
  const rows = await sql<{ name: string }>`
    select name from ${sql.table(shape.table)} where seen < ${seen}`.execute(db);
  return rows.rows.map((row) => row.name);
}

/**
 * Every document that links to one of these names, whatever it links with: `watched.json` does not say which
 * DocType a link leads to, and fetching one document too many costs little.
 */
export async function documentsLinkingTo(
  db: Db,
  targets: readonly string[],
  among: readonly MirrorShape[] = SHAPES,
): Promise<{ doctype: string; name: string }[]> {
  if (targets.length === 0 || among.length === 0) return [];
  const searches = among
    .flatMap((shape) => [
      linkSearch(shape.doctype, shape.table, 'name', shape.fields, targets),
      ...shape.children.map((child) =>
        linkSearch(shape.doctype, child.table, 'parent', child.fields, targets),
      ),
    ])
    .filter((search) => search !== null);
  const found = await sql<{ doctype: string; name: string }>`${sql.join(searches, sql` union `)}`.execute(db);
  return found.rows;
}

function linkSearch(
  doctype: string,
  table: string,
  nameColumn: string,
  fields: readonly WatchedField[],
  targets: readonly string[],
): RawBuilder<unknown> | null {
  const links = fields.filter((field) => field.type === 'link');
  if (links.length === 0) return null;
  const matches = links.map((field) => sql`${sql.ref(field.name)} = any(${targets})`);
  return sql`select ${sql.lit(doctype)} as doctype, ${sql.ref(nameColumn)} as name
    from ${sql.table(table)} where ${sql.join(matches, sql` or `)}`;
}

/** How many documents and child rows the mirror holds. */
export async function countMirror(db: Db): Promise<number> {
  const tables = SHAPES.flatMap((shape) => [shape.table, ...shape.children.map((child) => child.table)]);
  const counts = tables.map((table) => sql`select count(*) as n from ${sql.table(table)}`);
  const total = await sql<{ total: number }>`
    select sum(n)::bigint as total from (${sql.join(counts, sql` union all `)}) as counts`.execute(db);
  return total.rows[0]?.total ?? 0;
}
