/** What people decided about conflicts, as it comes back: noted in the audit trail, once. */
import { ruleOf } from '../erpnext/editable.ts';
import { logDecisions } from '../store/logs.ts';
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
  for (const { fields } of conflicts) {
    if (fields['status'] !== 'Resolved') continue;
    const [doctype, name, field, key] = ['ref_doctype', 'ref_name', 'ref_field', 'ref_key'].map((column) =>
      String(fields[column] ?? ''),
    );
    if (doctype === undefined || name === undefined || field === undefined || key === undefined) continue;
    const asked = await takeAsked(tx, { doctype, name, field, key });
    if (asked === null) continue;
    await logDecisions(
      tx,
      [
        {
          direction: 'from_erpnext',
          doctype,
          document: sealer.fingerprint(name),
          field,
          key,
          rule: ruleOf(doctype, field, key),
          outcome: String(fields['decision'] ?? ''),
          site: asked.site,
          ai: asked.ai,
        },
      ],
      now,
    );
  }
}
