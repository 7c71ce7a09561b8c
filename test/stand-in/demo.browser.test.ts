import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { currentInsights } from './contract/insights.ts';
import { asInsight } from './panels/composition.ts';
import { generateSchool } from './school/generate.ts';
import { startSidecar, type SidecarProcess } from './sidecar-process.ts';
import { startStandIn, type StandIn } from './stand-in.ts';

const school = generateSchool({ students: 60, seed: 7, today: new Date().toISOString().slice(0, 10) });

describe('the demo: stand-in, real sidecar, real form scripts', () => {
  let standIn: StandIn;
  let sidecar: SidecarProcess;
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'education-ai-test-'));
    standIn = await startStandIn({ school, page: true });
    sidecar = await startSidecar(standIn.environment, folder);
    browser = await launchChromium();
    await vi.waitUntil(async () => (await sidecar.health())?.ready === true && standIn.site.heads.size > 0, {
      timeout: 60_000,
      interval: 100,
    });
    // thrice, since work passes from stage to stage
    for (let quiet = 0; quiet < 3;) {
      quiet = (await sidecar.isIdle()) ? quiet + 1 : 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  afterAll(async () => {
    await browser.close();
    await sidecar.stop();
    await standIn.close();
    await rm(folder, { recursive: true, force: true });
  });

  function pupil(pattern: string): string {
    return school.known.find((known) => known.pattern === pattern)?.student ?? '';
  }

  async function insights(doctype: string, name: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${standIn.url}/app/${doctype}/${encodeURIComponent(name)}`);
    await page.getByRole('tab', { name: 'Insights' }).click();
    return page;
  }

  test.each(school.known)(
    '$studentName is told what the records say: $about',
    ({ student, expects, never }) => {
      const codes = currentInsights(standIn.site)
        .filter(({ values }) => values['target_student'] === student)
        .flatMap((row) => asInsight(row).reasons.map((reason) => reason.code));
      expect(codes).toEqual(expect.arrayContaining(expects));
      expect(codes.filter((code) => never.includes(code))).toEqual([]);
    },
  );

  test('marking an absence changes the open panel by itself', async () => {
    const page = await insights('student', pupil('steady'));
    await page.getByText('Show absences: 1').waitFor();
    await page
      .getByRole('group', { name: school.calendar.schoolDays.at(-2)?.date ?? '' })
      .getByText('Absent')
      .click();
    await page.getByText('Show absences: 2').waitFor();
    await page.close();
  });

  test('submitting a result changes the open panel by itself, and its rows can be shown', async () => {
    const page = await insights('student', pupil('falling'));
    await page.getByText('84%').first().waitFor();
    for (const criterion of ['Linear Equations', 'Geometry', 'Fractions']) {
      await page.getByLabel(criterion).fill('1');
    }
    await page.getByRole('button', { name: 'Submit result' }).click();
    await page.getByText('Mathematics Test 5: result submitted.').waitFor();
    await page.getByRole('button', { name: 'Show tests: 5' }).first().click();
    await page.getByRole('dialog').getByText('Mathematics Test 5').waitFor();
    await page.close();
  });

  test('the course shows its classes, and a pupil opens from there with the insights in front', async () => {
    const page = await insights('course', 'Mathematics');
    await page.getByText('Omar Diaz').waitFor();
    await page
      .getByRole('button', { name: /Open.*/ })
      .nth(1)
      .click();
    await page.getByRole('tab', { name: 'Insights', selected: true }).last().waitFor();
    expect(page.url()).toContain('/app/student/');
    await page.close();
  });

  test('a classmate sees no tab', async () => {
    const page = await browser.newPage();
    await page.goto(`${standIn.url}/app/student`);
    await page.getByLabel('Read as').selectOption('classmate');
    await page.getByRole('link', { name: 'Lina Haddad' }).first().click();
    await page.getByText('Guardians').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.getByRole('tab', { name: 'Insights' }).isVisible()).toBe(false);
    await page.close();
  });
});
