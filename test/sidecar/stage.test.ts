/** What `/health` says of a stage: held up as long as something of its own is, and no longer. */
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { createLog } from '../../sidecar/log.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import { Pairing } from '../../sidecar/pairing.ts';
import { Status } from '../../sidecar/status.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { claim, touch } from '../../sidecar/store/work.ts';
import { Loops, Wake } from '../../sidecar/wake.ts';
import { runStage, type Batch, type Stage } from '../../sidecar/work.ts';
import { testClock } from './clock.ts';
import { SEALING_KEY, wipe } from './databases.ts';
import { embeddedStore } from './embedded.ts';

const LONG_MS = 60_000;

let store: Store;
let stopping: AbortController;
let ended: Promise<void>;

beforeAll(async () => {
  store = await embeddedStore();
}, 60_000);
afterEach(async () => {
  stopping.abort();
  await ended;
  await wipe(store);
});
afterAll(() => store.close());

/** Runs a stage whose takes are these, one after the other, and nothing after the last. */
function running(name: Stage['name'], takes: (() => Promise<Batch | null>)[]) {
  stopping = new AbortController();
  const clock = testClock();
  const status = new Status();
  status.paired(true);
  const take = vi.fn((): Promise<Batch | null> => takes.shift()?.() ?? Promise.resolve(null));
  const stage = { name, wake: new Wake(), take, nextDue: () => Promise.resolve(null) };
  ended = runStage(stage, {
    store,
    clock,
    status,
    log: createLog(SEALING_KEY, pino({ level: 'silent' })),
    metrics: createMetrics(),
    pairing: new Pairing({ onMade: () => undefined, onLost: () => undefined }),
    loops: new Loops(),
    entering: () => undefined,
    signal: stopping.signal,
  });
  /** After so many takes: the codes of what holds it up. */
  async function heldUp(after: number): Promise<string[]> {
    await vi.waitFor(() => expect(take).toHaveBeenCalledTimes(after));
    await new Promise(setImmediate);
    return status.health(true, []).why.map(({ code }) => code);
  }
  return { clock, status, heldUp };
}

function away(): Promise<never> {
  return Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
}

function failing(claims: Batch['claims']): Batch {
  return { claims, run: () => Promise.reject(new AppError('site.unreachable')) };
}

test('a database that was away holds nothing up once it is back, though there is nothing to do', async () => {
  const { clock, heldUp } = running('learning', [away]);
  expect(await heldUp(1)).toEqual(['store.unreachable']);
  clock.advance(LONG_MS);
  expect(await heldUp(2)).toEqual([]);
});

test('work that was given back and is no longer wanted holds nothing up', async () => {
  await touch(store.db, [{ stage: 'send', kind: 'insight', name: '1', dueAt: 0 }]);
  const due = { stage: 'send', limit: 1, now: 1, leaseMs: LONG_MS, lease: 'x' } as const;
  const claims = await claim(store.db, due);
  expect(claims).toHaveLength(1);
  const { clock, heldUp } = running('write-back', [() => Promise.resolve(failing(claims))]);
  await vi.waitFor(async () => expect(await heldUp(1)).toEqual(['site.unreachable']));
  clock.advance(LONG_MS);
  expect(await heldUp(2)).toEqual([]);
});

test('a report that failed is held up until the next one arrives', async () => {
  const { clock, heldUp } = running('report', [
    () => Promise.resolve(failing([])),
    () => Promise.resolve(null),
    () => Promise.resolve({ claims: [], run: () => Promise.resolve() }),
  ]);
  await vi.waitFor(async () => expect(await heldUp(1)).toEqual(['site.unreachable']));
  clock.advance(LONG_MS);
  expect(await heldUp(2)).toEqual(['site.unreachable']);
  clock.advance(LONG_MS);
  await vi.waitFor(async () => expect(await heldUp(4)).toEqual([]));
});

test('a pull that was never tried is not said to work', async () => {
  const { status, heldUp } = running('intake', []);
  expect(await heldUp(1)).toEqual([]);
  expect(status.health(true, []).hears.timer).toBe(false);
});
