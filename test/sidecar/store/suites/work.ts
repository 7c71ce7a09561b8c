/** The work table: nothing touched is lost, nothing runs twice with effect, bursts become few runs. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../sidecar/store/open.ts';
import {
  MOST_ATTEMPTS,
  bury,
  claim,
  countWork,
  deadWork,
  fail,
  finish,
  nextDue,
  redrive,
  release,
  touch,
  type Touch,
} from '../../../../sidecar/store/work.ts';
import { wipe } from '../../databases.ts';

const LEASE_MS = 1000;

const student = (name: string, dueAt = 0): Touch => ({ stage: 'fetch', kind: 'Student', name, dueAt });

export function workSuite(store: () => Store): void {
  let leases = 0;
  const take = (now: number, limit = 100) =>
    claim(store().db, { stage: 'fetch', limit, now, leaseMs: LEASE_MS, lease: `lease-${(leases += 1)}` });

  const one = async () => (await take(1000, 1)).map((each) => each.name);

  describe('the work table', () => {
    test('many touches of one document are one piece of work', async () => {
      await touch(
        store().db,
        Array.from({ length: 500 }, () => student('A')),
      );
      await touch(store().db, [student('A'), student('B')]);
      expect((await take(0)).map((each) => each.name).sort()).toEqual(['A', 'B']);
    });

    test('10,000 touches over 300 pupils are 300 pieces of work', async () => {
      const names = Array.from({ length: 10_000 }, (_, index) => `S-${index % 300}`);
      for (let from = 0; from < names.length; from += 1000) {
        await touch(
          store().db,
          names.slice(from, from + 1000).map((name) => student(name)),
        );
      }
      expect((await countWork(store().db, 0)).waiting.fetch).toBe(300);
    });

    test('a change during a run makes it run again (rule 14)', async () => {
      await touch(store().db, [student('A')]);
      const claims = await take(0);
      await touch(store().db, [student('A', 5)]);
      expect(await finish(store().db, claims)).toHaveLength(1);
      expect(await take(10)).toHaveLength(1);
    });

    test('a finished run leaves nothing behind', async () => {
      await touch(store().db, [student('A')]);
      await finish(store().db, await take(0));
      expect(await take(10_000)).toEqual([]);
      expect((await countWork(store().db, 0)).waiting.fetch).toBe(0);
    });

    test('a run whose lease went to another has no effect when it ends (rule 14)', async () => {
      await touch(store().db, [student('A')]);
      const slow = await take(0);
      const quick = await take(LEASE_MS + 1);
      expect(quick).toHaveLength(1);
      expect(await finish(store().db, slow)).toEqual([]);
      expect(await finish(store().db, quick)).toHaveLength(1);
      expect(await finish(store().db, slow)).toEqual([]);
    });

    test('claimed work is not given out again before the lease is over', async () => {
      await touch(store().db, [student('A')]);
      await take(0);
      expect(await take(LEASE_MS)).toEqual([]);
      expect(await nextDue(store().db, ['fetch'])).toBe(LEASE_MS + 1);
    });

    test('two processes that claim at once never get the same piece (rule 20)', async () => {
      await touch(
        store().db,
        Array.from({ length: 40 }, (_, index) => student(`S-${index}`)),
      );
      const taken = await Promise.all([take(0, 10), take(0, 10), take(0, 10), take(0, 10)]);
      const names = taken.flat().map((each) => each.name);
      expect(new Set(names).size).toBe(names.length);
    });

    test('while dirty, the earlier due time holds; what is due first is claimed first (rule 15)', async () => {
      await touch(store().db, [student('late', 500), student('early', 100), student('moved', 900)]);
      await touch(store().db, [student('moved', 50), student('early', 800)]);
      expect([await one(), await one(), await one()]).toEqual([['moved'], ['early'], ['late']]);
    });

    test('work that is not due yet is not claimed', async () => {
      await touch(store().db, [student('A', 100)]);
      expect(await take(99)).toEqual([]);
      expect(await take(100)).toHaveLength(1);
    });

    test('after its last attempt work is dead, a touch gives it one more, a redrive all of them', async () => {
      await touch(store().db, [student('A')]);
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const claims = await take(attempt);
        expect(claims).toHaveLength(1);
        await fail(store().db, claims, { code: 'site.failed', dueAt: attempt + 1, dead: false });
      }
      expect(await take(100)).toEqual([]);
      expect(await deadWork(store().db)).toMatchObject([{ name: 'A', code: 'site.failed' }]);

      await touch(store().db, [student('A', 100)]);
      const once = await take(100);
      expect(once).toHaveLength(1);
      await fail(store().db, once, { code: 'site.failed', dueAt: 101, dead: false });
      expect(await take(200)).toEqual([]);

      await redrive(store().db, await deadWork(store().db), 200);
      expect(await take(200)).toMatchObject([{ name: 'A', attempts: 0 }]);
    });

    test('work given back is due at once and no attempt is counted', async () => {
      await touch(store().db, [student('A')]);
      await release(store().db, await take(0));
      expect(await take(0)).toMatchObject([{ name: 'A', attempts: 0 }]);
    });

    test('analysis work waits until the first load is over', async () => {
      await touch(store().db, [{ stage: 'analyse', kind: 'student', name: 'A', dueAt: 0 }]);
      const analyse = () =>
        claim(store().db, { stage: 'analyse', limit: 9, now: 9, leaseMs: LEASE_MS, lease: 'analyse' });
      expect([await analyse(), await nextDue(store().db, ['analyse'])]).toEqual([[], null]);
      await store().db.updateTable('state').set({ loaded: true }).execute();
      expect(await analyse()).toHaveLength(1);
    });

    test('what can never be done is dead from the start, and seen', async () => {
      await bury(store().db, [{ kind: 'Spaceship', name: 'X', code: 'work.unknown_doctype' }], 0);
      expect(await take(1)).toEqual([]);
      expect(await deadWork(store().db)).toMatchObject([{ kind: 'Spaceship', code: 'work.unknown_doctype' }]);
    });

    test('however touches, runs and failures fall, what was touched last is run after it', async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constant('touch'), name: fc.constantFrom('A', 'B', 'C') }),
        fc.record({
          do: fc.constantFrom('claim', 'finish', 'fail', 'give back', 'kill'),
          name: fc.constant(''),
        }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          await wipe(store());
          let now = 0;
          let running: Awaited<ReturnType<typeof take>> = [];
          /** Per name: the moment of its last touch, and of the last claim whose run ended well. */
          const touched = new Map<string, number>();
          const claimed = new Map<string, number>();
          const done = new Map<string, number>();
          for (const { do: what, name } of steps) {
            now += 1;
            if (what === 'touch') {
              await touch(store().db, [student(name, now)]);
              touched.set(name, now);
            } else if (what === 'claim') {
              const fresh = await take(now);
              for (const each of fresh) claimed.set(each.name, now);
              running = fresh.length > 0 ? fresh : running;
            } else if (what === 'finish') {
              for (const each of await finish(store().db, running))
                done.set(each.name, claimed.get(each.name) ?? 0);
              running = [];
            } else if (what === 'fail') {
              await fail(store().db, running, { code: 'site.failed', dueAt: now, dead: false });
              running = [];
            } else if (what === 'give back') {
              await release(store().db, running);
              running = [];
            } else {
              // Killed: the claims are forgotten, their leases run out.
              running = [];
              now += LEASE_MS + 1;
            }
          }
          now += LEASE_MS + 1;
          const left = new Set((await take(now)).map((each) => each.name));
          const dead = new Set((await deadWork(store().db)).map((each) => each.name));
          for (const [name, moment] of touched) {
            expect(left.has(name) || dead.has(name) || (done.get(name) ?? 0) > moment).toBe(true);
          }
        }),
        { numRuns: 40 },
      );
    }, 60_000);
  });
}
