/** Proposals: kept once, settled until they change, sealed where they are about a child. */
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../sidecar/store/open.ts';
import {
  documentsWithProposals,
  proposePreferences,
  readProposals,
  removeProposals,
  settleProposals,
  storeProposals,
  takeAsked,
  unsettleProposals,
} from '../../../../sidecar/store/proposals.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const STUDENT = { doctype: 'Student', name: 'S-1' };
const COURSE = { doctype: 'Course', name: 'Mathematics' };
const objectives = (...lines: string[]) => ({
  ...COURSE,
  field: 'ai_learning_objectives',
  proposal: { objectives: lines },
});
const ASKED = { contact_first: { site: 'hash 1', ai: 'hash 2', over: false } };

export function proposalSuite(store: () => Store): void {
  const db = () => store().db;
  const unsettled = (doctype: string) =>
    documentsWithProposals(db(), doctype, ['S-1', 'Mathematics'], 'unsettled');
  const read = () => readProposals(db(), store().sealer, [STUDENT, COURSE]);
  const prefer = (contact: string) =>
    proposePreferences(db(), store().sealer, 'S-1', { contact_first: contact }, NOW);

  describe('proposals', () => {
    test('are unsettled while new or changed, and settled again by being told', async () => {
      await storeProposals(db(), [objectives('A')]);
      expect(await unsettled('Course')).toEqual([COURSE]);
      await settleProposals(db(), [{ ...objectives('A'), asked: {} }], NOW);
      await storeProposals(db(), [objectives('A')]);
      expect(await unsettled('Course')).toEqual([]);
      await storeProposals(db(), [objectives('A', 'B')]);
      expect(await unsettled('Course')).toEqual([COURSE]);
      expect(await read()).toEqual([{ ...objectives('A', 'B'), asked: {} }]);
    });

    test('about a pupil stand in the profile, where nobody reads them without the key', async () => {
      await prefer('guardian');
      expect(await read()).toMatchObject([{ ...STUDENT, proposal: { contact_first: 'guardian' } }]);
      const rows = await sql`select * from student_ai_profiles, proposals`.execute(db());
      expect(JSON.stringify(rows.rows)).not.toContain('guardian');
      await prefer('student');
      expect(await read()).toMatchObject([{ proposal: { contact_first: 'student' } }]);
      const profiles = await sql<{ n: number }>`select count(*) as n from student_ai_profiles`.execute(db());
      expect(profiles.rows[0]?.n).toBe(1);
    });

    test('that the field does not take are refused before they are kept', async () => {
      await expect(prefer('aunt')).rejects.toMatchObject({
        code: 'proposal.invalid',
        detail: 'contact_first',
      });
      const notes = proposePreferences(db(), store().sealer, 'S-1', { notes: 'x' }, NOW);
      await expect(notes).rejects.toMatchObject({ code: 'proposal.invalid' });
      expect(await read()).toEqual([]);
    });

    test('keep what was asked until it is answered, once', async () => {
      await prefer('student');
      const place = { ...STUDENT, field: 'ai_preferences_settings', key: 'contact_first' };
      expect(await takeAsked(db(), place)).toBeNull();
      await settleProposals(db(), [{ ...place, asked: ASKED }], NOW);
      expect(await takeAsked(db(), place)).toEqual(ASKED.contact_first);
      expect(await takeAsked(db(), place)).toBeNull();
    });

    test('are all unsettled by a resync, and nothing counts as asked', async () => {
      await prefer('student');
      await settleProposals(db(), [{ ...STUDENT, field: 'ai_preferences_settings', asked: ASKED }], NOW);
      await unsettleProposals(db());
      expect(await unsettled('Student')).toEqual([STUDENT]);
      expect(await read()).toMatchObject([{ asked: {} }]);
    });

    test('of a pupil who is gone are gone, and nobody else’s', async () => {
      await prefer('student');
      await storeProposals(db(), [objectives('A')]);
      await removeProposals(db(), 'Student', ['S-1', 'Mathematics']);
      expect(await read()).toMatchObject([COURSE]);
      const left = await sql`select 1 from student_ai_profiles`.execute(db());
      expect(left.rows).toEqual([]);
    });
  });
}
