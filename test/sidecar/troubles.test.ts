/** The same promises where something goes wrong between site and sidecar. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { pullOnce } from '../../sidecar/intake/pull.ts';
import { LEADER_LEASE_MS, takeLead } from '../../sidecar/store/leader.ts';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { mirrorShape } from '../../sidecar/store/mirror/shape.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { readState } from '../../sidecar/store/state.ts';
import { countWork, deadWork } from '../../sidecar/store/work.ts';
import type { FakeSite } from './fake-site.ts';
import { held, lineForEachTest } from './school-line.ts';
import { DAYS, PUPILS, attendance, result } from './school.ts';

const here = lineForEachTest();

describe('the pairing', () => {
  test('after the database was lost: the same insights again (rule 1)', async () => {
    await here.line.settle();
    const { before, after } = await here.fromScratch();
    expect(after).toEqual(before);
    expect(after.insights.size).toBeGreaterThan(10);
  });

  test('after the site was restored from an old copy: everything is sent anew (rule 1)', async () => {
    await here.line.settle();
    const whole = held(here.line.site);
    here.line.site.insights.clear();
    here.line.site.epoch = null;
    await here.line.settle();
    expect(held(here.line.site)).toEqual(whole);
  });

  test('a site that is away costs nothing and loses nothing', async () => {
    await here.line.settle();
    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    here.line.site.before = () => {
      throw new AppError('site.unreachable');
    };
    for (let attempt = 0; attempt < 30; attempt += 1) {
      here.line.clock.advance(1000);
      await here.line.round();
    }
    here.line.site.before = () => undefined;
    await here.line.settle();
    expect(await deadWork(here.store.db)).toEqual([]);
    expect([...held(here.line.site).keys()].join()).toContain('RES-5');
  });
});

describe('an answer of the site', () => {
  test('that dies before it is stored comes again; stored, it is acknowledged by the next pull (rule 8)', async () => {
    await here.line.settle();
    const { site, store, tools, clock } = here.line;
    site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    const waiting = async () => {
      const { waiting: of } = await countWork(store.db, clock.now());
      return { touched: of.fetch, toAcknowledge: (await readState(store.db)).pendingAck.length };
    };
    const dying: Store = {
      ...store,
      transaction: (work) =>
        store.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed');
        }),
    };
    const session = here.line.pairing.session ?? expect.fail('not paired');
    await expect(pullOnce({ ...tools, store: dying }, session)).rejects.toThrow('killed');
    expect(await waiting()).toEqual({ touched: 0, toAcknowledge: 0 });
    expect(site.outbox).toHaveLength(1);

    await pullOnce(tools, session);
    expect(await waiting()).toEqual({ touched: 1, toAcknowledge: 1 });
    expect(site.outbox).toHaveLength(1);
    await pullOnce(tools, session);
    expect(await waiting()).toEqual({ touched: 1, toAcknowledge: 0 });
    expect(site.outbox).toEqual([]);
  });

  test('is not stored by a process that has lost the lead meanwhile (rule 11)', async () => {
    await here.line.settle();
    const { site, store, tools, clock, stage } = here.line;
    site.remove('Assessment Result', 'RES-4-S-1');
    await pullOnce(tools, here.line.pairing.session ?? expect.fail('not paired'));
    const late = await stage('sync').take('late');
    await takeLead(store.db, 'another', clock.now() + LEADER_LEASE_MS + 1);
    await expect(late?.run(late.claims)).rejects.toMatchObject({ code: 'leader.lost' });
    const results = mirrorShape('Assessment Result') ?? expect.fail('not mirrored');
    expect([...(await readDocuments(store.db, results, ['RES-4-S-1'])).keys()]).toEqual(['RES-4-S-1']);
  });
});

describe('an item that the site refuses', () => {
  test('does not hold up the others, and is dead with a code when it never passes', async () => {
    here.line.site.refuse = (item) =>
      JSON.stringify(item.address).includes('RES-2-S-2') ? 'fields.refused' : null;
    await here.line.settle(3_600_000);
    const addresses = [...held(here.line.site).keys()].join('\n');
    expect(addresses).toContain('RES-2-S-3');
    expect(addresses).not.toContain('RES-2-S-2');
    expect(await deadWork(here.store.db)).toMatchObject([{ stage: 'send' }]);
  });

  test('because its target left meanwhile is no failure', async () => {
    here.line.site.refuse = (item) =>
      JSON.stringify(item.address).includes('RES-2-S-2') ? 'target.gone' : null;
    await here.line.settle();
    expect(await deadWork(here.store.db)).toEqual([]);
  });
});

test('whatever is lost, doubled or cut on the way, mirror and insights end as if it had not been', async () => {
  const change = fc.record({
    do: fc.constantFrom('result', 'absence', 'remove', 'rename', 'leave'),
    pupil: fc.constantFrom(...PUPILS),
    number: fc.integer({ min: 0, max: 19 }),
    trouble: fc.constantFrom('none', 'answer lost', 'away', 'failing', 'killed', 'doubled'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 3, maxLength: 8 }), async (changes) => {
      await here.fresh();
      await here.line.settle();
      for (const [index, each] of changes.entries()) {
        apply(here.line.site, each, index);
        let troubles = each.trouble === 'none' ? 0 : 2;
        const strike = (wanted: string) => (method: string) => {
          if (troubles === 0 || method === 'hello' || each.trouble !== wanted) return;
          troubles -= 1;
          throw new AppError(wanted === 'failing' ? 'site.failed' : 'site.unreachable');
        };
        here.line.site.before = each.trouble === 'away' ? strike('away') : strike('failing');
        here.line.site.after = strike('answer lost');
        if (each.trouble === 'doubled') here.line.site.raise('Student', each.pupil);
        for (let step = 0; step < each.number % 4; step += 1) await here.line.round();
        if (each.trouble === 'killed') here.restart();
        here.line.clock.advance(each.number * 100);
      }
      here.line.site.before = () => undefined;
      here.line.site.after = () => undefined;
      await here.line.settle(600_000);
      const { before, after } = await here.fromScratch();
      expect(before).toEqual(after);
      expect(await deadWork(here.store.db)).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);

function apply(site: FakeSite, change: { do: string; pupil: string; number: number }, index: number): void {
  const { pupil, number } = change;
  if (change.do === 'result')
    site.submit('Assessment Result', `RES-X-${index}`, result(pupil, 1 + (number % 4), number));
  if (change.do === 'absence') {
    site.submit(
      'Student Attendance',
      `ATT-${DAYS[number]}-${pupil}`,
      attendance(pupil, DAYS[number] ?? '', 'Absent'),
    );
  }
  if (change.do === 'remove') site.remove('Assessment Result', `RES-1-${pupil}`);
  if (change.do === 'leave') site.save('Student', pupil, { student_name: pupil, enabled: 0 });
  if (change.do === 'rename' && site.documents.get('Student')?.has(pupil) === true) {
    site.rename('Student', pupil, `${pupil}-${index}`);
  }
}
