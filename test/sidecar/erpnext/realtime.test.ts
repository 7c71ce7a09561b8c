import { createServer, type Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../../sidecar/config.ts';
import { SOON_EVENT, WAKE_EVENT } from '../../../sidecar/erpnext/contract.ts';
import { openRealtime, probeRealtime, type Realtime } from '../../../sidecar/erpnext/realtime.ts';
import { systemClock } from '../../../sidecar/clock.ts';
import { testClock } from '../clock.ts';
import { SEALING_KEY } from '../databases.ts';

let http: HttpServer;
let server: Server;
let open: Realtime | null;
/** What the server answers whoever connects; null lets in. */
let refusal: string | null;
let headers: Record<string, unknown>[];

beforeEach(async () => {
  refusal = null;
  headers = [];
  open = null;
  http = createServer();
  server = new Server(http);
  server.of('/school.test').use((socket, next) => {
    headers.push(socket.request.headers);
    next(refusal === null ? undefined : new Error(refusal));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  open?.close();
  await server.close();
});

function config(site = 'school.test') {
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return parseConfig({
    FRAPPE_URL: 'http://school.test:8000',
    FRAPPE_SITE: site,
    FRAPPE_SOCKET_URL: `http://127.0.0.1:${port}`,
    FRAPPE_API_KEY: 'key',
    FRAPPE_API_SECRET: 'secret',
    SEALING_KEY: SEALING_KEY.toString('base64'),
  });
}

function listen() {
  const clock = testClock();
  const heard = { wakes: 0, soon: 0, state: 'unknown' };
  open = openRealtime(config(), clock, {
    onWake: () => (heard.wakes += 1),
    onSoon: () => (heard.soon += 1),
    onState: (problem) => (heard.state = problem?.code ?? 'connected'),
  });
  return { clock, heard };
}

describe('the wake-up', () => {
  test('is waited for as the sidecar, from the address of the web server', async () => {
    const { heard } = listen();
    await vi.waitFor(() => expect(heard.state).toBe('connected'));
    expect(headers[0]).toMatchObject({
      authorization: 'token key:secret',
      origin: 'http://school.test:8000',
    });
  });

  test('counts, and so does every connect: what was published meanwhile is lost', async () => {
    const { heard } = listen();
    await vi.waitFor(() => expect(heard.wakes).toBe(1));
    server.of('/school.test').emit(WAKE_EVENT, {});
    await vi.waitFor(() => expect(heard).toMatchObject({ wakes: 2, soon: 0 }));
    server.of('/school.test').emit(SOON_EVENT, {});
    await vi.waitFor(() => expect(heard).toMatchObject({ wakes: 2, soon: 1 }));
  });

  test('is waited for again after a refusal, though socket.io gives up then', async () => {
    refusal = 'Unauthorized: connect ECONNREFUSED 127.0.0.1:8000';
    const { clock, heard } = listen();
    await vi.waitFor(() => expect(heard.state).toBe('socket.unreachable'));
    refusal = null;
    clock.advance(1_000);
    await vi.waitFor(() => expect(heard.state).toBe('connected'));
  });

  test('is waited for again when the server throws the sidecar out', async () => {
    const { clock, heard } = listen();
    await vi.waitFor(() => expect(heard.state).toBe('connected'));
    server.of('/school.test').disconnectSockets(true);
    await vi.waitFor(() => expect(heard.state).toBe('socket.unreachable'));
    await vi.waitFor(() => {
      clock.advance(1_000);
      expect(heard.state).toBe('connected');
    }, 5_000);
  });
});

describe('a probe of the socket', () => {
  test.each([
    ['Invalid origin', 'socket.refused'],
    ['Unauthorized: Error: Unauthorized', 'key.refused'],
    ['Unauthorized: Error: connect ECONNREFUSED 127.0.0.1:8000', 'socket.unreachable'],
  ])('tells %s as %s', async (said, code) => {
    refusal = said;
    expect(await probeRealtime(config(), systemClock, 5_000)).toMatchObject({ code });
  });

  test('finds the wrong site, the wrong port, and that all is well', async () => {
    expect(await probeRealtime(config(), systemClock, 5_000)).toBeNull();
    expect(await probeRealtime(config('other.test'), systemClock, 5_000)).toMatchObject({
      code: 'socket.refused',
    });
    const elsewhere = { ...config(), socketUrl: 'http://127.0.0.1:1' };
    expect(await probeRealtime(elsewhere, systemClock, 5_000)).toMatchObject({ code: 'socket.unreachable' });
  });
});
