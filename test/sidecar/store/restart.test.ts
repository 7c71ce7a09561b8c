import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asAppError } from '../../../sidecar/errors.ts';
import { openStore, type Store } from '../../../sidecar/store/open.ts';
import { SEALING_KEY, hasPostgres, startPostgres, type PostgresServer } from '../databases.ts';

test('a server whose socket file is gone is away, no fault of the work', async () => {
  const databaseUrl = 'postgresql:///postgres?host=/nowhere/at/all';
  const opening = openStore({ databaseUrl, dataDir: '', sealingKey: SEALING_KEY });
  await expect(opening).rejects.toMatchObject({ code: 'store.unreachable' });
});

describe.skipIf(!hasPostgres())('on PostgreSQL (needs its server program)', () => {
  let server: PostgresServer | null;
  let store: Store;
  beforeAll(async () => {
    server = startPostgres();
    store = await openStore({ databaseUrl: server?.url ?? null, dataDir: '', sealingKey: SEALING_KEY });
  }, 60_000);
  afterAll(async () => {
    await store.close();
    server?.stop();
  });

  test('a restart fails what was under way as "away", ends no process, and is got over', async () => {
    const underWay = [
      sql`select pg_sleep(30)`.execute(store.db),
      store.transaction((tx) => sql`select pg_sleep(30)`.execute(tx)),
    ].map(async (work) => work.catch((thrown: unknown) => asAppError(thrown).code));
    await server?.restart();
    expect(await Promise.all(underWay)).toEqual(['store.unreachable', 'store.unreachable']);
    await expect(sql`select 1`.execute(store.db)).resolves.toBeDefined();
  }, 60_000);

  test('a process that stops in the middle of a transaction does not hold its locks for ever', async () => {
    const limit = sql<{ idle_in_transaction_session_timeout: string }>`
      show idle_in_transaction_session_timeout`;
    const within = await store.transaction((tx) => limit.execute(tx));
    expect(within.rows).toEqual([{ idle_in_transaction_session_timeout: '15s' }]);
    const after = await limit.execute(store.db);
    expect(after.rows).toEqual([{ idle_in_transaction_session_timeout: '0' }]);
  });
});
