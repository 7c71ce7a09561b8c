/**
 * What 300 attendance submits of one class within a minute cost the site and the sidecar: twelve lessons' registers
 * of 25 pupils, every five seconds one, each in one transaction as Education's own tool submits it. Counted is every
 * request and every analysis run until nothing is left to do, what comes by the clock included.
 *
 * Beside it, without a bar, the same number of submits each for itself, as an import would make them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { atLeast, atMost, printed, type Figure } from '../live/bench/figure.ts';
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
    const { pupils, group, lessons } = largestClass(site);
    const registers = await submit(site, sidecar, pupils.length, (n) => ({
      student: pupils[n % pupils.length] ?? '',
      group,
      lesson: lessons[Math.floor(n / pupils.length)] ?? '',
    }));
    const used = Math.ceil(SUBMITS / pupils.length);
    const single = await submit(site, sidecar, 1, (n) => ({
      student: pupils[n % pupils.length] ?? '',
      group,
      lesson: lessons[used + Math.floor(n / pupils.length)] ?? '',
    }));
    return [
      atLeast('submits of one class that the mirror took', registers.stored, SUBMITS, ''),
      atMost('requests to the site', registers.requests, MOST_REQUESTS, ''),
      atMost('analysis runs', registers.runs, MOST_RUNS, ''),
      printed('each submit for itself: requests, analysis runs', `${single.requests}, ${single.runs}`),
    ];
  });
}

interface Submit {
  student: string;
  group: string;
  lesson: string;
}

interface Cost {
  stored: number;
  requests: number;
  runs: number;
}

/** Spread evenly over the minute, `together` of them in each transaction. */
async function submit(
  site: Site,
  sidecar: Beside['sidecar'],
  together: number,
  nth: (n: number) => Submit,
): Promise<Cost> {
  const before = { stored: await counted(sidecar, STORED), runs: await counted(sidecar, RUNS) };
  let requests = 0;
  site.onCall = () => {
    requests += 1;
  };
  const began = performance.now();
  for (let n = 0; n < SUBMITS; n += together) {
    await pause(Math.max(0, began + (n / SUBMITS) * WITHIN_MS - performance.now()));
    const { wake } = site;
    site.wake = () => undefined;
    for (let row = n; row < Math.min(n + together, SUBMITS); row++) mark(site, nth(row));
    site.wake = wake;
    site.wake();
  }
  await until(LIMIT_MS, 'nothing is left to do', async () => {
    const waiting = await Promise.all(
      ['fetch', 'analyse', 'send'].map((stage) =>
        sidecar.metric(`education_ai_work_waiting{stage="${stage}"}`),
      ),
    );
    return (
      waiting.every((count) => count === 0) && (await counted(sidecar, STORED)) >= before.stored + SUBMITS
    );
  });
  return {
    stored: (await counted(sidecar, STORED)) - before.stored,
    requests,
    runs: (await counted(sidecar, RUNS)) - before.runs,
  };
}

/** A counter that has not begun to count stands at nothing. */
async function counted(sidecar: Beside['sidecar'], name: string): Promise<number> {
  const count = await sidecar.metric(name);
  return Number.isNaN(count) ? 0 : count;
}

function mark(site: Site, { student, group, lesson }: Submit): void {
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
