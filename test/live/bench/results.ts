/**
 * From the answer of an Assessment Result's submit to the changed text on screen, and to the changed row on the
 * site, over pupils that were not touched before in the run. The analysis is included.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { openInsights } from '../desk.ts';
import { until } from '../sidecar.ts';
import type { LiveSite } from '../site.ts';
import { siteClock, type SiteClock } from './site-clock.ts';
import { atMost, median, printed, quantile, timed, type Figure } from './figure.ts';

const PUPILS = 50;

declare global {
  interface Window {
    /** When the panel's text first says what is waited for, milliseconds since 1970. */
    edaiSeen: Promise<number>;
  }
}

interface Pupil {
  student: string;
  plan: string;
  details: { assessment_criteria: string; score: number }[];
  course: string;
  /** What the course's row says once the new result is counted. */
  sentence: string;
}

export async function resultLatency(site: LiveSite, page: Page): Promise<Figure[]> {
  const pupils = await preparePupils(site);
  const clock = await siteClock(site);
  const screen: number[] = [];
  const row: number[] = [];
  const get: number[] = [];
  try {
    for (const pupil of pupils) {
      get.push(
        await timed(() => site.call('frappe.client.get', { doctype: 'Student', name: pupil.student })),
      );
      await openInsights(page, 'Student', pupil.student);
      await page.locator('.edai-panel h4').first().waitFor();
      await drawn(page);
      const before = await markedAt(site, clock, pupil);
      await watchFor(page, pupil);
      await site.insert('Assessment Result', {
        assessment_plan: pupil.plan,
        student: pupil.student,
        details: pupil.details,
        docstatus: 1,
      });
      const answered = Date.now();
      screen.push((await page.evaluate(() => window.edaiSeen)) - answered);
      const after = await markedAt(site, clock, pupil);
      if (after === before) throw new Error('the panel changed and the row on the site did not');
      row.push(after - answered);
      // So that the next pupil does not meet the tail of this one.
      await pause(150);
    }
  } finally {
    await removeTests(site, new Set(pupils.map(({ plan }) => plan)));
  }
  const plain = median(get);
  return [
    printed('median of a plain frappe.client.get of a Student', `${plain.toFixed(1)} ms`),
    atMost(
      `result submitted → text on screen, p95 of ${PUPILS}`,
      quantile(screen, 0.95) / plain,
      15,
      '× get',
    ),
    printed('the same, p50 and p95', `${quantile(screen, 0.5)} and ${quantile(screen, 0.95)} ms`),
    atMost('result submitted → row on the site, p95', quantile(row, 0.95) / plain, 10, '× get'),
    printed('the same, p50 and p95', `${quantile(row, 0.5)} and ${quantile(row, 0.95)} ms`),
  ];
}

/** What the Desk itself does to a page that is a second old: a quarter of a second of rendering, with the app or without. */
const QUIET_MS = 1000;

/** A reader has the page open: it is connected, and the Desk has had no long task for a second. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction('frappe.realtime.socket?.connected === true');
  await page.evaluate(
    (quietMs) =>
      new Promise<void>((resolve) => {
        let timer = setTimeout(resolve, quietMs);
        new PerformanceObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(resolve, quietMs);
        }).observe({ type: 'longtask' });
      }),
    QUIET_MS,
  );
}

const markedAt = (site: LiveSite, clock: SiteClock, pupil: Pupil): Promise<number> =>
  written(site, clock, [
    ['target_student', '=', pupil.student],
    ['kind', '=', 'marks'],
    ['course', '=', pupil.course],
  ]);

/** When the current insight was last written, milliseconds since 1970; 0 where there is none. */
async function written(site: LiveSite, clock: SiteClock, filters: unknown[]): Promise<number> {
  const [insight] = await site.list('AI Insight', {
    fields: ['name', 'modified'],
    filters: [...filters, ['is_current', '=', 1]],
    limit: 1,
  });
  return insight === undefined ? 0 : clock(String(insight['modified']));
}

const LIMIT_MS = 20_000;

/** Notes in the page when the course's row first says the sentence, at the moment the DOM changes: no one looks in between. */
async function watchFor(page: Page, { course, sentence }: Pupil): Promise<void> {
  await page.evaluate(
    (wanted) => {
      const panel = document.querySelector('.edai-panel');
      if (panel === null) throw new Error('no panel');
      const saysIt = (): boolean =>
        [...panel.querySelectorAll('dl > div')].some(
          (row) =>
            row.querySelector('dt')?.textContent?.trim() === wanted.course &&
            (row.textContent ?? '').includes(wanted.sentence),
        );
      if (saysIt()) throw new Error(`the panel says "${wanted.sentence}" already`);
      window.edaiSeen = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`the panel does not say "${wanted.sentence}"`)), wanted.limitMs);
        new MutationObserver(() => {
          if (saysIt()) resolve(Date.now());
        }).observe(panel, { childList: true, subtree: true, characterData: true });
      });
    },
    { course, sentence, limitMs: LIMIT_MS },
  );
}

const GroupDocument = z.object({ students: z.array(z.object({ student: z.string(), active: z.int() })) });
const PlanDocument = z.object({
  name: z.string(),
  assessment_criteria: z.array(z.object({ assessment_criteria: z.string(), maximum_score: z.number() })),
});

/** One new test per class, of the kind of its latest one, and for each pupil a mark at the level there is. */
async function preparePupils(site: LiveSite): Promise<Pupil[]> {
  const pupils: Pupil[] = [];
  const plans = await site.list('Assessment Plan', {
    fields: ['name', 'student_group', 'course'],
    filters: [['docstatus', '=', 1]],
    order_by: 'schedule_date desc',
  });
  const seen = new Set<string>();
  for (const { name, student_group: group, course } of plans) {
    if (pupils.length >= PUPILS) break;
    if (seen.has(String(group))) continue;
    seen.add(String(group));
    const plan = PlanDocument.parse(await repeat(site, name));
    const { students } = GroupDocument.parse(await site.get('Student Group', String(group)));
    for (const { student } of students.filter(({ active }) => active === 1)) {
      if (pupils.length >= PUPILS) break;
      const level = await levelIn(site, student, String(course));
      if (level === null) continue;
      const details = plan.assessment_criteria.map((criterion) => ({
        assessment_criteria: criterion.assessment_criteria,
        score: Math.round((criterion.maximum_score * level.mean) / 50) / 2,
      }));
      const sentence = `Mean of ${level.tests + 1} tests`;
      pupils.push({ student, plan: plan.name, details, course: String(course), sentence });
    }
  }
  if (pupils.length < PUPILS)
    throw new Error(`only ${pupils.length} pupils to measure with; load a larger school`);
  return pupils;
}

/** Another test like `name`, on a day and hour where nothing else is. */
async function repeat(site: LiveSite, name: string): Promise<unknown> {
  const { student_group, course, grading_scale, maximum_assessment_score, assessment_criteria } =
    await site.get('Assessment Plan', name);
  const group = await site.insert('Assessment Group', {
    assessment_group_name: `Measured ${Date.now()}`,
    parent_assessment_group: 'All Assessment Groups',
    is_group: 0,
  });
  const criteria = z
    .array(z.object({ assessment_criteria: z.string(), maximum_score: z.number() }))
    .parse(assessment_criteria);
  return site.insert('Assessment Plan', {
    student_group,
    course,
    grading_scale,
    maximum_assessment_score,
    assessment_group: group.name,
    assessment_name: 'Measured',
    schedule_date: new Date().toISOString().slice(0, 10),
    ...slot(),
    assessment_criteria: criteria,
    docstatus: 1,
  });
}

/** Thirty seconds from now: two tests of one class must not overlap, also not those of an earlier run today. */
function slot(): { from_time: string; to_time: string } {
  return { from_time: timeOfDay(Date.now()), to_time: timeOfDay(Date.now() + 30_000) };
}

const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** Takes the measured tests away again. */
async function removeTests(site: LiveSite, plans: Set<string>): Promise<void> {
  for (const plan of plans) {
    const { assessment_group: group } = await site.get('Assessment Plan', plan);
    for (const { name } of await site.list('Assessment Result', {
      filters: [['assessment_plan', '=', plan]],
    }))
      await cancelAndRemove(site, 'Assessment Result', name);
    await cancelAndRemove(site, 'Assessment Plan', plan);
    await site.remove('Assessment Group', z.string().parse(group));
  }
}

async function cancelAndRemove(site: LiveSite, doctype: string, name: string): Promise<void> {
  await site.call('frappe.client.cancel', { doctype, name });
  await site.remove(doctype, name);
}

const Panel = z.object({ why: z.array(z.object({ title: z.string(), text: z.string() })) });

/** What the pupil's panel says about the level in a course; null where it says something else or too little. */
async function levelIn(
  site: LiveSite,
  student: string,
  course: string,
): Promise<{ tests: number; mean: number } | null> {
  const { why } = Panel.parse(await site.call('education_ai.api.panel.student', { name: student }));
  const row = why.find(({ title, text }) => title === course && text.startsWith('Mean of'));
  const found = /^Mean of (\d+) tests: (\d+)%/.exec(row?.text ?? '');
  return found === null ? null : { tests: Number(found[1]), mean: Number(found[2]) };
}

/** Within this an absence has usually reached its row, the second of waiting included. */
const USUAL_MS = 1500;

/**
 * The same for an absence: each pupil's latest day is cancelled first and then submitted anew as absent. The
 * second that attendance is meant to wait is taken off.
 */
export async function absenceLatency(site: LiveSite, settled: () => Promise<void>): Promise<Figure[]> {
  const days = await latestDays(site);
  for (const { name } of days)
    await site.call('frappe.client.cancel', { doctype: 'Student Attendance', name });
  await settled();
  const clock = await siteClock(site);
  const waits: number[] = [];
  const get: number[] = [];
  for (const { student, group, date } of days) {
    get.push(await timed(() => site.call('frappe.client.get', { doctype: 'Student', name: student })));
    const before = await attendanceWritten(site, clock, student);
    await site.insert('Student Attendance', {
      student,
      student_group: group,
      date,
      status: 'Absent',
      docstatus: 1,
    });
    const answered = Date.now();
    let after = before;
    // The row itself says when it was written: to ask sooner would only take the time of who writes it.
    await pause(USUAL_MS);
    await until(LIMIT_MS, 'the attendance insight has changed', async () => {
      after = await attendanceWritten(site, clock, student);
      return after !== before;
    });
    waits.push(after - answered - 1000);
  }
  const p95 = quantile(waits, 0.95);
  const plain = median(get);
  return [
    printed('median of a plain frappe.client.get of a Student', `${plain.toFixed(1)} ms`),
    atMost(`absence submitted → row on the site less 1 s, p95 of ${days.length}`, p95 / plain, 10, '× get'),
    printed('the same, p50 and p95', `${quantile(waits, 0.5)} and ${p95} ms`),
  ];
}

/** The latest attendance row of each of the pupils measured. */
async function latestDays(
  site: LiveSite,
): Promise<{ name: string; student: string; group: string; date: string }[]> {
  const rows = await site.list('Student Attendance', {
    fields: ['name', 'student', 'student_group', 'date'],
    filters: [
      ['docstatus', '=', 1],
      ['date', '<=', new Date().toISOString().slice(0, 10)],
    ],
    order_by: 'date desc, name asc',
    limit: PUPILS * 2,
  });
  const latest = new Map(
    rows.toReversed().map((row) => {
      const student = String(row['student']);
      return [
        student,
        { name: row.name, student, group: String(row['student_group']), date: String(row['date']) },
      ];
    }),
  );
  return [...latest.values()].slice(0, PUPILS);
}

const attendanceWritten = (site: LiveSite, clock: SiteClock, student: string): Promise<number> =>
  written(site, clock, [
    ['target_student', '=', student],
    ['kind', '=', 'attendance'],
  ]);
