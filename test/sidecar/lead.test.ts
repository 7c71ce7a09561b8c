import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { runLead } from '../../sidecar/lead.ts';
import { createLog } from '../../sidecar/log.ts';
import { Pairing } from '../../sidecar/pairing.ts';
import { Status } from '../../sidecar/status.ts';
import { takeLead } from '../../sidecar/store/leader.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { Wake } from '../../sidecar/wake.ts';
import { testClock } from './clock.ts';
import { SEALING_KEY, wipe } from './databases.ts';
import { embeddedStore } from './embedded.ts';
import { FakeSite } from './fake-site.ts';

let store: Store;
let stopping: AbortController;
let ended: Promise<void>;

beforeAll(async () => {
  store = await embeddedStore();
}, 60_000);
beforeEach(async () => {
  await wipe(store);
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort();
  await ended;
});
afterAll(() => store.close());

function lead(site: FakeSite) {
  const clock = testClock();
  const status = new Status();
  const wake = new Wake();
  const pairing = new Pairing({ onMade: () => undefined, onLost: () => wake.ring() });
  const log = createLog(SEALING_KEY, pino({ level: 'silent' }));
  const tools = { site, store, clock, log, status, pairing, wake, me: 'me', version: '0', takeOver: false };
  ended = runLead({ ...tools, signal: stopping.signal });
  const why = () => status.health(true, []).why.map(({ code }) => code);
  return { clock, pairing, why };
}

describe('the pairing with the site', () => {
  test('waits for a site that is away, says so, and goes on by itself', async () => {
    const site = new FakeSite();
    site.before = () => {
      throw new AppError('site.unreachable');
    };
    const { clock, pairing, why } = lead(site);
    await vi.waitFor(() => expect(why()).toEqual(['site.unreachable']));
    expect(pairing.session).toBeNull();
    site.before = () => undefined;
    await vi.waitFor(() => {
      clock.advance(1_000);
      expect(pairing.session).not.toBeNull();
    });
    await vi.waitFor(() => expect(why()).toEqual([]));
  });

  test('is made anew when the site has fenced us', async () => {
    const site = new FakeSite();
    const { pairing } = lead(site);
    await vi.waitFor(() => expect(pairing.session).not.toBeNull());
    const first = pairing.session?.epoch;
    site.epoch = null;
    pairing.lost();
    await vi.waitFor(() => expect(pairing.session).not.toBeNull());
    expect(pairing.session?.epoch).not.toBe(first);
  });

  test('is not made while another process leads, and is made when that one falls silent', async () => {
    const { clock, pairing, why } = await (async () => {
      await takeLead(store.db, 'other', testClock().now());
      return lead(new FakeSite());
    })();
    await vi.waitFor(() => expect(why()).toEqual([]));
    expect(pairing.session).toBeNull();
    await vi.waitFor(() => {
      clock.advance(5_000);
      expect(pairing.session).not.toBeNull();
    });
  });

  test.each([
    ['contract.version', (site: FakeSite) => (site.answers = { contract: 9 })],
    ['role.fault', (site: FakeSite) => (site.answers = { faults: [{ code: 'role.fault', message: 'x' }] })],
    ['site.malformed', (site: FakeSite) => (site.answers = { time_zone: 'Moon/Base' })],
  ])('is refused for %s', async (code, plant) => {
    const site = new FakeSite();
    plant(site);
    const { pairing, why } = lead(site);
    await vi.waitFor(() => expect(why()).toEqual([code]));
    expect(pairing.session).toBeNull();
  });
});
