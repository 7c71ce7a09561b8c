import { describe, expect, test } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { lineForEachTest } from './school-line.ts';
import { result } from './school.ts';

const here = lineForEachTest();

const lines = () => here.store.db.selectFrom('sync_logs').selectAll().orderBy('sync_timestamp').execute();

describe('the audit trail', () => {
  test('has a line for each batch: which way it went, its outcome, and how many', async () => {
    await here.line.settle();
    const loaded = (await lines()).filter(({ sync_type: type }) => type === 'backfill');
    expect(loaded.length).toBeGreaterThan(5);
    await here.store.db.deleteFrom('sync_logs').execute();

    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    await here.line.settle(0);
    expect(
      (await lines()).map((row) => [row.sync_type, row.sync_direction, row.sync_status, row.data_payload]),
    ).toEqual([
      ['pull', 'from_erpnext', 'success', { events: 1, dead: 0 }],
      ['fetch', 'from_erpnext', 'success', { stored: 1, gone: 0 }],
      ['write_back', 'to_erpnext', 'success', { stored: 2 }],
    ]);
  });

  test('has a line for a batch that failed, with the code and no word of what failed', async () => {
    await here.line.settle();
    await here.store.db.deleteFrom('sync_logs').execute();
    here.line.site.before = (method) => {
      if (method === 'snapshot') throw new AppError('site.failed', { detail: 'S-2 and the rest' });
    };
    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    await here.line.settle(0);
    const failed = (await lines()).filter(({ sync_status: status }) => status === 'failed');
    expect(failed).toMatchObject([
      { sync_type: 'fetch', erpnext_entity_type: 'Assessment Result', error_details: 'site.failed' },
    ]);
    expect(JSON.stringify(failed)).not.toContain('S-2');
  });
});
