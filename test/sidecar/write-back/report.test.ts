import { describe, expect, test } from 'vitest';
import { AppError } from '../../../sidecar/errors.ts';
import { deadWork } from '../../../sidecar/store/work.ts';
import { lineForEachTest } from '../school-line.ts';
import { result } from '../school.ts';

const here = lineForEachTest();

const loads = () =>
  here.line.site.reports.flatMap(({ checks }) => checks).filter(({ check }) => check === 'backfill');

async function later(): Promise<void> {
  here.line.clock.advance(60_000);
  await here.line.settle();
}

describe('the report', () => {
  test('says once that a first load is complete, and only when all that follows was told', async () => {
    await here.line.settle();
    await later();
    await later();
    expect(loads()).toHaveLength(1);
    expect(loads()[0]?.examined).toBeGreaterThan(100);
    const requests = here.line.site.requests.map(({ method }) => method);
    const firstReportOfLoad = here.line.site.reports.findIndex(({ checks }) => checks.length > 0);
    const nthReport = requests.flatMap((method, index) => (method === 'report' ? [index] : []))[
      firstReportOfLoad
    ];
    const firstTold = requests.indexOf('write_back');
    expect(firstTold).toBeGreaterThan(-1);
    expect(nthReport).toBeGreaterThan(firstTold);
  });

  test('says it again after a resync', async () => {
    await here.line.settle();
    await later();
    here.line.site.epoch = null;
    await later();
    await later();
    expect(loads()).toHaveLength(2);
  });

  test('tells what was learned, in figures without weights and without a pupil', async () => {
    await here.line.settle();
    await later();
    const model = here.line.site.reports.at(-1)?.model;
    expect(model).toEqual({
      rung: 'rule',
      learned_on: '2026-11-23',
      pupil_terms: 0,
      failed_or_left: 0,
      terms: [],
      checked: null,
    });
  });

  test('names dead work by its record, and tries again what a person asks for', async () => {
    await here.line.settle();
    here.line.site.before = (method, { names }) => {
      if (method === 'snapshot' && names?.includes('RES-9') === true) throw new AppError('site.refused');
    };
    here.line.site.submit('Assessment Result', 'RES-9', result('S-2', 4, 3));
    await later();
    const dead = { code: 'site.refused', doctype: 'Assessment Result', name: 'RES-9' };
    expect(here.line.site.reports.at(-1)?.dead).toEqual([dead]);

    here.line.site.before = () => undefined;
    here.line.site.asked = { redrive: [{ doctype: 'Assessment Result', name: 'RES-9' }], erase: [] };
    await later();
    here.line.site.asked = { redrive: [], erase: [] };
    await later();
    expect(await deadWork(here.store.db)).toEqual([]);
    expect(here.line.site.reports.at(-1)?.dead).toEqual([]);
    expect([...here.line.site.insights.keys()].join()).toContain('RES-9');
  });

  test('erases a pupil who was left out, and nobody who is still there', async () => {
    await here.line.settle();
    here.line.site.remove('Student', 'S-1');
    await here.line.settle();
    here.line.site.asked = { redrive: [], erase: ['S-1', 'S-2'] };
    await later();
    const owners = await here.store.db.selectFrom('ai_insights').select('owner_name').distinct().execute();
    const names = owners.map((row) => row.owner_name);
    expect(names).not.toContain('S-1');
    expect(names).toContain('S-2');
  });
});
