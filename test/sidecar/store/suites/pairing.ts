/** The pairing in the database: what a pull stores, what a resync resets, who leads. */
import { describe, expect, test } from 'vitest';
import type { Response } from '../../../../sidecar/erpnext/contract.ts';
import {
  assertLead,
  assertPaired,
  giveUpLead,
  takeLead,
  LEADER_LEASE_MS,
} from '../../../../sidecar/store/leader.ts';
import type { Store } from '../../../../sidecar/store/open.ts';
import { beginRound, readState, storePairing, storePull } from '../../../../sidecar/store/state.ts';
import { claim, countWork, finishAll, touch, type WorkStage } from '../../../../sidecar/store/work.ts';
import { SETTINGS } from '../../fake-site.ts';

function hello(changes: Partial<Response<'hello'>> = {}): Response<'hello'> {
  return {
    site_id: 'site',
    epoch: 'one',
    token: 't1',
    resync: true,
    contract: 1,
    versions: { frappe: '', erpnext: '', education: '', app: '', database: '' },
    time_zone: 'Asia/Amman',
    now: '2026-11-23T08:00:00+00:00',
    settings: SETTINGS,
    pending: 0,
    faults: [],
    ...changes,
  };
}

export function pairingSuite(store: () => Store): void {
  describe('the pairing', () => {
    test('a resync asks for a first load and makes everything unsent; going on does not', async () => {
      await storePairing(store().db, hello());
      const { load } = await readState(store().db);
      await store().db.updateTable('state').set({ loaded: true }).execute();
      await touch(store().db, [{ stage: 'send', kind: 'insight', name: 'x', dueAt: 0 }]);

      await storePairing(store().db, hello({ token: 't2', resync: false }));
      expect(await readState(store().db)).toMatchObject({ token: 't1', loaded: true, load });
      expect((await countWork(store().db, 0)).waiting.send).toBe(1);

      await storePairing(store().db, hello({ epoch: 'two' }));
      expect(await readState(store().db)).toMatchObject({ epoch: 'two', loaded: false, load: load + 1 });
      expect((await countWork(store().db, 0)).waiting.send).toBe(0);
    });

    test('the database of one site is not given to another', async () => {
      await storePairing(store().db, hello());
      await expect(storePairing(store().db, hello({ site_id: 'other' }))).rejects.toMatchObject({
        code: 'store.wrong_site',
      });
    });

    test('a pull leaves what to acknowledge and says whether the settings changed', async () => {
      await storePairing(store().db, hello());
      expect(await storePull(store().db, { token: 't2', ids: [3, 4], settings: SETTINGS })).toBe(false);
      expect(await readState(store().db)).toMatchObject({ token: 't2', pendingAck: [3, 4] });
      const stricter = { ...SETTINGS, pass_mark: 60 };
      expect(await storePull(store().db, { token: 't2', ids: [], settings: stricter })).toBe(true);
      expect((await readState(store().db)).settings).toEqual(stricter);
    });

    test('settings that changed while nothing ran are found by the first pull after the start', async () => {
      await storePairing(store().db, hello());
      const stricter = { ...SETTINGS, pass_mark: 60 };
      await storePairing(store().db, hello({ resync: false, settings: stricter }));
      expect(await storePull(store().db, { token: 't2', ids: [], settings: stricter })).toBe(true);
    });

    test('what an earlier epoch was answered is not stored', async () => {
      await storePairing(store().db, hello());
      await takeLead(store().db, 'a', 1);
      const one = { me: 'a', epoch: 'one', now: 1 };
      await store().transaction((tx) => assertPaired(tx, one));
      await storePairing(store().db, hello({ epoch: 'two' }));
      for (const toChange of [false, true])
        await expect(
          store().transaction((tx) => assertPaired(tx, { ...one, toChange })),
        ).rejects.toMatchObject({ code: 'site.fenced' });
      await store().transaction((tx) => assertPaired(tx, { ...one, epoch: 'two' }));
    });

    test('revisions only grow, also over a resync', async () => {
      expect(await beginRound(store().db)).toBeNull();
      await storePairing(store().db, hello());
      const first = await beginRound(store().db);
      await storePairing(store().db, hello({ epoch: 'two' }));
      const second = await beginRound(store().db);
      expect(second?.revision).toBeGreaterThan(first?.revision ?? Number.POSITIVE_INFINITY);
    });
  });

  describe('the lead', () => {
    test('is held by one process until it gives up or falls silent (rule 20)', async () => {
      expect(await takeLead(store().db, 'a', 1)).toBe(true);
      expect(await takeLead(store().db, 'b', 1 + LEADER_LEASE_MS)).toBe(false);
      expect(await takeLead(store().db, 'a', 5000)).toBe(true);
      expect(await takeLead(store().db, 'b', 5000 + LEADER_LEASE_MS + 1)).toBe(true);
      await expect(assertLead(store().db, 'a', 6000 + LEADER_LEASE_MS)).rejects.toMatchObject({
        code: 'leader.lost',
      });
      await giveUpLead(store().db, 'b');
      expect(await takeLead(store().db, 'a', 6000 + LEADER_LEASE_MS)).toBe(true);
    });

    test('goes with what was begun: nothing waits for a leader that was killed, nor is it done twice', async () => {
      const take = (stage: WorkStage, now: number, lease: string) =>
        claim(store().db, { stage, limit: 9, now, leaseMs: 180_000, lease });
      await takeLead(store().db, 'killed', 1);
      for (const stage of ['fetch', 'send', 'analyse'] as const)
        await touch(store().db, [{ stage, kind: 'Student', name: 'A', dueAt: 0 }]);
      await store().db.updateTable('state').set({ loaded: true }).execute();
      const begun = [...(await take('fetch', 1, 'x')), ...(await take('send', 1, 'y'))];
      await take('analyse', 1, 'z');
      await takeLead(store().db, 'killed', 2);
      const then = 3 + LEADER_LEASE_MS;
      expect(await take('send', then, 'early')).toEqual([]);

      expect(await takeLead(store().db, 'new', then)).toBe(true);
      expect(await take('send', then, 'new')).toHaveLength(1);
      expect(await take('fetch', then, 'new')).toHaveLength(1);
      expect(await take('analyse', then, 'new')).toEqual([]);
      for (const old of begun)
        await expect(finishAll(store().db, [old])).rejects.toMatchObject({ code: 'leader.lost' });
    });
  });
}
