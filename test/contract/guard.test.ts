import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { METHOD_PREFIX, SOON_EVENT } from '../../sidecar/erpnext/contract.ts';
import { PLACES, Sidecar, type Place } from './place.ts';

describe.each(PLACES)('who may call what on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });
  afterAll(() => place.close());

  async function status(method: string, path: string, headers: Record<string, string>): Promise<number> {
    const answer = await fetch(place.url + path, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    return answer.status;
  }

  test.each([
    ['GET', '/api/resource/Student'],
    ['GET', '/api/resource/Student/EDU-STU-2026-00001'],
    ['POST', '/api/resource/ToDo'],
    ['POST', '/api/method/frappe.client.insert_many'],
    ['POST', '/api/method/education_ai.api.panel.student'],
    ['POST', `/api/method/${METHOD_PREFIX}hello?cmd=frappe.client.get_list`],
  ])("the sidecar's key gets 403 from %s %s", async (method, path) => {
    expect(await status(method, path, sidecar.authorization)).toBe(403);
  });

  test('the contract is for the sidecar alone', async () => {
    const path = `/api/method/${METHOD_PREFIX}hello`;
    expect(await status('POST', path, { authorization: place.admin.headers['authorization'] ?? '' })).toBe(
      403,
    );
    expect(await status('POST', path, {})).toBe(403);
    expect(await status('POST', path, { authorization: 'token no:body' })).toBe(401);
  });

  /** Connects as the sidecar does; resolves with `connected` or the server's refusal. */
  async function connect(
    namespace: string,
    authorization: string,
  ): Promise<{ socket: Socket; state: string }> {
    const { FRAPPE_SOCKET_URL: address = place.url, FRAPPE_SITE: site = '' } = place.environment;
    const socket = io(`${address}/${namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: {
        Authorization: authorization,
        Origin: new URL(place.url).origin,
        'X-Frappe-Site-Name': site,
      },
    });
    sockets.push(socket);
    const state = await new Promise<string>((resolve) => {
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', (error) => resolve(error.message));
    });
    return { socket, state };
  }

  test('a committed change wakes the sidecar in its own room, without any data', async () => {
    const { epoch, token } = await sidecar.begin();
    await sidecar.drain(epoch, token);
    const { socket, state } = await connect(
      place.environment['FRAPPE_SITE'] ?? '',
      sidecar.authorization.authorization,
    );
    expect(state).toBe('connected');
    const woken = new Promise<unknown>((resolve) => socket.on(SOON_EVENT, resolve));
    const { description } = await place.admin.get('Course', 'Art');
    await place.admin.update('Course', 'Art', { description: `${String(description)} ` });
    expect(await woken).toEqual({});
    await place.admin.update('Course', 'Art', { description });
  });

  test('the socket refuses a wrong key and another site', async () => {
    const { FRAPPE_SITE: site = '' } = place.environment;
    expect((await connect(site, 'token no:body')).state).toMatch(/Unauthorized/);
    expect((await connect('another', sidecar.authorization.authorization)).state).toMatch(
      /Invalid namespace/,
    );
  });
});
