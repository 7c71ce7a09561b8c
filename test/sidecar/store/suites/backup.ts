/** A backup brings back what a first load cannot, on either database, and opens with its own key alone. */
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dumpBackup, restoreBackup } from '../../../../sidecar/store/backup.ts';
import { logBatch } from '../../../../sidecar/store/logs.ts';
import type { Store } from '../../../../sidecar/store/open.ts';
import { proposePreferences, readProposals } from '../../../../sidecar/store/proposals.ts';
import { readState } from '../../../../sidecar/store/state.ts';
import { SEALING_KEY, wipe } from '../../databases.ts';
import { someInsight } from './insights.ts';

export function backupSuite(store: () => Store): void {
  async function fill(): Promise<void> {
    await sql`update state set site_id = 'school', epoch = 'e', token = 't', loaded = true`.execute(
      store().db,
    );
    await someInsight(store().db);
    const entry = { type: 'fetch', direction: 'from_erpnext', status: 'success', code: null } as const;
    await logBatch(store().db, { ...entry, doctype: 'Course', counts: { stored: 3 } }, 0);
    const { db, sealer } = store();
    await proposePreferences(db, sealer, 'S-1', { contact_first: 'guardian' }, 0);
  }

  const kept = async () => ({
    insights: await sql`select to_json(t) as row from ai_insights t order by address`.execute(store().db),
    logs: await sql`select to_json(t) as row from sync_logs t`.execute(store().db),
    profiles: await sql`select to_json(t) as row from student_ai_profiles t`.execute(store().db),
    proposals: await readProposals(store().db, store().sealer, [{ doctype: 'Student', name: 'S-1' }]),
  });

  describe('a backup', () => {
    test('brings back insights, profiles and audit trail as they were, and forgets the pairing', async () => {
      await fill();
      const before = await kept();
      const file = await dumpBackup(store(), SEALING_KEY);
      await wipe(store());
      await restoreBackup(store(), SEALING_KEY, file);
      expect(await kept()).toEqual(before);
      const state = await readState(store().db);
      expect(state).toMatchObject({ siteId: 'school', epoch: null, token: null, loaded: false });
    });

    test('lets no revision be drawn twice', async () => {
      await fill();
      const file = await dumpBackup(store(), SEALING_KEY);
      await sql`update state set time_zone = 'UTC', settings = ${JSON.stringify({})}`.execute(store().db);
      const drawn = await sql<{ n: number }>`select nextval('revision_seq') as n`.execute(store().db);
      await restoreBackup(store(), SEALING_KEY, file);
      const next = await sql<{ n: number }>`select nextval('revision_seq') as n`.execute(store().db);
      expect(next.rows[0]?.n).toBeGreaterThan(drawn.rows[0]?.n ?? 0);
    });

    test('shows nothing of what is in it, and is refused when cut, changed or of another key', async () => {
      await fill();
      const file = await dumpBackup(store(), SEALING_KEY);
      expect(file.toString('latin1')).not.toContain('school');
      const changed = Buffer.from(file);
      changed[40] = (changed[40] ?? 0) ^ 1;
      for (const [broken, key] of [
        [file.subarray(0, -5), SEALING_KEY],
        [changed, SEALING_KEY],
        [file, Buffer.alloc(32, 9)],
        [Buffer.from('no backup at all'), SEALING_KEY],
      ] as const)
        await expect(restoreBackup(store(), key, broken)).rejects.toMatchObject({
          code: 'backup.unreadable',
        });
    });
  });
}
