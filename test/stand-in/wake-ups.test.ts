/** A real sidecar beside the stand-in, by which of the three ways of hearing of a change are open. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../sidecar/config.ts';
import { createSite } from '../../sidecar/erpnext/client.ts';
import { createLog } from '../../sidecar/log.ts';
import { startSidecar, type Running } from '../../sidecar/main.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import { LEADER_LEASE_MS, LEADER_RENEW_MS } from '../../sidecar/store/leader.ts';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { SHAPES } from '../../sidecar/store/mirror/shape.ts';
import { openStore, type Store } from '../../sidecar/store/open.ts';
import { until } from '../live/sidecar.ts';
import { runningClock } from '../sidecar/clock.ts';
import { generateSchool } from './school/generate.ts';
import { freePort } from './sidecar-process.ts';
import { startStandIn, type StandIn } from './stand-in.ts';

const SOON_MS = 10_000;
const TIMER_MS = 20_000;
const Health = z.object({
  ready: z.boolean(),
  hears: z.object({ socket: z.boolean(), webhook: z.string().nullable(), timer: z.boolean() }),
});

describe('a site whose socket is out of reach', { timeout: 60_000 }, () => {
  const clock = runningClock();
  let standIn: StandIn;
  let store: Store;
  let sidecar: Running;
  let pulls = 0;

  beforeAll(async () => {
    const today = new Date().toISOString().slice(0, 10);
    standIn = await startStandIn({ school: generateSchool({ students: 10, seed: 7, today }) });
    standIn.site.onCall = ({ method }) => {
      if (method === 'pull') pulls += 1;
    };
    const config = parseConfig({
      ...standIn.environment,
      FRAPPE_SOCKET_URL: `http://127.0.0.1:${await freePort(0)}`,
      SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
      DATA_DIR: 'memory://',
      REQUESTS_PER_MINUTE: '0',
      PORT: '0',
    });
    const metrics = createMetrics();
    store = await openStore(config);
    const base = {
      config,
      clock,
      metrics,
      log: createLog(config.sealingKey, pino({ level: 'silent' })),
      site: createSite(config, clock, metrics),
    };
    sidecar = await startSidecar(base, store, false);
    await until(60_000, 'everything is loaded', async () => (await health()).ready);
  }, 90_000);
  afterAll(async () => {
    await sidecar.stop();
    await standIn.close();
  });

  async function health() {
    return Health.parse(await (await fetch(`${sidecar.address}/health`)).json());
  }

  async function isMirrored(topic: string): Promise<boolean> {
    const shape = SHAPES.find(({ doctype }) => doctype === 'Topic');
    return shape !== undefined && (await readDocuments(store.db, shape, [topic])).size === 1;
  }

  /** A change that is due for the mirror at once, once it is pulled. */
  function addTopic(name: string): void {
    standIn.site.records.save({ doctype: 'Topic', name, docstatus: 0, values: {}, children: {} });
  }

  /** Lets time go by in steps that the lead outlives. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= LEADER_RENEW_MS) {
      clock.advance(LEADER_RENEW_MS);
      const atLeast = clock.now() + LEADER_LEASE_MS - LEADER_RENEW_MS;
      await until(SOON_MS, 'the lead is renewed', async () => {
        const { until: end } = await store.db.selectFrom('leader').select('until').executeTakeFirstOrThrow();
        return end > atLeast;
      });
    }
  }

  test('is heard by its webhooks alone', async () => {
    const before = pulls;
    Object.assign(standIn.site.settings, { webhooks: true, sidecar_address: sidecar.address });
    addTopic('By webhook');
    await until(SOON_MS, 'the site is asked', () => Promise.resolve(pulls > before));
    await pass(LEADER_RENEW_MS);
    await until(SOON_MS, 'the change is in the mirror', () => isMirrored('By webhook'));
    expect(standIn.site.deliveries).toEqual([{ doctype: 'Topic', name: 'By webhook', status: 202 }]);
    expect((await health()).hears).toMatchObject({ socket: false, timer: true });
    expect((await health()).hears.webhook).not.toBeNull();
  });

  test('is heard by the timer where its webhooks are off too', async () => {
    standIn.site.settings.webhooks = false;
    addTopic('By timer');
    const before = pulls;
    await pass(LEADER_RENEW_MS);
    expect(pulls).toBe(before);
    await pass(TIMER_MS);
    await until(SOON_MS, 'the change is in the mirror', () => isMirrored('By timer'));
    expect(standIn.site.deliveries).toHaveLength(1);
  });
});
