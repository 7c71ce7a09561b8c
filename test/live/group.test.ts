/** The panel of a Student Group in the real Desk: a teacher of the group sees it, another teacher sees no tab. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { login, makeLogin, openInsights, type Login } from './desk.ts';
import { Stage } from './roles/stage.ts';
import { connect, Sidecar } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const LIMIT_MS = 300_000;
const GROUP = '8A Term 2';

describe.skipIf(site === null || bench === null)(`a group in the Desk (${MISSING_BENCH})`, () => {
  const admin = site!;
  const stage = new Stage(admin);
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-group-'));
  const options = { envFile: join(scratch, 'sidecar.env'), dataDir: join(scratch, 'data'), port: 8799 };
  let browser: Browser;
  let sidecar: Sidecar;
  let teacher: Login;
  let before: unknown;
  let page: Page;

  beforeAll(async () => {
    await admin.update('AI Settings', 'AI Settings', { show: 1 });
    teacher = await makeLogin(admin, ['Instructor']);
    stage.remember('User', teacher.user);
    const [company] = await admin.list('Company', { limit: 1 });
    const employee = await stage.make('Employee', {
      first_name: stage.tag,
      company: company?.name,
      gender: 'Prefer not to say',
      date_of_birth: '1985-05-17',
      date_of_joining: '2020-08-01',
      status: 'Active',
      user_id: teacher.user,
    });
    for (const { name } of await admin.list('User Permission', { filters: [['user', '=', teacher.user]] }))
      stage.remember('User Permission', name);
    const instructor = await stage.make('Instructor', {
      instructor_name: stage.tag,
      employee: employee.name,
      status: 'Active',
    });
    ({ instructors: before } = await admin.get('Student Group', GROUP));
    const others = Array.isArray(before) ? before : [];
    await admin.update('Student Group', GROUP, {
      instructors: [...others, { instructor: instructor.name }],
    });
    await connect(bench!, options.envFile);
    sidecar = Sidecar.start(options);
    browser = await launchChromium();
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
    page = await (await login(browser, admin, teacher)).newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await sidecar?.stop();
    if (before !== undefined) await admin.update('Student Group', GROUP, { instructors: before });
    const left = await stage.clear();
    rmSync(scratch, { recursive: true, force: true });
    expect(left).toEqual([]);
  });

  test('the class is told in a sentence of counts, and every pupil stands in one group of three or four', async () => {
    await openInsights(page, 'Student Group', GROUP);
    const panel = page.locator('.edai-panel');
    await panel.getByRole('heading', { name: /^Pupils: \d+\. With a reason to act: \d+/ }).waitFor();
    const pupils = Number(/Pupils: (\d+)\./.exec(await panel.innerText())?.[1]);
    const together = page.locator('section', { has: page.getByRole('heading', { name: 'Learn together' }) });
    const groups = await together
      .locator('dl > div', { has: page.locator('dt', { hasText: /^Group \d+$/ }) })
      .locator('dd')
      .allInnerTexts();
    const names = groups.flatMap((text) => text.replace(/^Pupils: |\.$/g, '').split(', '));
    expect(names).toHaveLength(pupils);
    expect(new Set(names).size).toBe(pupils);
    for (const text of groups) expect([3, 4]).toContain(text.split(', ').length);
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByText('Max Strength').first().waitFor();
  });

  test('the results behind an explanation are as many as its button says', async () => {
    await page.getByRole('tab', { name: 'Insights' }).click();
    const button = page.getByRole('button', { name: /^Group \d+: .*Show results: \d+/ }).first();
    const count = Number(/\d+$/.exec((await button.innerText()).trim())?.[0]);
    await button.click();
    await page.locator('.modal.show tbody tr').first().waitFor();
    expect(await page.locator('.modal.show tbody tr').count()).toBe(count);
    await page.keyboard.press('Escape');
  });

  test('a group of somebody else shows no tab', async () => {
    const [other] = await admin.list('Student Group', { filters: [['name', '!=', GROUP]], limit: 1 });
    await page.goto(`/app/student-group/${encodeURIComponent(String(other?.name))}`);
    await page.getByText('Max Strength').first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.getByRole('tab', { name: 'Insights' }).filter({ visible: true }).count()).toBe(0);
  });
});
