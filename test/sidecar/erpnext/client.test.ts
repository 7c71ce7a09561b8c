import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../sidecar/config.ts';
import { createSite } from '../../../sidecar/erpnext/client.ts';
import { createMetrics } from '../../../sidecar/metrics.ts';
import { testClock } from '../clock.ts';
import { SEALING_KEY } from '../databases.ts';

/** What the next request is answered with; a function may cut the connection. */
let answer: { status: number; body: string; headers?: Record<string, string>; cut?: boolean };
let seen: { url: string | undefined; headers: Record<string, unknown>; body: string }[];
let server: Server;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ url: request.url, headers: request.headers, body });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.write(answer.body);
      if (answer.cut === true) response.destroy();
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

function port(): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function site(url = `http://127.0.0.1:${port()}`) {
  const config = parseConfig({
    FRAPPE_URL: url,
    FRAPPE_SITE: 'school.test',
    FRAPPE_SOCKET_URL: url,
    FRAPPE_API_KEY: 'key',
    FRAPPE_API_SECRET: 'secret',
    SEALING_KEY: SEALING_KEY.toString('base64'),
  });
  return createSite(config, testClock(), createMetrics());
}

const pull = { epoch: 'e', token: 't', ack: [1], limit: 10 };
const good = {
  token: 't2',
  events: [],
  pending: 0,
  settings: {
    collect: true,
    show: false,
    attendance_watch_rate: 90,
    attendance_act_rate: 80,
    pass_mark: 50,
    minimum_group_size: 5,
  },
};

async function codeOf(status: number, body: unknown, more: Partial<typeof answer> = {}): Promise<string> {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body), ...more };
  const thrown: unknown = await site()
    .pull(pull)
    .then(
      () => 'answered',
      (error: unknown) => error,
    );
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown
    ? String(thrown.code)
    : String(thrown);
}

describe('a request', () => {
  test('is a POST with the key and the name of the site', async () => {
    answer = { status: 200, body: JSON.stringify({ message: good }) };
    expect(await site().pull(pull)).toEqual(good);
    expect(seen).toMatchObject([
      {
        url: '/api/method/education_ai.api.sidecar.pull',
        headers: { authorization: 'token key:secret', 'x-frappe-site-name': 'school.test' },
        body: JSON.stringify(pull),
      },
    ]);
  });

  test('that tells what was found goes before the questions that wait in a row', async () => {
    answer = { status: 200, body: '{}' };
    const door = site();
    const questions = ['Course', 'Topic', 'Program', 'Article'].map((doctype) =>
      door.snapshot({ epoch: 'e', doctype, names: ['N'] }),
    );
    await Promise.allSettled([...questions, door.writeBack({ epoch: 'e', items: [] })]);
    const order = seen.map(({ url }) => url?.split('.').at(-1));
    expect(order.slice(0, 3)).toContain('write_back');
    expect(order).toHaveLength(5);
  });
});

describe('an answer', () => {
  test.each([
    [
      'the typed error of the contract',
      409,
      { error: { code: 'site.fenced', message: 'over' } },
      'site.fenced',
    ],
    ['a code that we do not know', 500, { error: { code: 'site.error', message: '' } }, 'site.failed'],
    ['a wrong key', 401, { exc_type: 'AuthenticationError' }, 'key.refused'],
    ['a user that may not', 403, { exc_type: 'PermissionError' }, 'key.forbidden'],
    ['no such site', 404, '<h1>nope.test does not exist</h1>', 'site.unknown'],
    ['a bench without the app', 417, { exception: 'x: Failed to get method for command y' }, 'site.no_app'],
    ['a refused value', 417, { exception: 'LinkValidationError' }, 'site.refused'],
    ['a rate limit', 429, {}, 'site.busy'],
    ['a proxy without its server', 502, '<html>', 'site.unreachable'],
    ['maintenance', 503, {}, 'site.busy'],
    ['a traceback', 500, { exc: 'Traceback' }, 'site.failed'],
    ['a page of something else', 200, '<!doctype html><title>Router</title>', 'site.not_frappe'],
    ['half of its JSON', 200, '{"message": {"token": "t', 'site.malformed'],
    ['another shape', 200, { message: { ...good, events: [{ id: 'one' }] } }, 'site.malformed'],
    ['nothing in it', 200, '', 'site.malformed'],
    ['a redirect', 302, '', 'site.refused'],
  ])('of %s has its code', async (_, status, body, code) => {
    expect(await codeOf(status, body)).toBe(code);
  });

  test('that is cut off while it arrives is an error, never half an answer', async () => {
    const code = await codeOf(200, JSON.stringify({ message: good }).slice(0, 30), { cut: true });
    expect(['site.malformed', 'site.unreachable']).toContain(code);
  });

  test('of the wrong shape says where, and never what stood there', async () => {
    answer = { status: 200, body: JSON.stringify({ message: { ...good, token: { child: 'Lina Haddad' } } }) };
    const thrown: unknown = await site()
      .pull(pull)
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ detail: 'token' });
    expect(JSON.stringify(thrown)).not.toContain('Lina');
  });
});

test('an address where nothing answers is waited for', async () => {
  const thrown: unknown = await site('http://127.0.0.1:1')
    .pull(pull)
    .catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'site.unreachable', retry: 'wait' });
});
