/** The store's suite on every database it promises to run on. */
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { Store } from '../../../sidecar/store/open.ts';
import { testDatabases, wipe } from '../databases.ts';
import { backupSuite } from './suites/backup.ts';
import { historySuite } from './suites/history.ts';
import { insightSuite } from './suites/insights.ts';
import { logSuite } from './suites/logs.ts';
import { mirrorSuite } from './suites/mirror.ts';
import { pairingSuite } from './suites/pairing.ts';
import { proposalSuite } from './suites/proposals.ts';
import { recordSuite } from './suites/records.ts';
import { targetSuite } from './suites/targets.ts';
import { upkeepSuite } from './suites/upkeep.ts';
import { workSuite } from './suites/work.ts';

describe.each(testDatabases())('on $title', (database) => {
  let store: Store;
  beforeAll(async () => {
    store = await database.start();
  }, 60_000);
  beforeEach(() => wipe(store));
  afterAll(() => database.stop(store), 60_000);

  workSuite(() => store);
  mirrorSuite(() => store);
  targetSuite(() => store);
  recordSuite(() => store);
  historySuite(() => store);
  insightSuite(() => store);
  pairingSuite(() => store);
  upkeepSuite(() => store);
  logSuite(() => store);
  backupSuite(() => store);
  proposalSuite(() => store);
});
