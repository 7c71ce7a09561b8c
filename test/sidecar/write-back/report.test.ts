import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../sidecar/errors.ts';
import type { Store } from '../../../sidecar/store/open.ts';
import { deadWork } from '../../../sidecar/store/work.ts';
import { embeddedStore, wipe } from '../databases.ts';
import { createLine, type Line } from '../line.ts';
import { addSchool, result } from '../school.ts';

let store: Store;
let line: Line;

beforeAll(async () => {
  store = await embeddedStore();
}, 60_000);
beforeEach(async () => {
  await wipe(store);
  line = createLine(store);
  addSchool(line.site);
});
afterAll(() => store.close());

const loads = () =>
  line.site.reports.flatMap(({ checks }) => checks).filter(({ check }) => check === 'backfill');

async function later(): Promise<void> {
  line.clock.advance(60_000);
  await line.settle();
}

describe('the report', () => {
  test('says once that a first load is complete, and only when all that follows was told', async () => {
    await line.settle();
    await later();
    await later();
    expect(loads()).toHaveLength(1);
    expect(loads()[0]?.examined).toBeGreaterThan(100);
    const requests = line.site.requests.map(({ method }) => method);
    const firstReportOfLoad = line.site.reports.findIndex(({ checks }) => checks.length > 0);
    const nthReport = requests.flatMap((method, index) => (method === 'report' ? [index] : []))[
      firstReportOfLoad
    ];
    const firstTold = requests.indexOf('write_back');
    expect(firstTold).toBeGreaterThan(-1);
    expect(nthReport).toBeGreaterThan(firstTold);
  });

  test('says it again after a resync', async () => {
    await line.settle();
    await later();
    line.site.epoch = null;
    await later();
    await later();
    expect(loads()).toHaveLength(2);
  });

  test('names dead work by its record, and tries again what a person asks for', async () => {
    await line.settle();
    line.site.before = (method, { names }) => {
      if (method === 'snapshot' && names?.includes('RES-9') === true) throw new AppError('site.refused');
    };
    line.site.submit('Assessment Result', 'RES-9', result('S-2', 4, 3));
    await later();
    const dead = { code: 'site.refused', doctype: 'Assessment Result', name: 'RES-9' };
    expect(line.site.reports.at(-1)?.dead).toEqual([dead]);

    line.site.before = () => undefined;
    line.site.asked = { redrive: [{ doctype: 'Assessment Result', name: 'RES-9' }], erase: [] };
    await later();
    line.site.asked = { redrive: [], erase: [] };
    await later();
    expect(await deadWork(store.db)).toEqual([]);
    expect(line.site.reports.at(-1)?.dead).toEqual([]);
    expect([...line.site.insights.keys()].join()).toContain('RES-9');
  });

  test('erases a pupil who was left out, and nobody who is still there', async () => {
    await line.settle();
    line.site.remove('Student', 'S-1');
    await line.settle();
    line.site.asked = { redrive: [], erase: ['S-1', 'S-2'] };
    await later();
    const owners = await store.db.selectFrom('ai_insights').select('owner_name').distinct().execute();
    const names = owners.map((row) => row.owner_name);
    expect(names).not.toContain('S-1');
    expect(names).toContain('S-2');
  });
});
