import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../sidecar/errors.ts';
import { createHttp } from '../../../sidecar/http/app.ts';
import { createMetrics } from '../../../sidecar/metrics.ts';
import { Status } from '../../../sidecar/status.ts';

const BESIDE = {
  metrics: createMetrics(),
  measure: () => Promise.resolve(),
  control: new OpenAPIHono(),
  webhooks: new Hono(),
};

function app(status: Status, loaded = true) {
  const load = [{ doctype: 'Student', rows: 50, total: 300, done: false }];
  return createHttp({ ...BESIDE, health: () => Promise.resolve(status.health(loaded, load)) });
}

async function health(status: Status, loaded = true) {
  const answer = await app(status, loaded).request('/health');
  return { code: answer.status, body: await answer.text() };
}

describe('GET /health', () => {
  test('is ready when paired, loaded and not held up', async () => {
    const status = new Status();
    expect((await health(status)).code).toBe(503);
    status.paired(true);
    expect((await health(status)).code).toBe(200);
  });

  test('says that the site is waited for, where, and what to look at', async () => {
    const status = new Status();
    status.stage(
      'pairing',
      new AppError('site.unreachable', { detail: 'connect ECONNREFUSED 127.0.0.1:8000' }),
    );
    const { code, body } = await health(status);
    expect(code).toBe(503);
    expect(body).toMatch(/Nothing answers.*ECONNREFUSED.*FRAPPE_URL/s);
  });

  test('says how far the first load is', async () => {
    const status = new Status();
    status.paired(true);
    const { code, body } = await health(status, false);
    expect(code).toBe(503);
    expect(body).toContain('"rows":50,"total":300');
  });

  test('stays ready without the socket, and says so: the timer still finds every change', async () => {
    const status = new Status();
    status.paired(true);
    status.stage('socket', new AppError('socket.unreachable'));
    const { code, body } = await health(status);
    expect(code).toBe(200);
    expect(body).toContain('socket.unreachable');
  });

  test('says which ways of hearing of a change work', async () => {
    const status = new Status();
    const hears = async () => (await health(status)).body.match(/"hears":(.*)}$/)?.[1];
    expect(await hears()).toBe('{"socket":false,"webhook":null,"timer":false}');
    status.stage('socket', null);
    status.stage('intake', null);
    status.webhook(Date.UTC(2026, 10, 23, 8));
    expect(await hears()).toBe('{"socket":true,"webhook":"2026-11-23T08:00:00.000Z","timer":true}');
    status.stage('socket', new AppError('socket.unreachable'));
    expect(await hears()).toContain('"socket":false');
  });

  test('a process that does not lead is ready, it analyses', async () => {
    const status = new Status();
    status.paired(true);
    status.stage('sync', new AppError('leader.lost'));
    expect((await health(status)).code).toBe(200);
  });
});

describe('everything else', () => {
  test('metrics are plain text', async () => {
    const answer = await app(new Status()).request('/metrics');
    expect(await answer.text()).toContain('education_ai_events_total');
  });

  test('an error is answered with its code and nothing of what caused it', async () => {
    const http = createHttp({ ...BESIDE, health: () => Promise.reject(new Error('Lina Haddad')) });
    const answer = await http.request('/health');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('Lina');
  });
});
