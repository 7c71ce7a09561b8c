/**
 * What was said of a document follows it to its new name. The site has moved its rows there, and the analysis of the
 * new name need not say all of it again: what it leaves out is withdrawn only where it is known to stand.
 */
import { sql } from 'kysely';
import { canonical } from './canonical.ts';
import type { Db } from './tables.ts';
import { targetName, targetOf } from './targets.ts';

export interface Rename {
  doctype: string;
  from: string;
  to: string;
}

interface Said {
  target_type: string;
  target_id: string;
  insight_type: string;
  owner_kind: string;
  owner_name: string;
  address: string;
  revision: number;
}

/** In the order in which they happened: a name may be taken again, and the document be renamed once more. */
export async function followRenames(db: Db, renames: readonly Rename[]): Promise<void> {
  if (renames.length === 0) return;
  const from = renames.map((rename) => rename.from);
  const found = await sql<Said>`
    select target_type, target_id, insight_type, owner_kind, owner_name, address, revision
    from ai_insights cross join lateral jsonb_each_text(address::jsonb -> 'address') as named
    where named.value = any(${from}) and not withdrawn`.execute(db);
  // By each name that an address holds: a school may rename a thousand pupils at once.
  const naming = new Map<string, Map<string, Said>>();
  const keep = (row: Said): void => {
    for (const name of Object.values(addressOf(row).address)) {
      const rows = naming.get(name) ?? new Map<string, Said>();
      naming.set(name, rows.set(row.address, row));
    }
  };
  for (const row of found.rows) keep(row);
  const moved = new Map<string, Said>();
  for (const rename of renames) {
    for (const row of naming.get(rename.from)?.values() ?? []) {
      const there = underNewName(row, rename);
      if (there.address === row.address) continue;
      moved.set(there.address, there);
      keep(there);
    }
  }
  // No content, so that whatever is said there is news, and nothing to send: the site has it already.
  await sql`
    insert into ai_insights (target_type, target_id, insight_type, generated_timestamp,
      owner_kind, owner_name, address, content, revision, sent_revision)
    select target_type, target_id, insight_type, now(), owner_kind, owner_name, address, '', revision, revision
    from json_to_recordset(${JSON.stringify([...moved.values()])}::json) as given (
      target_type text, target_id text, insight_type text,
      owner_kind text, owner_name text, address text, revision bigint)
    on conflict (address) do update set content = '', withdrawn = false,
      sent_revision = greatest(ai_insights.sent_revision, ai_insights.revision)
    where ai_insights.withdrawn`.execute(db);
}

/** The fields of an address that name a document of one DocType, whatever the address is of. */
const NAMING: Readonly<Record<string, string>> = {
  Course: 'course',
  'Student Group': 'student_group',
  'Academic Term': 'academic_term',
  'Assessment Result': 'assessment_result',
};

function addressOf(row: Said): { kind: string; address: Record<string, string> } {
  return JSON.parse(row.address);
}

function underNewName(row: Said, { doctype, from, to }: Rename): Said {
  const { kind, address } = addressOf(row);
  const renamed = { ...address };
  const naming = NAMING[doctype];
  if (naming !== undefined && renamed[naming] === from) renamed[naming] = to;
  if (renamed['target_doctype'] === doctype && renamed['target'] === from) renamed['target'] = to;
  if (renamed['doctype'] === doctype && renamed['name'] === from) renamed['name'] = to;
  return {
    ...row,
    target_id: renamed['target'] ?? renamed['assessment_result'] ?? renamed['name'] ?? row.target_id,
    owner_name: ownerUnderNewName(row, { doctype, from, to }),
    address: canonical({ kind, address: renamed }),
  };
}

function ownerUnderNewName(
  { owner_kind: kind, owner_name: name }: Said,
  { doctype, from, to }: Rename,
): string {
  const named = (text: string, of: string) => (of === doctype && text === from ? to : text);
  const owner = targetOf(kind, name);
  switch (owner.kind) {
    case 'student':
      return named(owner.student, 'Student');
    case 'course':
      return named(owner.course, 'Course');
    case 'instructor':
      return named(owner.instructor, 'Instructor');
    case 'cohort':
      return targetName({
        kind: 'cohort',
        key: {
          course: named(owner.key.course, 'Course'),
          studentGroup: named(owner.key.studentGroup, 'Student Group'),
          academicTerm: named(owner.key.academicTerm, 'Academic Term'),
        },
      });
    default:
      return targetName({
        kind: owner.kind,
        studentGroup: named(owner.studentGroup, 'Student Group'),
        academicTerm: named(owner.academicTerm, 'Academic Term'),
      });
  }
}
