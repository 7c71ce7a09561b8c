/**
 * Webhooks from a save on the real site to a real sidecar's mirror, with its socket blocked; a rotation of their secret;
 * a sidecar that is gone. Pairs the site with a sidecar of its own.
 *
 * The socket is blocked by an address where nothing listens: a wrong one that answers would be refused at start.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import table from '../../fixtures/app/webhooks.json' with { type: 'json' };
import { readConfig } from '../../sidecar/config.ts';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { SHAPES } from '../../sidecar/store/mirror/shape.ts';
import { openStore } from '../../sidecar/store/open.ts';
import { bodyAt, sign } from '../sidecar/intake/deliveries.ts';
import { freePort } from '../stand-in/sidecar-process.ts';
import { connect, Sidecar, until } from './sidecar.ts';
import { benchOfEnvironment, LiveSite, MISSING_BENCH, siteOfEnvironment, type Document } from './site.ts';

const site = siteOfEnvironment() ?? new LiveSite('http://nowhere.invalid', null);
const bench = benchOfEnvironment();
const LIMIT_MS = 180_000;
/** The timer would take up to 20 s; a delivery is a job that has to wait for a worker. */
const SOON_MS = 15_000;
const PORT = 8799;
const RECORDS = 2 * table.length;
const OURS = ['name', 'like', 'Education AI: %'];
const LOGGED = ['webhook', 'like', 'Education AI: %'];
const NOTICES = { filters: [['document_name', '=', 'AI Settings']], fields: ['name', 'for_user', 'subject'] };

const settings = (values: Record<string, unknown>) => site.update('AI Settings', 'AI Settings', values);
const records = async () => (await site.list('Webhook', { filters: [OURS, ['enabled', '=', 1]] })).length;
const attempts = () => site.list('Webhook Request Log', { filters: [LOGGED], fields: ['name', 'error'] });

describe.skipIf(bench === null)(`webhooks of a real site (${MISSING_BENCH})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-webhooks-'));
  const envFile = join(scratch, 'sidecar.env');
  const dataDir = join(scratch, 'data');
  let sidecar: Sidecar;
  let before: Document;
  let day: Document;

  async function start(): Promise<void> {
    const environment = { FRAPPE_SOCKET_URL: `http://127.0.0.1:${await freePort(0)}` };
    sidecar = Sidecar.start({ envFile, dataDir, port: PORT, environment });
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
  }

  beforeAll(async () => {
    if (bench === null) return;
    before = await site.get('AI Settings', 'AI Settings');
    for (const { name } of await attempts()) await site.remove('Webhook Request Log', name);
    const marked = { filters: [['docstatus', '=', 1]], fields: ['name', 'status'], limit: 1 };
    const [first] = await site.list('Student Attendance', marked);
    if (first === undefined) throw new Error('the site holds no school: run npm run school:load first');
    day = first;
    await connect(bench, envFile);
    await start();
  }, 300_000);

  afterAll(async () => {
    await sidecar.kill();
    const { webhooks, sidecar_address } = before;
    await settings({ webhooks, sidecar_address });
    for (const { name } of await attempts()) await site.remove('Webhook Request Log', name);
    await site.update('Student Attendance', day.name, { status: day['status'] });
    rmSync(scratch, { recursive: true, force: true });
  });

  let turns = 0;
  /** Edits a submitted row of attendance, as a correction is made. */
  async function correct(): Promise<void> {
    turns += 1;
    const other = day['status'] === 'Absent' ? 'Present' : 'Absent';
    const status = turns % 2 === 1 ? other : day['status'];
    await site.update('Student Attendance', day.name, { status });
  }

  /** Milliseconds from a correction to its row in the mirror. */
  async function arrival(): Promise<number> {
    const metric = 'education_ai_documents_total';
    const stored = await sidecar.metric(metric);
    const began = performance.now();
    await correct();
    await until(SOON_MS, 'it is in the mirror', async () => (await sidecar.metric(metric)) > stored);
    return performance.now() - began;
  }

  test('switched on, there is a signed record for each DocType and event, and none for Instructor', async () => {
    await settings({ webhooks: 1, sidecar_address: `http://127.0.0.1:${PORT}` });
    expect(await records()).toBe(RECORDS);
    const ofPeople = [OURS, ['webhook_doctype', '=', 'Instructor']];
    expect(await site.list('Webhook', { filters: ofPeople })).toEqual([]);
  });

  test('a correction is in the mirror of a sidecar without a socket long before the timer', async () => {
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) times.push(await arrival());
    console.log(
      `from a correction to the mirror, by webhook: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );
    expect(await sidecar.metric('education_ai_webhooks_total')).toBe(5);
    expect((await sidecar.health())?.hears).toMatchObject({ socket: false, webhook: expect.any(String) });
    const failed = (await attempts()).filter(({ error }) => error !== null && error !== '');
    expect(failed).toEqual([]);
  });

  test('after a rotation the new secret holds and the one before still does', async () => {
    if (bench === null) return;
    await connect(bench, envFile, '--new-webhook-secret');
    await sidecar.stop();
    await start();
    await arrival();
    const file = parseEnv(readFileSync(envFile, 'utf8'));
    const { WEBHOOK_SECRET: present = '', WEBHOOK_SECRET_PREVIOUS: previous = '' } = file;
    expect(new Set([present, previous, '']).size).toBe(3);
    const body = bodyAt(Date.now());
    for (const [secret, status] of [
      [previous, 202],
      [`${previous}x`, 401],
    ] as const) {
      const headers = {
        'content-type': 'application/json',
        'x-frappe-webhook-signature': sign(body, secret),
      };
      const address = `${sidecar.address}/webhooks/academic-update`;
      expect((await fetch(address, { method: 'POST', body, headers })).status).toBe(status);
    }
  });

  test('what the sidecar itself writes raised no webhook', async () => {
    const bodies = await site.list('Webhook Request Log', { filters: [LOGGED], fields: ['name', 'data'] });
    const named = new Set(bodies.map(({ data }) => /"doctype": "([^"]+)"/.exec(String(data))?.[1]));
    expect([...named]).toEqual(['Student Attendance']);
    expect(bodies).toHaveLength(turns);
  });

  test('the row in the mirror is the one on the site', async () => {
    await sidecar.stop();
    const { sealingKey } = readConfig(envFile, {});
    const store = await openStore({ databaseUrl: null, dataDir, sealingKey });
    const shape = SHAPES.find(({ doctype }) => doctype === 'Student Attendance');
    if (shape === undefined) throw new Error('attendance is not watched');
    const mirrored = (await readDocuments(store.db, shape, [day.name])).get(day.name);
    await store.close();
    expect(mirrored?.modified).toBe((await site.get('Student Attendance', day.name))['modified']);
  });

  test('a sidecar that is gone gets them switched off, and the System Managers are told what to do', async () => {
    if (bench === null) return;
    const tried = (await attempts()).length;
    await correct();
    await until(60_000, 'three tries have failed', async () => (await attempts()).length >= tried + 3);
    await bench.onSite('execute', 'education_ai.deliveries.watch');
    expect(await records()).toBe(RECORDS);
    const told = new Set((await site.list('Notification Log', NOTICES)).map(({ name }) => name));
    // ten minutes in which nobody pulls
    await site.update('AI Sync State', 'state', { last_seen: '2026-01-01 00:00:00' });
    await bench.onSite('execute', 'education_ai.deliveries.watch');
    expect(await records()).toBe(0);
    expect((await site.get('AI Settings', 'AI Settings'))['webhooks']).toBe(0);
    const notices = (await site.list('Notification Log', NOTICES)).filter(({ name }) => !told.has(name));
    expect(notices.map((notice) => notice['for_user'])).toContain('Administrator');
    for (const { name, subject } of notices) {
      expect(subject).toMatch(/switched its webhooks off.*Start it.*tick Webhooks/);
      await site.remove('Notification Log', name);
    }
  });

  test('a change meanwhile waits in the outbox and is not lost', async () => {
    await correct();
    await start();
    await until(
      LIMIT_MS,
      'it is pulled',
      async () => (await sidecar.metric('education_ai_events_total')) > 0,
    );
  });

  test('switched off by hand, the records are gone', async () => {
    await settings({ webhooks: 1 });
    expect(await records()).toBe(RECORDS);
    await settings({ webhooks: 0 });
    expect(await site.list('Webhook', { filters: [OURS] })).toEqual([]);
  });
});
