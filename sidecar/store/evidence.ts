/** Whether the rows that insights rest on are still there: a page of insights at a time. */
import { sql } from 'kysely';
import { z } from 'zod';
import { SUBMITTABLE } from '../erpnext/watched.ts';
import { mirrorShape } from './mirror/shape.ts';
import { targetOf, type Target } from './targets.ts';
import type { Db } from './tables.ts';

const PAGE = 200;

const Said = z.array(
  z.object({ evidence: z.object({ doctype: z.string(), names: z.array(z.string()) }).nullable() }),
);
const Insight = z.object({ reasons: Said.default([]), ai_analysis: Said.default([]) });

interface Row {
  address: string;
  kind: string;
  name: string;
  said: unknown;
}

export interface EvidencePage {
  examined: number;
  /** Whose insights rest on a row that is gone or was cancelled. */
  targets: Target[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** Insights that are about to be worked out anew are left out: that run will see what is there. */
export async function evidencePage(db: Db, after: string, now: number): Promise<EvidencePage> {
  const { rows } = await sql<Row>`
    select address, owner_kind as kind, owner_name as name, insight_data as said from ai_insights
    where address > ${after} and not withdrawn
      and not exists (
        select from work
        where stage = 'analyse' and kind = owner_kind and work.name = owner_name and due_at <= ${now})
    order by address limit ${PAGE}`.execute(db);
  const rests = rows.flatMap((row) => evidenceOf(row));
  const there = await standing(db, rests);
  const gone = rests.filter(({ doctype, name }) => !there.has(JSON.stringify([doctype, name])));
  const owners = new Map(gone.map(({ row }) => [JSON.stringify([row.kind, row.name]), row]));
  return {
    examined: rows.length,
    targets: [...owners.values()].map((row) => targetOf(row.kind, row.name)),
    next: rows.length === PAGE ? (rows.at(-1)?.address ?? null) : null,
  };
}

function evidenceOf(row: Row): { row: Row; doctype: string; name: string }[] {
  const { reasons, ai_analysis: analysis } = Insight.parse(row.said);
  return [...reasons, ...analysis].flatMap(({ evidence }) =>
    (evidence?.names ?? []).map((name) => ({ row, doctype: evidence?.doctype ?? '', name })),
  );
}

/** Those of these documents that the mirror holds, and that count. */
async function standing(db: Db, rests: { doctype: string; name: string }[]): Promise<Set<string>> {
  const there = new Set<string>();
  for (const doctype of new Set(rests.map((rest) => rest.doctype))) {
    const shape = mirrorShape(doctype);
    if (shape === undefined) continue;
    const names = rests.filter((rest) => rest.doctype === doctype).map(({ name }) => name);
    const counts = SUBMITTABLE.has(doctype) ? sql`and docstatus = 1` : sql``;
    const found = await sql<{ name: string }>`
      select name from ${sql.table(shape.table)} where name = any(${names}) ${counts}`.execute(db);
    for (const { name } of found.rows) there.add(JSON.stringify([doctype, name]));
  }
  return there;
}
