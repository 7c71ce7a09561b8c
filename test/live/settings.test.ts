/** AI Settings in the real Desk, as a System Manager sees it: the work that was given up, and trying it again. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { login, makeLogin, type Login } from './desk.ts';
import { MISSING_SITE, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const REPORT = 'AI Sync Report';

describe.skipIf(site === null)(`AI Settings${site === null ? `: ${MISSING_SITE}` : ''}`, () => {
  const admin = site!;
  const made: string[] = [];
  let manager: Login;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    for (const values of [
      { kind: 'dead', code: 'site.refused', ref_doctype: 'Course', ref_name: 'settings-test' },
      { kind: 'dead', code: 'work.unknown_doctype', ref_doctype: 'Example', ref_name: '<b>settings</b>' },
      {
        kind: 'check',
        code: 'monthly',
        // Only the newest check of each kind is shown, and a site in use has its own.
        finished: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)} 02:00:00`,
        examined: 52,
        found: 3,
        repaired: 2,
        details: JSON.stringify([{ doctype: 'Student Attendance', found: 3, repaired: 2 }]),
      },
    ])
      made.push((await admin.insert(REPORT, values)).name);
    manager = await makeLogin(admin, ['System Manager']);
    browser = await launchChromium();
    page = await (await login(browser, admin, manager)).newPage();
    await page.goto('/app/ai-settings', { waitUntil: 'domcontentloaded' });
    await page.getByRole('heading', { name: 'Dead work' }).waitFor();
  });

  async function asked(): Promise<unknown[]> {
    return Promise.all(made.slice(0, 2).map(async (name) => (await admin.get(REPORT, name))['redrive']));
  }

  afterAll(async () => {
    await browser?.close();
    for (const name of made) await admin.remove(REPORT, name);
    await admin.remove('User', manager.user);
  });

  it('says of dead work what happened and what to check, and of a check what it found where', async () => {
    const unknown = page.getByRole('row', { name: '<b>settings</b>' });
    expect(await unknown.innerText()).toContain('update the sidecar');
    const check = page.getByRole('row', { name: 'Monthly' });
    expect(await check.innerText()).toContain('Student Attendance: 3 found, 2 repaired');
  });

  it('asks for another try of one piece, and of all', async () => {
    const row = page.getByRole('row', { name: 'settings-test' });
    await row.getByRole('button', { name: 'Try again' }).click();
    await row.getByText('Asked: taken up within a minute').waitFor();
    expect(await asked()).toEqual(['Asked', '']);
    await page.getByRole('button', { name: 'Try all again' }).click();
    await page.getByRole('row', { name: '<b>settings</b>' }).getByText('Asked').waitFor();
    expect(await asked()).toEqual(['Asked', 'Asked']);
  });
});
