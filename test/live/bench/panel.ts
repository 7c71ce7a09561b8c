/** What a panel costs its reader: the method against a plain get, and what axe finds inside our own elements. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { login, openInsights, type Login } from '../desk.ts';
import type { LiveSite } from '../site.ts';
import { atMost, median, printed, quantile, timed, type Figure } from './figure.ts';

const PUPILS = 100;

export async function panelMethod(site: LiveSite): Promise<Figure[]> {
  const students = await site.list('Student', { limit: PUPILS });
  const classes = await site.list('AI Insight', {
    fields: ['name', 'course', 'student_group', 'academic_term'],
    filters: [
      ['kind', '=', 'class'],
      ['is_current', '=', 1],
    ],
    limit: PUPILS,
  });
  const gets: number[] = [];
  const student: number[] = [];
  const course: number[] = [];
  // In turn: a machine that is slower for a minute must not be so for one of the three.
  for (const [i, { name }] of students.entries()) {
    gets.push(await timed(() => site.call('frappe.client.get', { doctype: 'Student', name })));
    student.push(await timed(() => site.call('education_ai.api.panel.student', { name })));
    const shown = classes[i % classes.length];
    if (shown === undefined) throw new Error('no class was analysed');
    const { course: of, student_group, academic_term } = shown;
    const asked = { name: of, student_group, academic_term };
    course.push(await timed(() => site.call('education_ai.api.panel.course', asked)));
  }
  const plain = median(gets);
  return [
    atMost(
      'student panel method, p95 over the median of a plain get',
      quantile(student, 0.95) / plain,
      2,
      '× get',
    ),
    atMost(
      'course panel method, p95 over the median of a plain get',
      quantile(course, 0.95) / plain,
      2,
      '× get',
    ),
    printed(
      'plain get p50; student panel p50, p95; course panel p50, p95',
      [plain, median(student), quantile(student, 0.95), median(course), quantile(course, 0.95)]
        .map((value) => value.toFixed(1))
        .join(', ') + ' ms',
    ),
  ];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const Violations = z.array(z.object({ id: z.string(), impact: z.string().nullable() }));

/** Serious and critical findings of axe in both panels, light and dark, of what is really on the site. */
export async function accessibility(browser: Browser, site: LiveSite, staff: Login): Promise<Figure[]> {
  const [insight] = await site.list('AI Insight', {
    fields: ['name', 'target_student'],
    filters: [
      ['level', '=', 'act'],
      ['is_current', '=', 1],
    ],
    limit: 1,
  });
  const [course] = await site.list('Course', { limit: 1 });
  const figures: Figure[] = [];
  const context = await login(browser, site, staff);
  const page = await context.newPage();
  for (const [doctype, name] of [
    ['Student', insight?.['target_student']],
    ['Course', course?.name],
  ] as const) {
    await openInsights(page, doctype, z.string().parse(name));
    await page.locator('.edai-panel h4').first().waitFor();
    for (const theme of ['light', 'dark']) {
      const found = await examine(page, theme);
      figures.push(
        atMost(`axe, ${doctype} panel, ${theme}: serious or critical`, found.length, 0, found.join(' ')),
      );
    }
  }
  await context.close();
  return figures;
}

async function examine(page: Page, theme: string): Promise<string[]> {
  await page.evaluate((wanted) => document.documentElement.setAttribute('data-theme', wanted), theme);
  await page.addScriptTag({ content: AXE });
  const violations = Violations.parse(
    await page.evaluate(
      `axe.run('.edai').then((found) => found.violations.map(({ id, impact }) => ({ id, impact })))`,
    ),
  );
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
}
