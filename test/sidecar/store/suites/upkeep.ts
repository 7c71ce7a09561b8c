/** Upkeep works on either database and changes nothing that is stored. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../sidecar/store/open.ts';
import { tidyAll, tidyBusy } from '../../../../sidecar/store/upkeep.ts';
import { countWork, touch } from '../../../../sidecar/store/work.ts';

export function upkeepSuite(store: () => Store): void {
  describe('upkeep', () => {
    test('changes nothing that is stored', async () => {
      await touch(store().db, [{ stage: 'fetch', kind: 'Course', name: 'Maths', dueAt: 0 }]);
      await tidyBusy(store());
      await tidyAll(store());
      expect((await countWork(store().db, 0)).waiting.fetch).toBe(1);
    });
  });
}
