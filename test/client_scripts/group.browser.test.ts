/** The Student Group panel in a browser: readable in both themes, on a narrow screen, and by the keyboard. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { daysAbsent } from './answers.ts';
import { g8 } from './group-answers.ts';
import { enterPanel, openForm, seriousFaults, type Theme } from './page.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

const form: [string, string] = ['Student Group', 'G8 Class'];
const site = { student_group: { message: g8 }, evidence: { message: daysAbsent } };
const themes: Theme[] = ['light', 'dark'];

test.each(themes)(
  'in the %s theme a group and the rows behind an explanation have no serious fault',
  async (theme) => {
    const page = await openForm(browser, form, site, { theme });
    await enterPanel(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page
      .getByRole('button', { name: 'Group 1: Linear Equations in Mathematics: Show results: 4' })
      .press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  },
);

test('two pupils are kept apart by the keyboard alone, each choice and button under a name', async () => {
  const said = 'The groups follow in a minute.';
  const page = await openForm(browser, form, { ...site, keep: { message: { said } } });
  await enterPanel(page);
  await page.getByLabel('One pupil').focus();
  await page.keyboard.type('Mei');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Kai');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const asked = page.waitForRequest(/keep$/);
  await page.keyboard.press('Enter');
  expect((await asked).postDataJSON()).toEqual({
    name: 'G8 Class',
    student: 'EDU-STU-2',
    other: 'EDU-STU-3',
    wish: 'Apart',
  });
  await page.getByText(said).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Take back: Kept apart: Lina Haddad and عمر دياز' }).waitFor();
  await page.close();
});

test('a group fits a screen of 320 pixels', async () => {
  const page = await openForm(browser, form, site, { width: 320 });
  await enterPanel(page);
  await page.getByText('Learn together').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await page.close();
});

test('whoever may not read the group sees no tab', async () => {
  const page = await openForm(browser, form, { student_group: { status: 403 } });
  await page.waitForLoadState('networkidle');
  expect(await page.getByRole('button', { name: 'Insights', exact: true }).count()).toBe(0);
  await page.close();
});
