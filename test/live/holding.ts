/** Everything a sidecar's database holds that must be the same after any history: mirror rows, figures, insights. */
import { sql } from 'kysely';
import { openStore } from '../../sidecar/store/open.ts';
import { WATCHED } from '../../sidecar/erpnext/watched.ts';

/** Our own writes raise no event: what the mirror keeps of these is as old as the last change by a person. */
const OURS = 'AI Insight';

/** Key of a row or an insight to its content as text. */
export type Holding = Map<string, string>;

export async function holding(options: Parameters<typeof openStore>[0]): Promise<Holding> {
  const store = await openStore(options);
  const found: Holding = new Map();
  try {
    for (const { doctype } of WATCHED) {
      if (doctype === OURS) continue;
      const table = `mirror_${doctype.toLowerCase().replaceAll(' ', '_')}`;
      const { rows } = await sql<{ name: string; row_sum: number }>`
        select name, row_sum from ${sql.table(table)}`.execute(store.db);
      for (const row of rows) found.set(`${doctype} ${row.name}`, String(row.row_sum));
    }
    const insights = await store.db
      .selectFrom('ai_insights')
      .select(['address', 'content'])
      .where('withdrawn', '=', false)
      .execute();
    for (const { address, content } of insights) found.set(`insight ${address}`, content);
    const cohorts = await store.db.selectFrom('cohort_figures').selectAll().execute();
    for (const row of cohorts)
      found.set(
        `cohort ${row.course} ${row.student_group} ${row.academic_term}`,
        JSON.stringify(row.figures),
      );
  } finally {
    await store.close();
  }
  return found;
}

/** Keys whose content differs, or that stand on one side only. */
export function difference(a: Holding, b: Holding): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
}
