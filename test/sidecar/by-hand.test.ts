import { describe, expect, test } from 'vitest';
import { write } from '../../sidecar/by-hand.ts';
import { documentsWithProposals } from '../../sidecar/store/proposals.ts';
import { stateOf } from './fake-settings.ts';
import { lineForEachTest } from './school-line.ts';

const here = lineForEachTest();

const tools = () => ({ site: here.line.site, store: here.store, clock: here.line.clock });
const preferences = { feedback_detail: 'short' };
const held = () => {
  const pupil = here.line.site.documents.get('Student')?.get('S-1');
  return stateOf(pupil, 'ai_preferences_settings').value;
};
const logged = () =>
  here.store.db.selectFrom('sync_logs').selectAll().where('sync_type', '=', 'write_back').execute();
const session = (student: string) => ({
  kind: 'engagement' as const,
  entry: {
    session: 'one',
    student,
    session_date: '2026-11-20',
    interaction_duration: 12,
    questions_asked: 4,
    concepts_explored: ['Fractions'],
    help_requests: 0,
    independence_score: 1,
  },
});

describe('what a person writes by hand', () => {
  test("of a pupil's preferences is proposed, and reaches the site as any proposal does", async () => {
    await here.line.settle();
    const entry = { student: 'S-1', preferences };
    expect(await write(tools(), { kind: 'profile', entry })).toEqual({ outcome: 'proposed' });
    expect(held()).not.toHaveProperty('feedback_detail');
    await here.line.settle();
    expect(held()).toMatchObject(preferences);
  });

  test('about a pupil whom the site has not leaves no proposal behind', async () => {
    await here.line.settle();
    const entry = { student: 'S-NOBODY', preferences };
    await expect(write(tools(), { kind: 'profile', entry })).rejects.toMatchObject({
      code: 'work.no_document',
    });
    expect(await documentsWithProposals(here.store.db, 'Student', ['S-NOBODY'])).toEqual([]);
  });

  test('replaces what was written before it: each has a higher revision', async () => {
    await here.line.settle();
    for (const pace of ['slow', 'fast']) {
      const entry = { student: 'S-1', learning_profile: { pace } };
      expect(await write(tools(), { kind: 'profile', entry })).toEqual({ outcome: 'stored' });
    }
    const told = here.line.site.written.filter(({ kind }) => kind === 'fields');
    expect(told.at(-1)).toMatchObject({ values: { ai_learning_profile: { pace: 'fast' } } });
  });

  test('is a line of the audit trail with its outcome, and no word of whom it is about', async () => {
    await here.line.settle();
    await here.store.db.deleteFrom('sync_logs').execute();
    await write(tools(), session('S-1'));
    here.line.site.refuse = () => 'target.gone';
    await expect(write(tools(), session('S-2'))).rejects.toMatchObject({ code: 'work.no_document' });
    const lines = await logged();
    expect(lines.map((row) => [row.sync_status, row.error_details, row.data_payload])).toEqual([
      ['success', null, { stored: 1 }],
      ['failed', 'work.no_document', { error: 1 }],
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/S-[12]/);
  });

  test('waits for a pairing where there has never been one', async () => {
    await expect(write(tools(), session('S-1'))).rejects.toMatchObject({ code: 'site.fenced' });
  });
});
