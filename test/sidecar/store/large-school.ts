/** A school of 10,000 pupils as rows alone: enough for the planner, made by the database itself. */
import { sql } from 'kysely';
import { SHAPES, type MirrorTable } from '../../../sidecar/store/mirror/shape.ts';
import type { Db } from '../../../sidecar/store/tables.ts';

const ROWS = 10_000;
const ATTENDANCE = 100_000;
const MIRROR = SHAPES.flatMap((shape) => [shape.table, ...shape.children.map(({ table }) => table)]);

export const LARGE_TABLES = ['work', 'ai_insights', ...MIRROR];

/** Every document is called `L-1` to `L-10000`, whatever its DocType, and links to others of these names. */
export async function fillLargeSchool(db: Db): Promise<void> {
  for (const shape of SHAPES) {
    const own = sql`name, modified, docstatus, row_sum, own_sum, bucket, seen`;
    const rows = shape.doctype === 'Student Attendance' ? ATTENDANCE : ROWS;
    await fill(db, shape, own, sql`'L-' || n, '', 1, n, n, n % 256, 1`, rows);
    for (const child of shape.children) await fill(db, child, sql`parent, idx`, sql`'L-' || n, 1`, ROWS);
  }
  await sql`
    insert into work (stage, kind, name, seq, due_at)
    select stage, 'student', 'L-' || n, nextval('work_seq'), n
    from generate_series(1, ${sql.lit(ROWS)}) n, unnest(array['analyse', 'send']) stage`.execute(db);
  await sql`update state set loaded = true`.execute(db);
  await sql`
    insert into ai_insights (target_type, target_id, insight_type, generated_timestamp, owner_kind, owner_name,
      address, content, revision, sent_revision)
    select 'student', 'L-' || n, kind, now(), 'student', 'L-' || n, kind || n, '', 1, 1
    from generate_series(1, ${sql.lit(ROWS)}) n, unnest(array['attendance', 'risk', 'profile']) kind`.execute(
    db,
  );
  await sql`analyze`.execute(db);
}

async function fill(
  db: Db,
  { table, fields }: MirrorTable,
  own: ReturnType<typeof sql>,
  values: ReturnType<typeof sql>,
  rows: number,
): Promise<void> {
  const links = fields.filter((field) => field.type === 'link').map((field) => sql`, ${sql.ref(field.name)}`);
  const linked = links.map(() => sql`, 'L-' || (n * 7 % ${sql.lit(ROWS)} + 1)`);
  await sql`
    insert into ${sql.table(table)} (${own} ${sql.join(links, sql``)})
    select ${values} ${sql.join(linked, sql``)} from generate_series(1, ${sql.lit(rows)}) n`.execute(db);
}
