/** The audit trail on either database. */
import { describe, expect, test } from 'vitest';
import { logBatch, purgeLogs } from '../../../../sidecar/store/logs.ts';
import type { Store } from '../../../../sidecar/store/open.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 8);

export function logSuite(store: () => Store): void {
  describe('the audit trail', () => {
    test('keeps a line for 90 days', async () => {
      const entry = { type: 'fetch', direction: 'from_erpnext', status: 'success', code: null } as const;
      for (const age of [0, 89, 91])
        await logBatch(store().db, { ...entry, doctype: 'Course', counts: { age } }, NOW - age * DAY_MS);
      await purgeLogs(store().db, NOW);
      const left = await store().db.selectFrom('sync_logs').select('data_payload').execute();
      expect(left.map((row) => row.data_payload)).toEqual([{ age: 0 }, { age: 89 }]);
    });
  });
}
