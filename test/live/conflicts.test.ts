/** Settings with two writers on a real site: teachers and the AI about a course, a person and the AI about a pupil. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { proposalTouch } from '../../sidecar/due.ts';
import { proposePreferences } from '../../sidecar/store/proposals.ts';
import { touch } from '../../sidecar/store/work.ts';
import { launchChromium } from '../chromium.ts';
import { login, makeLogin, openInsights, type Login } from './desk.ts';
import { connect, inDatabase, Sidecar, until } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const LIMIT_MS = 300_000;
const COURSE = 'Art';
const OBJECTIVES = 'ai_learning_objectives';
const PREFERENCES = 'ai_preferences_settings';

const Panel = z.object({
  settings: z.array(
    z.object({ field: z.string(), seen: z.string(), keys: z.array(z.looseObject({ value: z.unknown() })) }),
  ),
});

/** As if nobody had ever set it. */
async function clear(doctype: string, name: string, field: string): Promise<void> {
  // read as Python
  const args = `(${JSON.stringify(doctype)}, ${JSON.stringify(name)}, ${JSON.stringify(field)}, None)`;
  await bench!.onSite('execute', 'frappe.db.set_value', '--args', args);
}

describe.skipIf(site === null || bench === null)(`settings with two writers (${MISSING_BENCH})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-conflicts-'));
  const options = { envFile: join(scratch, 'sidecar.env'), dataDir: join(scratch, 'data'), port: 8797 };
  const admin = site!;
  let sidecar: Sidecar;
  let browser: Browser;
  let staff: Login;
  let page: Page;
  let pupil = '';

  async function start(): Promise<void> {
    sidecar = Sidecar.start(options);
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
  }

  async function part(doctype: string, name: string, field: string) {
    const panel = Panel.parse(await admin.call(`education_ai.api.panel.${doctype.toLowerCase()}`, { name }));
    const found = panel.settings.find((one) => one.field === field);
    if (found === undefined) throw new Error(`${name} has no ${field}`);
    return found;
  }

  async function objectives(): Promise<unknown> {
    return (await part('Course', COURSE, OBJECTIVES)).keys[0]?.value;
  }

  async function edit(doctype: string, name: string, field: string, values: object): Promise<void> {
    const { seen } = await part(doctype, name, field);
    await admin.call('education_ai.api.settings.save', { doctype, name, field, values, seen });
  }

  beforeAll(async () => {
    const [found] = await admin.list('Student', { filters: [['student_name', '=', 'Omar Diaz']], limit: 1 });
    if (found === undefined) throw new Error('the demo school is not on this site: run npm run school:load');
    pupil = found.name;
    await admin.update('AI Settings', 'AI Settings', { show: 1 });
    await clear('Course', COURSE, OBJECTIVES);
    await clear('Student', pupil, PREFERENCES);
    staff = await makeLogin(admin, ['Academics User', 'Education Manager']);
    browser = await launchChromium();
    page = await (await login(browser, admin, staff)).newPage();
    await connect(bench!, options.envFile);
    await start();
  });

  afterAll(async () => {
    await browser?.close();
    await sidecar?.stop();
    for (const row of await admin.list('AI Conflict', { filters: [['ref_name', '=', pupil]] })) {
      await admin.remove('AI Conflict', row.name);
    }
    await clear('Student', pupil, PREFERENCES);
    await clear('Course', COURSE, OBJECTIVES);
    if (staff !== undefined) await admin.remove('User', staff.user);
    rmSync(scratch, { recursive: true, force: true });
  });

  test('a course is proposed what the school entered, and what teachers wrote stays through a new topic', async () => {
    expect(await objectives()).toEqual(expect.arrayContaining([expect.stringMatching(/^Drawing/)]));
    await edit('Course', COURSE, OBJECTIVES, { objectives: ['Look before drawing'] });
    const course = await admin.get('Course', COURSE);
    const topics = z.array(z.looseObject({ topic: z.string() })).parse(course['topics']);
    const other = await admin.list('Topic', { filters: [['name', '=', 'Geometry']], limit: 1 });
    expect(topics.map(({ topic }) => topic)).not.toContain('Geometry');
    await admin.update('Course', COURSE, { topics: [...topics, { topic: other[0]?.name }] });
    try {
      await until(60_000, 'the new topic is proposed', async () =>
        JSON.stringify(await objectives()).includes('Geometry'),
      );
      expect(await objectives()).toEqual(['Look before drawing', expect.stringMatching(/^Geometry/)]);
    } finally {
      await admin.update('Course', COURSE, { topics });
    }
    await until(60_000, 'it is gone with its topic', async () =>
      JSON.stringify(await objectives()).includes('["Look before drawing"]'),
    );
  });

  test('an edit in the panel arrives, and a person decides where the AI wants something else', async () => {
    await openInsights(page, 'Student', pupil);
    await page.getByRole('button', { name: 'Edit: Preferences' }).click();
    await page.getByLabel('Contact first').selectOption('guardian');
    await page.locator('.modal.show').getByRole('button', { name: 'Save' }).click();
    await page.locator('.modal.show').waitFor({ state: 'detached' });
    await page.locator('.edai-panel').getByText('The guardian').first().waitFor();

    await sidecar.idle(LIMIT_MS);
    await inDatabase(sidecar, options, async (store) => {
      await proposePreferences(store.db, store.sealer, pupil, { contact_first: 'student' }, Date.now());
      await touch(store.db, [proposalTouch({ doctype: 'Student', name: pupil }, Date.now())]);
    });
    await start();
    const filters = [['ref_name', '=', pupil]];
    const waiting = await admin.list('AI Conflict', { fields: ['name', 'status'], filters });
    expect(waiting).toMatchObject([{ status: 'Open' }]);

    await openInsights(page, 'Student', pupil);
    await page.getByRole('button', { name: 'Decide: Contact first' }).click();
    await page.getByRole('heading', { name: /^Contact first: Omar Diaz/ }).waitFor();
    expect(await page.locator('.edai-sides section').allInnerTexts()).toEqual([
      expect.stringContaining('The guardian'),
      expect.stringContaining('The pupil'),
      expect.stringContaining('Not set'),
    ]);
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByText('Keep: The guardian').waitFor();

    await until(60_000, 'the decision has come back', async () => (await sidecar.waiting()) === 0);
    await sidecar.idle(LIMIT_MS);
    const logged = await inDatabase(sidecar, options, (store) =>
      store.db
        .selectFrom('sync_logs')
        .select(['sync_direction', 'data_payload'])
        .where('sync_type', '=', 'decision')
        .where('erpnext_entity_type', '=', 'Student')
        .orderBy('sync_timestamp')
        .execute(),
    );
    const decision = {
      key: 'contact_first',
      rule: 'manual_review',
      site: expect.any(String),
      ai: expect.any(String),
    };
    expect(logged).toMatchObject([
      { sync_direction: 'to_erpnext', data_payload: { ...decision, outcome: 'asked' } },
      { sync_direction: 'from_erpnext', data_payload: { ...decision, outcome: 'Keep' } },
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/guardian|"student"/);
    await start();
    expect(await admin.list('AI Conflict', { fields: ['name'], filters })).toHaveLength(1);
  });
});
