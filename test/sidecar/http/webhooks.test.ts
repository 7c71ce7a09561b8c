import { serve } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import * as fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttp } from '../../../sidecar/http/app.ts';
import { createWebhooks } from '../../../sidecar/http/webhooks.ts';
import { createMetrics } from '../../../sidecar/metrics.ts';
import { testClock } from '../clock.ts';
import { bodyAt, NAME, PREVIOUS, SECRET, sign } from '../intake/deliveries.ts';

const clock = testClock();
const ENDPOINTS = ['student-update', 'academic-update', 'course-update'];
const JSON_TYPE = 'application/json';

function sidecar(secrets = [SECRET]) {
  const metrics = createMetrics();
  const heard = { count: 0 };
  const webhooks = createWebhooks({ clock, metrics, secrets, accepted: () => void (heard.count += 1) });
  const http = createHttp({
    metrics,
    webhooks,
    control: new OpenAPIHono(),
    health: () => Promise.reject(new Error('not asked here')),
    measure: () => Promise.resolve(),
  });
  return { http, heard, metrics };
}

function delivery(body: BodyInit, signature: string, type = JSON_TYPE): RequestInit {
  const headers = { 'content-type': type, 'x-frappe-webhook-signature': signature };
  return { method: 'POST', body, headers };
}

/** A request as Frappe's own looks on the wire. */
const head = (more: string) =>
  `POST /webhooks/student-update HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${JSON_TYPE}\r\n${more}`;
const signed = (body: string) => `X-Frappe-Webhook-Signature: ${sign(body)}\r\n`;

/** Says these bytes, ends, and hears the answer out. */
async function say(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString()));
  socket.end(text);
  await once(socket, 'close');
  return heard;
}

describe('the three addresses for webhooks', () => {
  test('answer 202 and nothing else to what the site signed', async () => {
    const { http, heard, metrics } = sidecar();
    const body = bodyAt(clock.now());
    for (const endpoint of ENDPOINTS) {
      const answer = await http.request(`/webhooks/${endpoint}`, delivery(body, sign(body)));
      expect([answer.status, await answer.text()]).toEqual([202, '']);
    }
    expect(heard.count).toBe(3);
    expect(await metrics.registry.metrics()).toContain('education_ai_webhooks_total{outcome="accepted"} 3');
  });

  test('take the secret before the rotation too', async () => {
    const { http, heard } = sidecar([SECRET, PREVIOUS]);
    const body = bodyAt(clock.now());
    await http.request('/webhooks/student-update', delivery(body, sign(body, PREVIOUS)));
    expect(heard.count).toBe(1);
  });

  test('are not there without a secret, under another name, or for another method', async () => {
    const body = bodyAt(clock.now());
    const { http } = sidecar([]);
    for (const endpoint of ENDPOINTS)
      expect((await http.request(`/webhooks/${endpoint}`, delivery(body, sign(body)))).status).toBe(404);
    const open = sidecar();
    for (const [path, method] of [
      ['student-update', 'GET'],
      ['student-update', 'PUT'],
      ['instructor-update', 'POST'],
    ] as const) {
      const asked = method === 'GET' ? { method } : { ...delivery(body, sign(body)), method };
      expect((await open.http.request(`/webhooks/${path}`, asked)).status, `${method} ${path}`).toBe(404);
    }
    expect(open.heard.count).toBe(0);
  });

  test('answer each refusal by a code and nothing of what was sent', async () => {
    const { http, heard, metrics } = sidecar();
    const body = bodyAt(clock.now());
    const stale = bodyAt(clock.now() - 301_000);
    const large = bodyAt(clock.now(), { name: NAME.repeat(2000) });
    const cases: [string, RequestInit, number][] = [
      ['webhook.unsigned', delivery(body, sign(`${body} `)), 401],
      ['webhook.unsigned', delivery(body.slice(0, -2), sign(body)), 401],
      ['webhook.too_large', delivery(large, sign(large)), 413],
      ['webhook.content_type', delivery(body, sign(body), 'text/plain'), 415],
      ['webhook.content_type', delivery(body, sign(body), 'application/json; charset=latin1'), 415],
      ['webhook.invalid', delivery(NAME, sign(NAME)), 422],
      ['webhook.stale', delivery(stale, sign(stale)), 422],
    ];
    for (const [code, request, status] of cases) {
      const answer = await http.request('/webhooks/course-update', request);
      expect([answer.status, await answer.json()]).toEqual([status, { code }]);
      const counted = await metrics.registry.metrics();
      expect(counted).toMatch(new RegExp(`webhooks_total{outcome="${code}"} [1-9]`));
      expect(counted).not.toContain(NAME);
    }
    expect(heard.count).toBe(0);
  });

  test('of 10,000 made up, cut or changed deliveries believe none, fail at none and repeat none', async () => {
    const { http, heard } = sidecar();
    const right = new TextEncoder().encode(bodyAt(clock.now()));
    const signature = sign(right);
    const types = fc.constantFrom(
      JSON_TYPE,
      JSON_TYPE,
      JSON_TYPE,
      'text/plain',
      'application/json; charset=x',
    );
    const bytes = fc.uint8Array({ maxLength: 400 });
    const flipped = fc.record({
      at: fc.nat({ max: right.length - 1 }),
      by: fc.integer({ min: 1, max: 255 }),
    });
    const made = fc.oneof(
      fc.record({ body: bytes, signature: fc.stringMatching(/^[ -~]{0,60}$/), type: types }),
      fc.record({ body: bytes, signature: fc.base64String(), type: types }),
      fc.record({ body: bytes, signature: fc.constant(signature), type: types }),
      bytes.map((body) => ({ body, signature: sign(body), type: JSON_TYPE })),
      bytes.map((body) => ({ body, signature: sign(body, PREVIOUS), type: JSON_TYPE })),
      fc
        .json()
        .map((text) => ({ body: new TextEncoder().encode(text), signature: sign(text), type: JSON_TYPE })),
      fc
        .nat({ max: right.length - 1 })
        .map((end) => ({ body: right.slice(0, end), signature, type: JSON_TYPE })),
      flipped.map(({ at, by }) => ({
        body: right.map((byte, index) => (index === at ? byte ^ by : byte)),
        signature,
        type: JSON_TYPE,
      })),
      fc.integer({ min: 16_385, max: 20_000 }).map((size) => ({
        body: new Uint8Array(size).fill(32),
        signature,
        type: JSON_TYPE,
      })),
    );
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(made, async ({ body, signature: given, type }) => {
        const answer = await http.request('/webhooks/student-update', delivery(body, given.trim(), type));
        seen.add(`${answer.status} ${await answer.text()}`);
      }),
      { numRuns: 10_000, seed: 1 },
    );
    expect(heard.count).toBe(0);
    expect([...seen].sort()).toEqual([
      '401 {"code":"webhook.unsigned"}',
      '413 {"code":"webhook.too_large"}',
      '415 {"code":"webhook.content_type"}',
      '422 {"code":"webhook.invalid"}',
    ]);
  });
});

describe('over a real connection', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function listening() {
    const made = sidecar();
    const port = await new Promise<number>((resolve) => {
      const server = serve({ fetch: made.http.fetch, hostname: '127.0.0.1', port: 0 }, (at) =>
        resolve(at.port),
      );
      closing.push(() => server.close());
    });
    return { ...made, port };
  }

  test('a delivery as Frappe sends it is believed', async () => {
    const { port, heard } = await listening();
    const body = bodyAt(clock.now());
    const answer = await say(port, `${head(signed(body))}Content-Length: ${body.length}\r\n\r\n${body}`);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect(heard.count).toBe(1);
  });

  test('a body that grows too large in pieces is refused, one that is cut short is not believed', async () => {
    const { port, heard } = await listening();
    const piece = `1000\r\n${NAME.padEnd(4096)}\r\n`;
    const large = `${head(signed(''))}Transfer-Encoding: chunked\r\n\r\n${piece.repeat(5)}0\r\n\r\n`;
    const answer = await say(port, large);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).not.toContain(NAME);
    const body = bodyAt(clock.now());
    const cut = await say(port, `${head(signed(body))}Content-Length: ${body.length + 9}\r\n\r\n${body}`);
    expect(cut).not.toMatch(/ 202 /);
    expect(cut).not.toContain(NAME);
    const whole = await say(port, `${head(signed(body))}Content-Length: ${body.length}\r\n\r\n${body}`);
    expect(whole).toMatch(/ 202 /);
    expect(heard.count).toBe(1);
  });
});
