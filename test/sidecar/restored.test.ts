/** A database that was put back as it was: noticed by what it would have to acknowledge, however few pulls it missed. */
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { readState } from '../../sidecar/store/state.ts';
import { lineForEachTest } from './school-line.ts';
import { result } from './school.ts';

const here = lineForEachTest();
beforeEach(() => here.line.settle());

/** One change is pulled, acknowledged and worked off. */
async function oneChange(name: string): Promise<void> {
  here.line.site.submit('Assessment Result', name, result('S-2', 4, 3));
  await here.line.settle();
}

async function putBack(token: string | null, pendingAck: number[]): Promise<void> {
  await sql`update state set token = ${token}, pending_ack = ${JSON.stringify(pendingAck)}`.execute(
    here.store.db,
  );
  here.restart();
  await here.line.settle();
}

test.each([1, 2, 3])('restored from %i acknowledged pulls ago, everything is loaded anew', async (pulls) => {
  const { token, load } = await readState(here.store.db);
  for (let turn = 0; turn < pulls; turn += 1) await oneChange(`RES-${5 + turn}`);
  expect((await readState(here.store.db)).token).not.toBe(token);
  await putBack(token, []);
  expect((await readState(here.store.db)).load).toBe(load + 1);
});

test('killed before the answer to an acknowledgement came, it goes on', async () => {
  const { token, load } = await readState(here.store.db);
  await oneChange('RES-5');
  await putBack(token, [1]);
  expect((await readState(here.store.db)).load).toBe(load);
});

test('started again as it was, it goes on', async () => {
  const { token, load } = await readState(here.store.db);
  await putBack(token, []);
  expect((await readState(here.store.db)).load).toBe(load);
});
