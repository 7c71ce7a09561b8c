/**
 * A pupil who is left out, and one who is deleted, leave nothing behind on either side within a minute; one who is
 * taken in again has everything again. Pairs the site with a sidecar of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../sidecar/config.ts';
import { openStore } from '../../sidecar/store/open.ts';
import { everythingHeld } from '../sidecar/everything-held.ts';
import { difference, holding, type Holding } from './holding.ts';
import { enrolNewPupil } from './roles/pupil.ts';
import { day, Stage } from './roles/stage.ts';
import { connect, Sidecar, until } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment, type LiveBench } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const LIMIT_MS = 300_000;
const MINUTE_MS = 60_000;

const Status = z.object({ pending: z.number() });

function siteAbout({ folder, site: name }: LiveBench, ...texts: string[]): string[] {
  const script = resolve('test/live/site_grep.py');
  const output = execFileSync(join(folder, 'env/bin/python'), [script, name, ...texts], {
    cwd: join(folder, 'sites'),
    encoding: 'utf8',
  });
  return output.split('\n').filter((line) => line !== '');
}

describe.skipIf(site === null || bench === null)(`who leaves (${MISSING_BENCH})`, () => {
  const admin = site!;
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-erase-'));
  const options = { envFile: join(scratch, 'sidecar.env'), dataDir: join(scratch, 'data'), port: 8796 };
  const stage = new Stage(admin);
  let sidecar: Sidecar;
  let lina = '';
  let before: { held: Holding; said: unknown[] };

  async function start(): Promise<void> {
    sidecar = Sidecar.start(options);
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
  }

  /** What the stopped sidecar's database holds, read by `look`. */
  async function stopped<T>(look: (database: Parameters<typeof openStore>[0]) => Promise<T>): Promise<T> {
    await sidecar.stop();
    const { sealingKey } = readConfig(options.envFile, {});
    return look({ databaseUrl: null, dataDir: options.dataDir, sealingKey });
  }

  async function heldAbout(texts: string[]): Promise<string[]> {
    const rows = await stopped(async (database) => {
      const store = await openStore(database);
      const held = await everythingHeld(store);
      await store.close();
      return held;
    });
    return rows
      .filter((row) => texts.some((text) => row.includes(text)))
      .map((row) => row.split(' ')[0] ?? '');
  }

  /** Every change is collected, acknowledged and worked off. Returns how long that took, in milliseconds. */
  async function settled(): Promise<number> {
    const began = performance.now();
    await until(LIMIT_MS, 'every change is acknowledged', async () => {
      const status = Status.parse(await admin.call('education_ai.api.operations.status'));
      return status.pending === 0 && (await sidecar.waiting()) === 0;
    });
    await sidecar.idle(LIMIT_MS);
    return performance.now() - began;
  }

  async function saidAbout(student: string): Promise<unknown[]> {
    const fields = ['name', 'kind', 'course', 'level', 'reasons'];
    const filters = [
      ['target_student', '=', student],
      ['is_current', '=', 1],
    ];
    const rows = await admin.list('AI Insight', { fields, filters, order_by: 'kind asc, course asc' });
    return rows.map(({ name: _name, ...said }) => said);
  }

  beforeAll(async () => {
    const [pupil] = await admin.list('Student', {
      filters: [['student_name', '=', 'Lina Haddad']],
      limit: 1,
    });
    if (pupil === undefined) throw new Error('the demo school is not on this site: run npm run school:load');
    lina = pupil.name;
    await admin.update('AI Settings', 'AI Settings', { show: 1 });
    await connect(bench!, options.envFile);
    await start();
    before = { said: await saidAbout(lina), held: await stopped(holding) };
    await start();
  }, LIMIT_MS);

  afterAll(async () => {
    for (const { name } of await admin.list('AI Exclusion', { filters: [['target_student', '=', lina]] }))
      await admin.remove('AI Exclusion', name);
    await stage.clear();
    await sidecar?.kill();
    rmSync(scratch, { recursive: true, force: true });
  });

  test(
    'a pupil left out leaves nothing in any table of either side within a minute',
    async () => {
      await leaveTraces();
      expect(siteAbout(bench!, lina, 'Lina Haddad').length).toBeGreaterThan(10);
      expect(siteAbout(bench!, lina)).toContain('AI Peer Wish');
      await admin.call('education_ai.exclusion.exclude', { student: lina });
      expect(new Set(siteAbout(bench!, lina, 'Lina Haddad'))).toEqual(
        new Set(['AI Exclusion', 'AI Sync Event']),
      );
      expect(await settled()).toBeLessThan(MINUTE_MS);
      expect(siteAbout(bench!, lina, 'Lina Haddad')).toEqual(['AI Exclusion']);
      expect(await heldAbout([lina, 'Lina Haddad'])).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'and taken in again everything is there as before',
    async () => {
      await start();
      await admin.call('education_ai.exclusion.include', { student: lina });
      await settled();
      expect(await saidAbout(lina)).toEqual(before.said);
      expect(difference(before.held, await stopped(holding))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a pupil who is deleted leaves nothing either',
    async () => {
      await start();
      const { student, shownName } = await enrolNewPupil(stage, lina);
      await settled();
      expect((await saidAbout(student)).length).toBeGreaterThan(0);
      expect(siteAbout(bench!, student).filter((table) => table === 'Assessment Insight')).toHaveLength(1);
      expect(await stage.clear()).toEqual([]);
      expect(await settled()).toBeLessThan(MINUTE_MS);
      expect(siteAbout(bench!, student, shownName)).toEqual([]);
      expect(await heldAbout([student, shownName])).toEqual([]);
      expect(difference(before.held, await stopped(holding))).toEqual([]);
    },
    LIMIT_MS,
  );

  /** One of everything that could stay behind: a reading, a session, a step, a comment, a wish about two, a sealed value. */
  async function leaveTraces(): Promise<void> {
    await admin.call('education_ai.api.panel.student', { name: lina });
    const session = { session: `erase ${lina}`, student: lina, session_date: day(new Date(), 0) };
    await admin.insert('AI Engagement Log', session);
    const [insight] = await admin.list('AI Insight', { filters: [['target_student', '=', lina]], limit: 1 });
    const about = { reference_type: 'Student', reference_name: lina };
    const step = await admin.insert('ToDo', { description: `Talk with ${lina}`, ...about });
    const set = { doctype: 'AI Insight', name: insight?.name, fieldname: 'action', value: step.name };
    await admin.call('frappe.client.set_value', set);
    await admin.insert('Comment', {
      comment_type: 'Comment',
      reference_doctype: 'AI Insight',
      reference_name: insight?.name,
      content: `About ${lina}`,
    });
    const [group] = await admin.list('Student Group', {
      filters: [['Student Group Student', 'student', '=', lina]],
      limit: 1,
    });
    const { students } = await admin.get('Student Group', group?.name ?? '');
    const classmate = z
      .array(z.object({ student: z.string(), active: z.int() }))
      .parse(students)
      .find(({ student, active }) => active === 1 && student !== lina);
    const pair = { name: group?.name, student: classmate?.student, other: lina };
    await admin.call('education_ai.api.panel.keep', { ...pair, wish: 'Apart' });
    const place = JSON.stringify([{ x: 1 }, 'Student', lina, 'ai_learning_profile']);
    const sealed = await bench!.onSite('execute', 'education_ai.sealing.seal', '--args', place);
    const value = z.string().parse(JSON.parse(sealed));
    const field = { doctype: 'Student', name: lina, fieldname: 'ai_learning_profile', value };
    await admin.call('frappe.client.set_value', field);
  }
});
