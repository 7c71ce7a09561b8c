/**
 * How fast a real sidecar process takes what waits in the site's outbox: 10,000 attendance rows of 300 pupils that
 * changed, from the wake-up until the mirror holds them all. Part of it is the second that attendance waits on
 * purpose, the stand-in's answers, and the analyses that begin meanwhile.
 */
import { METHODS } from '../../sidecar/erpnext/contract.ts';
import { openStore } from '../../sidecar/store/open.ts';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { mirrorShape } from '../../sidecar/store/mirror/shape.ts';
import { atLeast, atMost, printed, type Figure } from '../live/bench/figure.ts';
import { until } from '../live/sidecar.ts';
import { SEALING_KEY, requirePostgres } from '../sidecar/databases.ts';
import { find, rowSum } from '../stand-in/contract/rows.ts';
import type { Site } from '../stand-in/site.ts';
import { beside, type Beside } from './beside.ts';

const STUDENTS = 300;
const EVENTS = 10_000;
const ATTENDANCE = 'Student Attendance';
const LEAST_A_SECOND = { server: 5_000, embedded: 2_000 };
const LIMIT_MS = 120_000;
const STORED = 'education_ai_documents_total{outcome="stored"}';

export async function drain(): Promise<Figure[]> {
  const server = requirePostgres();
  try {
    return [
      ...(await drained('PostgreSQL', server.url, LEAST_A_SECOND.server)),
      ...(await drained('PGlite', null, LEAST_A_SECOND.embedded)),
    ];
  } finally {
    server.stop();
  }
}

async function drained(title: string, databaseUrl: string | null, least: number): Promise<Figure[]> {
  const environment = {
    SEALING_KEY: SEALING_KEY.toString('base64'),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
  };
  return beside(STUDENTS, environment, async ({ standIn, sidecar, folder }) => {
    const { changed, pupils } = change(standIn.site);
    const seconds = await timeToStore(standIn.site, sidecar);
    await sidecar.stop();
    const held = await holds({ databaseUrl, dataDir: folder }, changed);
    return [
      printed(`${title}: events, rows, pupils`, `${EVENTS}, ${changed.size}, ${pupils}`),
      atLeast(`${title}: events a second`, EVENTS / seconds, least, '/s'),
      printed(`${title}: from the wake-up to the last row stored`, `${seconds.toFixed(2)} s`),
      atMost(`${title}: rows that the mirror has not as the site has them`, changed.size - held, 0, ''),
    ];
  });
}

/** Rows spread evenly over the school; their sums on the site by name. The sidecar does not hear of it yet. */
function change(site: Site): { changed: Map<string, number>; pupils: number } {
  const all = site.records.all(ATTENDANCE);
  const rows = Array.from({ length: EVENTS }, (_, n) => all[Math.floor((n * all.length) / EVENTS)]);
  const { wake } = site;
  site.wake = () => undefined;
  const changed = new Map<string, number>();
  const pupils = new Set<unknown>();
  for (const row of rows) {
    if (row === undefined) throw new Error(`fewer than ${EVENTS} attendance rows`);
    const status = row.values['status'] === 'Absent' ? 'Present' : 'Absent';
    const stored = site.records.change(row, { status });
    changed.set(stored.name, rowSum(find(ATTENDANCE), stored, new Set()));
    pupils.add(row.values['student']);
  }
  site.wake = wake;
  return { changed, pupils: pupils.size };
}

async function timeToStore(site: Site, sidecar: Beside['sidecar']): Promise<number> {
  const before = await sidecar.metric(STORED);
  let asked = 0;
  site.onCall = ({ method, asked: request }) => {
    if (method === 'snapshot') asked += METHODS.snapshot.request.parse(request).names?.length ?? 0;
  };
  const began = performance.now();
  site.wake();
  // counting costs the sidecar some work: only once it has asked for every row
  await until(LIMIT_MS, 'every row was asked for', () => Promise.resolve(asked >= EVENTS));
  const wanted = before + EVENTS;
  await until(LIMIT_MS, 'every row is stored', async () => (await sidecar.metric(STORED)) >= wanted);
  return (performance.now() - began) / 1000;
}

/** How many of these rows the sidecar's database has with the site's own sum. */
async function holds(
  place: { databaseUrl: string | null; dataDir: string },
  wanted: ReadonlyMap<string, number>,
): Promise<number> {
  const shape = mirrorShape(ATTENDANCE);
  if (shape === undefined) throw new Error('attendance is not watched');
  const store = await openStore({ ...place, sealingKey: SEALING_KEY });
  try {
    const mirrored = await readDocuments(store.db, shape, [...wanted.keys()]);
    return [...wanted].filter(([name, sum]) => mirrored.get(name)?.rowSum === sum).length;
  } finally {
    await store.close();
  }
}
