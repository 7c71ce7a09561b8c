/**
 * What the AI proposes for fields that people edit too, and how far that is settled with the site.
 *
 * A course's proposal stands in `proposals`; a student's is the profile in `student_ai_profiles`, sealed. A proposal
 * is settled once the site was told what follows from it; it is unsettled again when it changes, and by a resync.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { SettingValues } from '../erpnext/contract.ts';
import { EDITABLE, refusedKey } from '../erpnext/editable.ts';
import { AppError } from '../errors.ts';
import { canonical } from './canonical.ts';
import type { Sealer } from './sealing.ts';
import type { Db } from './tables.ts';

export interface DocumentName {
  doctype: string;
  name: string;
}

export interface Proposal extends DocumentName {
  field: string;
  proposal: SettingValues;
  asked: Asked;
}

/**
 * By key: keyed hashes of what both wanted when a person was asked. `over`: both came to want the same meanwhile; kept
 * until the answer has come, which may be on its way.
 */
const Asked = z.record(
  z.string(),
  z.object({ site: z.string().nullable(), ai: z.string(), over: z.boolean().default(false) }),
);
export type Asked = z.output<typeof Asked>;

/** Nothing is proposed for any other. */
export const EDITED: ReadonlySet<string> = new Set(EDITABLE.map(({ doctype }) => doctype));
export const PREFERENCES = { doctype: 'Student', field: 'ai_preferences_settings' };

/** Where a student's preferences are sealed. */
function profilePlace(student: string) {
  return { table: 'student_ai_profiles', row: student, column: 'ai_interaction_preferences' };
}

/** A document as the work table names it. */
export function proposalName({ doctype, name }: DocumentName): string {
  return JSON.stringify([doctype, name]);
}

export function documentOfProposal(name: string): DocumentName {
  const [doctype, document] = z.tuple([z.string(), z.string()]).parse(JSON.parse(name));
  return { doctype, name: document };
}

/**
 * Keeps what the AI side wants for a student's preferences; keys that are left out are left to people. Throws
 * `proposal.invalid` for what the field does not take. The caller makes the document due for sending (`proposalTouch`).
 */
export async function proposePreferences(
  db: Db,
  sealer: Sealer,
  student: string,
  preferences: SettingValues,
  now: number,
): Promise<void> {
  const refused = refusedKey(PREFERENCES.doctype, PREFERENCES.field, preferences);
  if (refused !== null) throw new AppError('proposal.invalid', { detail: refused });
  const sealed = JSON.stringify(sealer.seal(canonical(preferences), profilePlace(student)));
  const moment = new Date(now).toISOString();
  await sql`
    insert into student_ai_profiles (erpnext_student_id, ai_interaction_preferences, updated_at)
    values (${student}, ${sealed}::jsonb, ${moment}::timestamptz)
    on conflict (erpnext_student_id) do update set
      ai_interaction_preferences = excluded.ai_interaction_preferences, updated_at = excluded.updated_at`.execute(
    db,
  );
  await sql`
    insert into proposals (doctype, name, field) values (${PREFERENCES.doctype}, ${student}, ${PREFERENCES.field})
    on conflict (doctype, name, field) do update set settled = false`.execute(db);
}

/** What is proposed for the preferences of these students; those without a proposal are left out. */
export async function readPreferences(
  db: Db,
  sealer: Sealer,
  students: readonly string[],
): Promise<Map<string, SettingValues>> {
  const rows = await sql<{ student: string; profile: unknown }>`
    select erpnext_student_id as student, ai_interaction_preferences as profile from student_ai_profiles
    where erpnext_student_id = any(${students})`.execute(db);
  return new Map(
    rows.rows.map(({ student, profile }) => [
      student,
      SettingValues.parse(openProfile(sealer, student, profile)),
    ]),
  );
}

/** Keeps what an analysis proposes for the fields of documents; equal content stays as settled as it is. */
export async function storeProposals(db: Db, proposals: readonly Omit<Proposal, 'asked'>[]): Promise<void> {
  if (proposals.length === 0) return;
  await sql`
    insert into proposals (doctype, name, field, proposal)
    select doctype, name, field, proposal
    from json_to_recordset(${JSON.stringify(proposals)}::json)
      as given (doctype text, name text, field text, proposal jsonb)
    on conflict (doctype, name, field) do update set proposal = excluded.proposal, settled = false
    where proposals.proposal is distinct from excluded.proposal`.execute(db);
}

/** Those of these documents that have a proposal; with `unsettled`, one that the site does not know the end of. */
export async function documentsWithProposals(
  db: Db,
  doctype: string,
  names: readonly string[],
  which: 'all' | 'unsettled' = 'all',
): Promise<DocumentName[]> {
  if (names.length === 0 || !EDITED.has(doctype)) return [];
  const rows = await sql<{ name: string }>`
    select distinct name from proposals where doctype = ${doctype} and name = any(${names})
      and (not settled or ${which === 'all'}) order by name`.execute(db);
  return rows.rows.map(({ name }) => ({ doctype, name }));
}

export async function readProposals(
  db: Db,
  sealer: Sealer,
  documents: readonly DocumentName[],
): Promise<Proposal[]> {
  const rows = await sql<{
    doctype: string;
    name: string;
    field: string;
    proposal: unknown;
    profile: unknown;
    asked: unknown;
  }>`
    select p.doctype, p.name, p.field, p.proposal, p.asked, s.ai_interaction_preferences as profile
    from proposals p
    join json_to_recordset(${JSON.stringify(documents)}::json) as given (doctype text, name text)
      on p.doctype = given.doctype and p.name = given.name
    left join student_ai_profiles s
      on p.doctype = ${PREFERENCES.doctype} and p.field = ${PREFERENCES.field} and s.erpnext_student_id = p.name
    order by p.doctype, p.name, p.field`.execute(db);
  return rows.rows.map(({ proposal, profile, ...row }) => ({
    ...row,
    proposal: SettingValues.parse(proposal ?? openProfile(sealer, row.name, profile)),
    asked: Asked.parse(row.asked),
  }));
}

function openProfile(sealer: Sealer, student: string, profile: unknown): unknown {
  const text = typeof profile === 'string' ? sealer.open(profile, profilePlace(student)) : null;
  return text === null ? {} : JSON.parse(text);
}

/** The site knows what follows from these; what it was asked is kept until it is answered. */
export async function settleProposals(
  db: Db,
  proposals: readonly Pick<Proposal, 'doctype' | 'name' | 'field' | 'asked'>[],
  now: number,
): Promise<void> {
  if (proposals.length === 0) return;
  await sql`
    update proposals p set settled = true, asked = given.asked
    from json_to_recordset(${JSON.stringify(proposals)}::json)
      as given (doctype text, name text, field text, asked jsonb)
    where p.doctype = given.doctype and p.name = given.name and p.field = given.field`.execute(db);
  const students = proposals.flatMap(({ doctype, name }) => (doctype === PREFERENCES.doctype ? [name] : []));
  await sql`
    update student_ai_profiles set last_sync_timestamp = ${new Date(now).toISOString()}::timestamptz
    where erpnext_student_id = any(${students})`.execute(db);
}

/** What was asked about a key, and no longer is: a person has answered. Null where nothing was asked. */
export async function takeAsked(
  db: Db,
  place: DocumentName & { field: string; key: string },
): Promise<Asked[string] | null> {
  const { doctype, name, field, key } = place;
  const found = await db
    .selectFrom('proposals')
    .select('asked')
    .where((eb) => eb.and({ doctype, name, field }))
    .forUpdate()
    .executeTakeFirst();
  const asked = Asked.parse(found?.asked ?? {});
  const own = asked[key];
  if (own === undefined) return null;
  await sql`
    update proposals set asked = asked - ${key}::text
    where doctype = ${doctype} and name = ${name} and field = ${field}`.execute(db);
  return own;
}

/** After a resync nothing is known of the site: everything is merged and asked anew. */
export async function unsettleProposals(db: Db): Promise<void> {
  await sql`update proposals set settled = false, asked = '{}'`.execute(db);
}

/** These documents are gone, or no longer ours to know of. */
export async function removeProposals(db: Db, doctype: string, names: readonly string[]): Promise<void> {
  if (names.length === 0 || !EDITED.has(doctype)) return;
  await sql`delete from proposals where doctype = ${doctype} and name = any(${names})`.execute(db);
  if (doctype !== PREFERENCES.doctype) return;
  await sql`delete from student_ai_profiles where erpnext_student_id = any(${names})`.execute(db);
}
