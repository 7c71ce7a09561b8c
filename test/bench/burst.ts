/**
 * What 300 attendance submits of one class, spread over a minute and each in a transaction of its own, cost the site
 * and the sidecar: every request and every analysis run until nothing is left to do, what comes by the clock included.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { atLeast, atMost, type Figure } from '../live/bench/figure.ts';
import { until } from '../live/sidecar.ts';
import { document } from '../stand-in/school/document.ts';
import type { Site } from '../stand-in/site.ts';
import { beside, type Beside } from './beside.ts';

const STUDENTS = 100;
const SUBMITS = 300;
const WITHIN_MS = 60_000;
const MOST_REQUESTS = 60;
const MOST_RUNS = 40;
const LIMIT_MS = 120_000;
const RUNS = 'education_ai_batch_seconds_count{stage="analysis"}';
const STORED = 'education_ai_documents_total{outcome="stored"}';

export function burst(): Promise<Figure[]> {
  return beside(STUDENTS, {}, async ({ standIn: { site }, sidecar }) => {
    const { stored, requests, runs } = await submit(site, sidecar);
    return [
      atLeast('submits of one class that the mirror took', stored, SUBMITS, ''),
      atMost('requests to the site', requests, MOST_REQUESTS, ''),
      atMost('analysis runs', runs, MOST_RUNS, ''),
    ];
  });
}

/** Spread evenly over the minute, each a transaction of its own with its own wake-up. */
async function submit(site: Site, sidecar: Beside['sidecar']) {
  const { pupils, group, lessons } = largestClass(site);
  const before = { stored: await sidecar.metric(STORED), runs: await sidecar.metric(RUNS) };
  let requests = 0;
  site.onCall = () => {
    requests += 1;
  };
  const began = performance.now();
  for (let n = 0; n < SUBMITS; n++) {
    await pause(Math.max(0, began + (n / SUBMITS) * WITHIN_MS - performance.now()));
    const lesson = lessons[Math.floor(n / pupils.length)] ?? '';
    mark(site, { student: pupils[n % pupils.length] ?? '', group, lesson });
  }
  await until(LIMIT_MS, 'nothing is left to do', async () => {
    const waiting = await Promise.all(
      ['fetch', 'analyse', 'send'].map((stage) =>
        sidecar.metric(`education_ai_work_waiting{stage="${stage}"}`),
      ),
    );
    return waiting.every((count) => count === 0) && (await sidecar.metric(STORED)) >= before.stored + SUBMITS;
  });
  return {
    stored: (await sidecar.metric(STORED)) - before.stored,
    requests,
    runs: (await sidecar.metric(RUNS)) - before.runs,
  };
}

function mark(
  site: Site,
  { student, group, lesson }: { student: string; group: string; lesson: string },
): void {
  const date = site.records.get('Course Schedule', lesson)?.values['schedule_date'];
  if (date === undefined) throw new Error('the class has too few lessons');
  site.records.save(
    document(
      'Student Attendance',
      site.records.nextName('Student Attendance', 'EDU-ATT-BURST-'),
      {
        student,
        student_group: group,
        course_schedule: lesson,
        date,
        status: 'Present',
        leave_application: null,
      },
      { docstatus: 1 },
    ),
  );
}

/** The class with the most pupils among those that have lessons. */
function largestClass(site: Site): { pupils: string[]; group: string; lessons: string[] } {
  const lessons = Map.groupBy(site.records.all('Course Schedule'), ({ values }) =>
    String(values['student_group']),
  );
  const classes = site.records
    .all('Student Group')
    .filter(({ name }) => lessons.has(name))
    .toSorted((a, b) => (b.children['students']?.length ?? 0) - (a.children['students']?.length ?? 0));
  const [largest] = classes;
  if (largest === undefined) throw new Error('no class has lessons');
  return {
    pupils: (largest.children['students'] ?? []).map((row) => String(row['student'])),
    group: largest.name,
    lessons: (lessons.get(largest.name) ?? []).map(({ name }) => name),
  };
}
