/** What `/health` says of a stage: held up as long as something of its own is, and no longer. */
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { Status } from '../../sidecar/status.ts';
import { claim, touch } from '../../sidecar/store/work.ts';
import { Loops, Wake } from '../../sidecar/wake.ts';
import { runStage, type Batch, type Stage } from '../../sidecar/work.ts';
import { lineForEachTest } from './school-line.ts';

const LONG_MS = 60_000;

const here = lineForEachTest();
let stopping: AbortController;
let ended: Promise<void>;

afterEach(async () => {
  stopping.abort();
  await ended;
});

/** Runs a stage whose takes are these, one after the other, and nothing after the last. */
function running(name: Stage['name'], takes: (() => Promise<Batch | null>)[]) {
  stopping = new AbortController();
  const status = new Status();
  status.paired(true);
  const take = vi.fn((): Promise<Batch | null> => takes.shift()?.() ?? Promise.resolve(null));
  const stage = { name, wake: new Wake(), take, nextDue: () => Promise.resolve(null) };
  ended = runStage(stage, {
    ...here.line.tools,
    status,
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
  return { clock: here.line.clock, status, heldUp };
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
  await touch(here.store.db, [{ stage: 'send', kind: 'insight', name: '1', dueAt: 0 }]);
  const due = { stage: 'send', limit: 1, now: 1, leaseMs: LONG_MS, lease: 'x' } as const;
  const claims = await claim(here.store.db, due);
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
