import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { refused, refusedType } from '../../sidecar/intake/webhook.ts';
import { until } from '../live/sidecar.ts';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

interface Delivery {
  path: string;
  headers: IncomingMessage['headers'];
  raw: Buffer;
}

/** A site's queue may have other work. */
const LIMIT_MS = 25_000;
/** Not ASCII, so that the escapes of the body are seen. */
const TOPIC = 'Fractions “½”';

describe.each(PLACES)('webhooks of $title', ({ open }) => {
  let place: Place;
  let address = '';
  const received: Delivery[] = [];
  const server = createServer((request, response) => {
    void receive(request).finally(() => response.writeHead(202).end());
  });

  async function receive(request: IncomingMessage): Promise<void> {
    const raw = await buffer(request);
    received.push({ path: request.url ?? '', headers: request.headers, raw });
  }

  beforeAll(async () => {
    place = await open();
    await new Sidecar(place).begin();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = z.object({ port: z.int() }).parse(server.address());
    address = `http://127.0.0.1:${port}`;
    await place.switchWebhooks(address);
  });
  afterAll(async () => {
    await place.switchWebhooks(null);
    server.close();
    await place.close();
  });

  /** The one delivery that a change raises. */
  async function deliveryOf(change: () => Promise<unknown>): Promise<Delivery & { body: string }> {
    received.length = 0;
    await change();
    await until(LIMIT_MS, 'a delivery has arrived', () => Promise.resolve(received.length > 0));
    const [first] = received;
    if (first === undefined || received.length > 1) throw new Error(`${received.length} deliveries for one`);
    return { ...first, body: first.raw.toString() };
  }

  test('a sidecar believes a delivery, which names the record, the event and the time, and says no more', async () => {
    const { headers, raw, body, path } = await deliveryOf(() =>
      place.admin.insert('Topic', { topic_name: TOPIC }),
    );
    const secrets = [place.environment['WEBHOOK_SECRET'] ?? ''];
    expect(refusedType(headers['content-type'])).toBeNull();
    const signature = z.string().parse(headers['x-frappe-webhook-signature']);
    expect(refused(raw, signature, secrets, Date.now())).toBeNull();
    expect(refused(raw, signature, ['another secret'], Date.now())).toBe('webhook.unsigned');
    expect(path).toBe('/webhooks/course-update');
    expect(body).toMatch(
      /^\{"doctype": "Topic", "name": "Fractions \\u201c\\u00bd\\u201d", "event": "after_insert", "time": \d{10}\}$/,
    );
  });

  test('a save and a delete are one delivery each', async () => {
    const description = `seen at ${Date.now()}`;
    const saved = await deliveryOf(() => place.admin.update('Topic', TOPIC, { description }));
    expect(saved.body).toContain('"event": "on_change"');
    expect(saved.body).not.toContain('seen at');
    const deleted = await deliveryOf(() => place.admin.remove('Topic', TOPIC));
    expect(deleted.body).toContain('"event": "on_change"');
  });

  test('each DocType has its address', async () => {
    const { student } = await steadyPupil(place.admin);
    const ofStudent = await deliveryOf(() => place.admin.update('Student', student, { enabled: 1 }));
    expect(ofStudent.path).toBe('/webhooks/student-update');
    const [term] = await place.admin.list('Academic Term', { fields: ['name', 'term_end_date'], limit: 1 });
    const { name, ...asItIs } = z.looseObject({ name: z.string() }).parse(term);
    const ofTerm = await deliveryOf(() => place.admin.update('Academic Term', name, asItIs));
    expect(ofTerm.path).toBe('/webhooks/academic-update');
  });

  test('switched off, a change raises none, and none is made up for later', async () => {
    const { body } = await deliveryOf(async () => {
      await place.switchWebhooks(null);
      await place.admin.insert('Topic', { topic_name: TOPIC });
      await place.switchWebhooks(address);
      await place.admin.remove('Topic', TOPIC);
    });
    expect(body).toContain('"event": "on_change"');
  });
});
