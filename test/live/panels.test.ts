/** The panels in the real Desk, in Chromium: what staff see of a known pupil, and that it changes by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { login, makeLogin, openInsights, type Login } from './desk.ts';
import { connect, Sidecar } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const LIMIT_MS = 300_000;

describe.skipIf(site === null || bench === null)(`panels in the Desk (${MISSING_BENCH})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-panels-'));
  const options = { envFile: join(scratch, 'sidecar.env'), dataDir: join(scratch, 'data'), port: 8799 };
  let browser: Browser;
  let sidecar: Sidecar;
  let staff: Login;
  let page: Page;
  let lina = '';

  beforeAll(async () => {
    if (site === null || bench === null) return;
    const [pupil] = await site.list('Student', { filters: [['student_name', '=', 'Lina Haddad']], limit: 1 });
    if (pupil === undefined) throw new Error('the demo school is not on this site: run npm run school:load');
    lina = pupil.name;
    await site.update('AI Settings', 'AI Settings', { show: 1 });
    staff = await makeLogin(site, ['Academics User', 'Education Manager']);
    await connect(bench, options.envFile);
    sidecar = Sidecar.start(options);
    browser = await launchChromium();
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
    page = await (await login(browser, site, staff)).newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await sidecar?.stop();
    if (staff !== undefined) await site?.remove('User', staff.user);
    rmSync(scratch, { recursive: true, force: true });
  });

  test('the Insights tab stands last, and one line above the form leads to it', async () => {
    await openInsights(page, 'Student', lina);
    const tabs = await page.getByRole('tab').filter({ visible: true }).allInnerTexts();
    expect(tabs.at(-1)).toBe('Insights');
    expect(await page.locator('.edai-line').count()).toBe(1);
  });

  test('the rows behind a reason are as many as its button says', async () => {
    const button = page.getByRole('button', { name: /Show absences: \d+/ }).first();
    const count = Number(/\d+$/.exec((await button.innerText()).trim())?.[0]);
    await button.click();
    await page.locator('.modal.show tbody tr').first().waitFor();
    expect(await page.locator('.modal.show tbody tr').count()).toBe(count);
    await page.keyboard.press('Escape');
  });

  test('a marked absence changes the panel by itself and leaves a dirty form as it is', async () => {
    if (site === null) return;
    await openInsights(page, 'Student', lina);
    const panel = page.locator('.edai-panel');
    await panel.getByText('Attendance').first().waitFor();
    await page.evaluate("cur_frm.set_value('middle_name', 'not saved yet')");
    const daysPresent = async (): Promise<string | undefined> =>
      /Present (\d+) of/.exec(await panel.innerText())?.[1];
    const before = await daysPresent();
    expect(before).toBeDefined();
    const [day] = await site.list('Student Attendance', {
      fields: ['name'],
      filters: [
        ['student', '=', lina],
        ['docstatus', '=', 1],
        ['status', '=', 'Present'],
      ],
      order_by: 'date desc',
      limit: 1,
    });
    if (day === undefined) throw new Error('no day to change');
    await site.update('Student Attendance', day.name, { status: 'Absent' });
    await expect.poll(daysPresent, { timeout: 20_000 }).toBe(String(Number(before) - 1));
    await site.update('Student Attendance', day.name, { status: 'Present' });
    expect(await page.evaluate('[cur_frm.is_dirty(), cur_frm.doc.middle_name]')).toEqual([
      true,
      'not saved yet',
    ]);
  });
});
