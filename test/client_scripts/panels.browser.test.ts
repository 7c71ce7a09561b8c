import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as answers from './answers.ts';
import * as settings from './setting-answers.ts';
import { launchChromium } from '../chromium.ts';
import { enterPanel, openForm, seriousFaults, type Theme } from './page.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

const student: [string, string] = ['Student', 'EDU-STU-1'];
const site = {
  student: { message: answers.lina },
  course: { message: answers.mathematics },
  evidence: { message: answers.daysAbsent },
  instructor: { message: answers.teacher },
};
/** Every state that shows something, as the site answers it. */
const states = {
  ready: { student: { message: answers.lina } },
  waiting: { student: { message: answers.waiting } },
  empty: { student: { message: answers.empty } },
  'too little data': { student: { message: answers.tooLittle } },
  stale: { student: { message: answers.stale } },
  error: { student: { status: 500 } },
  'text nobody expected': { student: { message: answers.nasty } },
};
const themes: Theme[] = ['light', 'dark'];

async function widthOf(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth');
}

describe.each(themes)('in the %s theme', (theme) => {
  test.each(Object.entries(states))('the state "%s" has no serious fault', async (_state, answer) => {
    const page = await openForm(browser, student, answer, { theme });
    await enterPanel(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test('a course and the rows behind a reason have no serious fault', async () => {
    const page = await openForm(browser, ['Course', 'Mathematics'], site, { theme });
    await enterPanel(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Linear Equations: Show results: 26' }).click();
    await page.getByRole('cell', { name: 'Mon 7 Sep' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test.each([
    [['Student', 'EDU-STU-1'], 'Edit: Preferences'],
    [['Course', 'Mathematics'], 'Edit: Objectives'],
    [['Course', 'Mathematics'], 'Edit: Resources'],
    [['Instructor', 'Ada Berg'], 'Edit: Insights I want'],
  ] satisfies [[string, string], string][])(
    'the settings of %s and their dialog have no serious fault',
    async (form, edit) => {
      const page = await openForm(browser, form, site, { theme });
      await enterPanel(page);
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('button', { name: edit }).click();
      await page.getByRole('dialog').waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.close();
    },
  );

  test.each([settings.conflict, settings.decided])(
    'a conflict that is $state has no serious fault',
    async (message) => {
      const page = await openForm(browser, ['AI Conflict', 'c1'], { conflict: { message } }, { theme });
      await page.getByRole('heading', { name: /Contact first/ }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.close();
    },
  );
});

test('a conflict and a dialog with links fit a screen of 320 pixels', async () => {
  const conflict = await openForm(
    browser,
    ['AI Conflict', 'c1'],
    { conflict: { message: settings.conflict } },
    { width: 320 },
  );
  await conflict.getByRole('button', { name: 'Keep' }).waitFor();
  expect(await widthOf(conflict)).toBe(320);
  await conflict.close();
  const page = await openForm(browser, ['Course', 'Mathematics'], site, { width: 320 });
  await enterPanel(page);
  await page.getByRole('button', { name: 'Edit: Resources' }).click();
  await page.getByRole('textbox', { name: 'Address of link 2' }).waitFor();
  expect(await widthOf(page)).toBe(320);
  expect(
    await page.evaluate(
      '(() => { const modal = document.querySelector(".modal"); return modal.scrollWidth <= modal.clientWidth; })()',
    ),
  ).toBe(true);
  await page.close();
});

test('a setting is changed by the keyboard alone, and the focus comes back', async () => {
  const page = await openForm(browser, student, {
    ...site,
    save: { message: { moved: false, settings: [] } },
  });
  await enterPanel(page);
  await page.getByRole('button', { name: 'Edit: Preferences' }).press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('edai-setting-0');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Edit: Preferences');
  await page.close();
});

test.each([student, ['Course', 'Mathematics']] satisfies [string, string][])(
  '%s fits a screen of 320 pixels without scrolling sideways',
  async (doctype, name) => {
    const page = await openForm(browser, [doctype, name], site, { width: 320 });
    await enterPanel(page);
    expect(await widthOf(page)).toBe(320);
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await widthOf(page)).toBe(320);
    await page.close();
  },
);

test('names without a space do not push the page wider than a small screen', async () => {
  const long = '🎓'.repeat(140);
  const message = {
    ...answers.nasty,
    heading: { name: long, group: long, term: long },
    steps: ['x'.repeat(400)],
  };
  const page = await openForm(browser, student, { student: { message } }, { width: 320 });
  await enterPanel(page);
  expect(await widthOf(page)).toBe(320);
  await page.close();
});

test('everything that can be pressed is reached by the keyboard alone, in reading order', async () => {
  const page = await openForm(browser, student, site);
  await page.locator('.edai-line').waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Open insights');
  await page.keyboard.press('Enter');
  const reached: unknown[] = [];
  for (let i = 0; i < 6; i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate('document.activeElement.textContent.trim()'));
  }
  expect(reached).toEqual([
    'Show days absent: 9',
    'Show tests: 3',
    'Show as table',
    'Decide',
    'Edit',
    'How this is worked out',
  ]);
  await page.close();
});

test('nothing a school typed is run', async () => {
  const page = await openForm(browser, student, { student: { message: answers.nasty } });
  const alerts: string[] = [];
  page.on('dialog', (dialog) => alerts.push(dialog.message()));
  await enterPanel(page);
  await page.getByText(answers.NASTY).first().waitFor();
  expect(alerts).toEqual([]);
  await page.close();
});

test('while the site has not answered, a reader sees the form as it is without us', async () => {
  const page = await openForm(browser, student, { student: { never: true } });
  expect(await page.getByRole('button', { name: 'Insights' }).count()).toBe(0);
  await page.close();
});

test('the chart has its width although it was drawn in a tab that was not open', async () => {
  const page = await openForm(browser, student, site);
  await page.locator('.edai-chart svg').waitFor({ state: 'attached' });
  await enterPanel(page);
  expect((await page.locator('.edai-chart svg').boundingBox())?.width).toBeGreaterThan(300);
  await page.close();
});
