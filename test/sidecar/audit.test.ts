import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { embeddedStore, wipe } from './databases.ts';
import { createLine, type Line } from './line.ts';
import { addSchool, result } from './school.ts';

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

const lines = () => store.db.selectFrom('sync_logs').selectAll().orderBy('sync_timestamp').execute();

describe('the audit trail', () => {
  test('has a line for each batch: which way it went, its outcome, and how many', async () => {
    await line.settle();
    const loaded = (await lines()).filter(({ sync_type: type }) => type === 'backfill');
    expect(loaded.length).toBeGreaterThan(5);
    await store.db.deleteFrom('sync_logs').execute();

    line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    await line.settle(0);
    expect(
      (await lines()).map((row) => [row.sync_type, row.sync_direction, row.sync_status, row.data_payload]),
    ).toEqual([
      ['pull', 'from_erpnext', 'success', { events: 1, dead: 0 }],
      ['fetch', 'from_erpnext', 'success', { stored: 1, gone: 0 }],
      ['write_back', 'to_erpnext', 'success', { stored: 2 }],
    ]);
  });

  test('has a line for a batch that failed, with the code and no word of what failed', async () => {
    await line.settle();
    await store.db.deleteFrom('sync_logs').execute();
    line.site.before = (method) => {
      if (method === 'snapshot') throw new AppError('site.failed', { detail: 'S-2 and the rest' });
    };
    line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    await line.settle(0);
    const failed = (await lines()).filter(({ sync_status: status }) => status === 'failed');
    expect(failed).toMatchObject([
      { sync_type: 'fetch', erpnext_entity_type: 'Assessment Result', error_details: 'site.failed' },
    ]);
    expect(JSON.stringify(failed)).not.toContain('S-2');
  });
});
