/** Looks into a sidecar's database, and damages it as a person or a lost moment would. */
import { sql } from 'kysely';
import type { Site } from '../../../sidecar/erpnext/client.ts';
import { documentOf } from '../../../sidecar/store/mirror/document.ts';
import { readDocuments, storeDocuments } from '../../../sidecar/store/mirror/documents.ts';
import { mirrorShape, type MirrorShape } from '../../../sidecar/store/mirror/shape.ts';
import type { Store } from '../../../sidecar/store/open.ts';
import { readState } from '../../../sidecar/store/state.ts';

function shapeOf(doctype: string): MirrorShape {
  const shape = mirrorShape(doctype);
  if (shape === undefined) throw new Error(`${doctype} is not watched`);
  return shape;
}

/** Of these documents, by name, the row sum or one field; what the mirror does not hold is left out. */
export async function mirrored(
  store: Store,
  doctype: string,
  names: string[],
  field: string | null = null,
): Promise<Map<string, unknown>> {
  const found = await readDocuments(store.db, shapeOf(doctype), names);
  return new Map(
    [...found].map(([name, document]) => [name, field === null ? document.rowSum : document.fields[field]]),
  );
}

export async function editStatus(store: Store, name: string, status: string): Promise<void> {
  await sql`update mirror_student_attendance set status = ${status} where name = ${name}`.execute(store.db);
}

/** Takes a document into the mirror as it is on the site, and loses what follows from it. */
export async function takeCancelled(store: Store, site: Site, doctype: string, name: string): Promise<void> {
  const shape = shapeOf(doctype);
  const { epoch, load } = await readState(store.db);
  const { rows } = await site.snapshot({ epoch: epoch ?? '', doctype, names: [name] });
  const documents = rows.map((row) => documentOf(shape, row));
  if (documents[0]?.docstatus !== 2) throw new Error('it is not cancelled on the site');
  await storeDocuments(store.db, store.sealer, shape, documents, load);
}

/** Documents of one kind that the insights about a pupil rest on. */
export async function evidenceOf(store: Store, student: string, doctype: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct jsonb_array_elements_text(said->'evidence'->'names') as name
    from ai_insights, jsonb_array_elements(insight_data->'reasons') as said
    where owner_kind = 'student' and owner_name = ${student} and not withdrawn
      and said->'evidence'->>'doctype' = ${doctype} order by name`.execute(store.db);
  return rows.map(({ name }) => name);
}
