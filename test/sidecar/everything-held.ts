/** Every row of every table of a sidecar's database as text, as a dump of it would show them. */
import { sql } from 'kysely';
import type { Store } from '../../sidecar/store/open.ts';

export async function everythingHeld({ db }: Store): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'`.execute(db);
  const lines: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: unknown }>`
      select to_json(t) as row from ${sql.table(name)} t`.execute(db);
    lines.push(...rows.map(({ row }) => `${name} ${JSON.stringify(row)}`));
  }
  return lines;
}
