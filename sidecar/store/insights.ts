/** What the analyses say now, and what of it the site has not been told. */
import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { z } from 'zod';
import type { DocumentFields } from '../analysis/records.ts';
import {
  AssessmentInsightValues,
  InsightAddress,
  InsightValues,
  WriteBackItem,
} from '../erpnext/contract.ts';
import { ownFields } from '../erpnext/editable.ts';
import { canonical } from './canonical.ts';
import type { Db } from './tables.ts';
import { targetName, targetOf, type Target } from './targets.ts';

export type Produced =
  | { kind: 'insight'; address: InsightAddress; values: InsightValues }
  | { kind: 'assessment_insight'; assessmentResult: string; values: AssessmentInsightValues }
  | ({ kind: 'fields' } & DocumentFields);

export interface OwnedInsights {
  owner: Target;
  produced: readonly Produced[];
}

const AddressText = z.union([
  z.object({ kind: z.literal('insight'), address: InsightAddress }),
  z.object({ kind: z.literal('assessment_insight'), address: z.object({ assessment_result: z.string() }) }),
  z.object({
    kind: z.literal('fields'),
    address: z.object({ doctype: z.string(), name: z.string() }),
  }),
]);

/** Where what is said belongs, and what the table files it under. */
function placeOf(said: Produced) {
  if (said.kind === 'insight') {
    return {
      address: said.address,
      target_type: typeOf(said.address.target_doctype),
      target_id: said.address.target,
      insight_type: said.address.insight,
    };
  }
  if (said.kind === 'assessment_insight') {
    return {
      address: { assessment_result: said.assessmentResult },
      target_type: 'assessment_result',
      target_id: said.assessmentResult,
      insight_type: 'assessment',
    };
  }
  return {
    address: { doctype: said.doctype, name: said.name },
    target_type: typeOf(said.doctype),
    target_id: said.name,
    insight_type: 'fields',
  };
}

function typeOf(doctype: string): string {
  return doctype.toLowerCase().replaceAll(' ', '_');
}

function rowOf(owner: Target, insight: Produced) {
  const { address, ...about } = placeOf(insight);
  return {
    ...about,
    owner_kind: owner.kind,
    owner_name: targetName(owner),
    address: canonical({ kind: insight.kind, address }),
    content: createHash('sha256').update(canonical(insight.values)).digest('hex'),
    insight_data: insight.values,
  };
}

/**
 * Stores what runs with this revision produced, and withdraws what their targets no longer say. Of the same
 * target no older run gets this far (its claim is over); another target's run, after a merge, is held off by the
 * revision. Equal content keeps the old revision, so nothing is sent.
 * Returns what of these targets the site has yet to be told.
 */
export async function storeInsights(
  db: Db,
  entries: readonly OwnedInsights[],
  revision: number,
  now: number,
): Promise<string[]> {
  if (entries.length === 0) return [];
  const rows = entries.flatMap(({ owner, produced }) => produced.map((insight) => rowOf(owner, insight)));
  const owners = JSON.stringify(entries.map(({ owner }) => ({ kind: owner.kind, name: targetName(owner) })));
  const moment = new Date(now).toISOString();
  // What is withdrawn is at no address of what is said, so that both can be one statement.
  await sql`
    with silent as (
      update ai_insights set withdrawn = true, insight_data = null, content = '',
        generated_timestamp = ${moment}::timestamptz, revision = ${revision}
      from json_to_recordset(${owners}::json) as given (kind text, name text)
      where owner_kind = given.kind and owner_name = given.name and not withdrawn
        and revision < ${revision} and not (address = any(${rows.map((row) => row.address)}))
    )
    insert into ai_insights (target_type, target_id, insight_type, insight_data, generated_timestamp,
      owner_kind, owner_name, address, content, revision)
    select target_type, target_id, insight_type, insight_data, ${moment}::timestamptz,
      owner_kind, owner_name, address, content, ${revision}::bigint
    from json_to_recordset(${JSON.stringify(rows)}::json) as given (
      target_type text, target_id text, insight_type text, insight_data jsonb,
      owner_kind text, owner_name text, address text, content text)
    on conflict (address) do update set
      owner_kind = excluded.owner_kind, owner_name = excluded.owner_name,
      insight_data = excluded.insight_data, content = excluded.content, withdrawn = false,
      generated_timestamp = excluded.generated_timestamp, revision = excluded.revision
    where ai_insights.revision < excluded.revision
      and (ai_insights.content, ai_insights.withdrawn, ai_insights.owner_kind, ai_insights.owner_name)
        is distinct from (excluded.content, false, excluded.owner_kind, excluded.owner_name)`.execute(db);
  const unsent = await sql<{ id: string }>`
    select id::text as id from ai_insights
    join json_to_recordset(${owners}::json) as given (kind text, name text)
      on owner_kind = given.kind and owner_name = given.name
    where revision > sent_revision`.execute(db);
  return unsent.rows.map(({ id }) => id);
}

export interface Unsent {
  id: string;
  revision: number;
  item: WriteBackItem;
}

/** Of these insights, the ones the site has not been told in their present revision, as write-back items. */
export async function readUnsent(db: Db, ids: readonly string[]): Promise<Unsent[]> {
  const rows = await sql<{
    id: string;
    address: string;
    revision: number;
    withdrawn: boolean;
    values: unknown;
  }>`
    select id::text as id, address, revision, withdrawn, insight_data as values from ai_insights
    where id = any(${ids}::uuid[]) and revision > sent_revision
      and (withdrawn or insight_data is not null)`.execute(db);
  return rows.rows.map(({ id, address, revision, withdrawn, values }) => {
    const place = AddressText.parse(JSON.parse(address));
    const item = withdrawn
      ? withdrawal(place, revision)
      : { kind: place.kind, revision, address: place.address, values };
    return { id, revision, item: WriteBackItem.parse(item) };
  });
}

/** Fields are emptied: they stand on the document, which stays. */
function withdrawal({ kind, address }: z.output<typeof AddressText>, revision: number): object {
  if (kind !== 'fields') return { kind: 'withdraw', revision, address };
  const values = Object.fromEntries(ownFields(address.doctype).map((field) => [field, null]));
  return { kind, revision, address, values };
}

/** Owners whose insights name pupils of theirs. */
const SPEAK_OF_PUPILS: Target['kind'][] = ['cohort', 'peers', 'course'];

/**
 * These documents came anew: taken in again, restored, or under a name that was free. The site erased what had been
 * said of them when they went; returns the targets that have to say it again.
 */
export async function forgetTold(db: Db, doctype: string, names: readonly string[]): Promise<Target[]> {
  const ofPupils = sql<boolean>`
    ${ownedBy(names)} or owner_kind = any(${SPEAK_OF_PUPILS}) and ${mentions(sql.ref('insight_data'), names)}`;
  const ofResults = sql<boolean>`target_type = 'assessment_result' and target_id = any(${names})`;
  const ofClasses = mentions(sql`address::jsonb`, names);
  return untold(db, { Student: ofPupils, 'Assessment Result': ofResults }[doctype] ?? ofClasses);
}

/** These pupils are gone: whatever was said of them, withdrawn or not, is to be told once more. */
export async function forgetToldOf(db: Db, students: readonly string[]): Promise<void> {
  if (students.length > 0) await untold(db, ownedBy(students));
}

/**
 * Gives these insights a new revision, so that they count as not told. Not "nothing was sent": an answer to what was
 * sent before may still be on its way.
 */
async function untold(db: Db, which: RawBuilder<boolean>): Promise<Target[]> {
  const owners = await sql<{ kind: string; name: string }>`
    with again as (
      update ai_insights set revision = given.revision
      from (select nextval('revision_seq') as revision) as given
      where ${which} returning owner_kind as kind, owner_name as name)
    select distinct kind, name from again`.execute(db);
  return owners.rows.map(({ kind, name }) => targetOf(kind, name));
}

function ownedBy(students: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(owner_kind = 'student' and owner_name = any(${students}))`;
}

/** Whether one of these names stands anywhere in a JSON value as a text of its own. */
function mentions(json: RawBuilder<unknown>, names: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`exists (select from jsonb_path_query(${json}, '$.** ? (@.type() == "string")') as said
    where said #>> '{}' = any(${names}))`;
}

/** The site has been told; a revision drawn meanwhile stays unsent. Returns whose insights these are, if a pupil's. */
export async function markSent(db: Db, sent: readonly { id: string; revision: number }[]): Promise<string[]> {
  const told = await sql<{ student: string | null }>`
    update ai_insights set sent_revision = greatest(sent_revision, given.revision)
    from json_to_recordset(${JSON.stringify(sent)}::json) as given (id uuid, revision bigint)
    where ai_insights.id = given.id
    returning case when owner_kind = 'student' then owner_name end as student`.execute(db);
  return [...new Set(told.rows.map((row) => row.student).filter((student) => student !== null))];
}
