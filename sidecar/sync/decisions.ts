/** What people decided about conflicts, as it comes back: noted in the audit trail, once. */
import { ruleOf } from '../erpnext/editable.ts';
import { logDecisions, type DecisionEntry } from '../store/logs.ts';
import type { MirrorDocument } from '../store/mirror/document.ts';
import { takeAsked } from '../store/proposals.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Db } from '../store/tables.ts';

export const CONFLICT = 'AI Conflict';

export async function noteDecisions(
  tx: Db,
  sealer: Sealer,
  conflicts: readonly MirrorDocument[],
  now: number,
): Promise<void> {
  const entries: DecisionEntry[] = [];
  for (const { fields } of conflicts) {
    const text = (column: string): string => String(fields[column] ?? '');
    if (text('status') !== 'Resolved') continue;
    const place = {
      doctype: text('ref_doctype'),
      name: text('ref_name'),
      field: text('ref_field'),
      key: text('ref_key'),
    };
    const asked = await takeAsked(tx, place);
    if (asked === null) continue;
    const { doctype, name, field, key } = place;
    entries.push({
      direction: 'from_erpnext',
      doctype,
      document: sealer.fingerprint(name),
      field,
      key,
      rule: ruleOf(doctype, field, key),
      outcome: text('decision'),
      site: asked.site,
      ai: asked.ai,
    });
  }
  await logDecisions(tx, entries, now);
}
