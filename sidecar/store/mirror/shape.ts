/**
 * The mirror's tables, made from the list of what is watched: one per DocType, one per child table.
 *
 * No foreign keys: documents arrive in any order. Text compares byte by byte, so that a rebuilt database reads
 * in the same order whatever the server's locale. Dates stay the text the site sent: they sort as they are.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { WATCHED, type WatchedDocType, type WatchedField } from '../../erpnext/watched.ts';
import type { Db } from '../tables.ts';

export interface MirrorTable {
  table: string;
  fields: readonly WatchedField[];
}

export interface MirrorShape extends MirrorTable {
  doctype: string;
  children: readonly (MirrorTable & { field: string })[];
}

const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

export function shapeOf(watched: WatchedDocType): MirrorShape {
  const table = `mirror_${slug(watched.doctype)}`;
  return {
    doctype: watched.doctype,
    table,
    fields: watched.fields,
    children: watched.children.map((child) => ({
      field: child.field,
      table: `${table}__${slug(child.field)}`,
      fields: child.fields,
    })),
  };
}

export const SHAPES: readonly MirrorShape[] = WATCHED.map(shapeOf);

const byDocType = new Map(SHAPES.map((shape) => [shape.doctype, shape]));

export function mirrorShape(doctype: string): MirrorShape | undefined {
  return byDocType.get(doctype);
}

/** How a field is kept; a sealed field is text whatever it was. */
export function columnType(field: WatchedField): string {
  if (field.personal) return 'text';
  if (field.type === 'number') return 'double precision';
  if (field.type === 'check') return 'smallint';
  return 'text collate "C"';
}

/** What every document has beside its fields. A change here is a change of the mirror, too. */
const COLUMNS = `name text collate "C" primary key, modified text not null, docstatus smallint not null,
  row_sum bigint not null, own_sum bigint not null, bucket smallint not null, seen int not null`;

/** Room in each page for changed rows: one that stays in its page costs no entry in any index. */
const STORAGE = 'with (fillfactor = 80)';

/** Creates the mirror, or drops it and asks for a first load when the list of what is watched has changed. */
export async function prepareMirror(db: Db, shapes: readonly MirrorShape[] = SHAPES): Promise<void> {
  const hash = createHash('sha256')
    .update(JSON.stringify([COLUMNS, STORAGE, shapes]))
    .digest('hex');
  await db.transaction().execute(async (tx) => {
    const state = await tx.selectFrom('state').select('mirror_shape').forUpdate().executeTakeFirstOrThrow();
    if (state.mirror_shape === hash) return;
    await dropMirror(tx);
    for (const shape of shapes) await createTables(tx, shape);
    await tx.deleteFrom('backfill').execute();
    await tx
      .updateTable('state')
      .set((eb) => ({ mirror_shape: hash, loaded: false, load: eb('load', '+', 1) }))
      .execute();
  });
}

async function dropMirror(tx: Db): Promise<void> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_name like 'mirror\_%'`.execute(tx);
  for (const { name } of tables.rows) await sql`drop table ${sql.table(name)}`.execute(tx);
}

function columns(fields: readonly WatchedField[]) {
  return sql.join(
    fields.map((field) => sql`, ${sql.ref(field.name)} ${sql.raw(columnType(field))}`),
    sql``,
  );
}

async function createTables(tx: Db, shape: MirrorShape): Promise<void> {
  await sql`
    create table ${sql.table(shape.table)} (
      ${sql.raw(COLUMNS)} ${columns(shape.fields)}
    ) ${sql.raw(STORAGE)}`.execute(tx);
  await sql`create index on ${sql.table(shape.table)} (bucket)`.execute(tx);
  for (const child of shape.children) {
    await sql`
      create table ${sql.table(child.table)} (
        parent text collate "C" not null, idx int not null ${columns(child.fields)},
        primary key (parent, idx)
      )`.execute(tx);
  }
  for (const table of [shape, ...shape.children]) {
    for (const field of table.fields.filter((candidate) => candidate.type === 'link')) {
      await sql`create index on ${sql.table(table.table)} (${sql.ref(field.name)})`.execute(tx);
    }
  }
}
