/** What the mirror says about itself: counts, sums and names, to be compared with what the site says. */
import { sql } from 'kysely';
import { WATCHED } from '../../erpnext/watched.ts';
import type { Db } from '../tables.ts';
import { ownSum } from './document.ts';
import { readDocuments } from './documents.ts';
import { mirrorShape, type MirrorShape } from './shape.ts';

export async function countDocuments(db: Db, shape: MirrorShape): Promise<number> {
  const found = await sql<{ count: number }>`select count(*) as count from ${sql.table(shape.table)}`.execute(
    db,
  );
  return found.rows[0]?.count ?? 0;
}

export interface BucketSum {
  bucket: number;
  count: number;
  sum: number;
}

/** Count and sum of row sums per bucket, as the site's digest has them. */
export async function bucketSums(db: Db, shape: MirrorShape): Promise<BucketSum[]> {
  const found = await sql<BucketSum>`
    select bucket, count(*) as count, sum(row_sum)::bigint as sum
    from ${sql.table(shape.table)} group by bucket order by bucket`.execute(db);
  return found.rows;
}

/** Row sum by name; of one bucket, or of everything where `bucket` is null. */
export async function rowSums(
  db: Db,
  shape: MirrorShape,
  bucket: number | null,
): Promise<Map<string, number>> {
  const which = bucket === null ? sql`` : sql`where bucket = ${bucket}`;
  const found = await sql<{ name: string; sum: number }>`
    select name, row_sum as sum from ${sql.table(shape.table)} ${which}`.execute(db);
  return new Map(found.rows.map(({ name, sum }) => [name, sum]));
}

/** Row sums of these names; a name that the mirror does not hold is left out. */
export async function rowSumsOf(
  db: Db,
  shape: MirrorShape,
  names: readonly string[],
): Promise<Map<string, number>> {
  const found = await sql<{ name: string; sum: number }>`
    select name, row_sum as sum from ${sql.table(shape.table)} where name = any(${names})`.execute(db);
  return new Map(found.rows.map(({ name, sum }) => [name, sum]));
}

/** Of these names, those whose rows are not as the sidecar stored them: edited by hand, or damaged. */
export async function damagedNames(db: Db, shape: MirrorShape, names: readonly string[]): Promise<string[]> {
  const documents = await readDocuments(db, shape, names);
  return [...documents.values()].filter((each) => ownSum(each) !== each.ownSum).map(({ name }) => name);
}

/** Of these names, those that the mirror does not hold. */
export async function missingDocuments(
  db: Db,
  shape: MirrorShape,
  names: readonly string[],
): Promise<string[]> {
  const held = await rowSumsOf(db, shape, names);
  return names.filter((name) => !held.has(name));
}

const slug = (doctype: string) => doctype.toLowerCase().replaceAll(' ', '_');
/** A field called like a watched DocType links to it: `student_group` to Student Group. */
const BY_FIELD = new Map(WATCHED.map(({ doctype }) => [slug(doctype), doctype]));

/** Documents of one kind that link to one the mirror does not hold, and what they link to. */
export async function deadLinks(
  db: Db,
  shape: MirrorShape,
  limit: number,
): Promise<{ name: string; doctype: string; missing: string }[]> {
  const tables = [
    { table: shape.table, key: 'name', fields: shape.fields },
    ...shape.children.map(({ table, fields }) => ({ table, key: 'parent', fields })),
  ];
  const searches = tables.flatMap(({ table, key, fields }) =>
    fields.flatMap(({ name: field, type }) => {
      const target = type === 'link' ? mirrorShape(BY_FIELD.get(field) ?? '') : undefined;
      if (target === undefined) return [];
      return [
        sql`select l.${sql.ref(key)} as name, ${sql.lit(target.doctype)} as doctype, l.${sql.ref(field)} as missing
          from ${sql.table(table)} l left join ${sql.table(target.table)} t on t.name = l.${sql.ref(field)}
          where l.${sql.ref(field)} is not null and t.name is null`,
      ];
    }),
  );
  if (searches.length === 0) return [];
  const found = await sql<{ name: string; doctype: string; missing: string }>`
    select * from (${sql.join(searches, sql` union `)}) as dead order by name limit ${limit}`.execute(db);
  return found.rows;
}
