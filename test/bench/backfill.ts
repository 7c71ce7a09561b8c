/**
 * A first load of schools of 1,000, 3,000 and 10,000 pupils on PostgreSQL without a limit on requests: how many
 * documents a second until the mirror is loaded, whether that falls with size, and what the sidecar's process takes
 * of memory, also while everything is analysed and written back afterwards.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { atLeast, atMost, printed, type Figure } from '../live/bench/figure.ts';
import { until } from '../live/sidecar.ts';
import { requirePostgres } from '../sidecar/databases.ts';
import { startSidecar, type SidecarProcess } from '../stand-in/sidecar-process.ts';
import { settled } from './beside.ts';

const SIZES = [1_000, 3_000, 10_000] as const;
const LEAST_OF_SMALLEST = 0.8;
const MOST_MB = 512;
const LIMIT_MS = 1_800_000;
const LOADED = 'education_ai_documents_total{outcome="loaded"}';

interface Load {
  students: number;
  documents: number;
  loadedS: number;
  analysedS: number;
  /** MB, when loaded and at the end. */
  peaks: [number, number];
}

export async function backfill(): Promise<Figure[]> {
  const loads: Load[] = [];
  for (const students of SIZES) loads.push(await loaded(students));
  const [smallest, largest] = [loads[0], loads.at(-1)];
  if (smallest === undefined || largest === undefined) throw new Error('nothing was loaded');
  return [
    ...loads.flatMap(figures),
    atLeast(
      'documents a second at 10,000 of those at 1,000',
      percent(largest, smallest),
      LEAST_OF_SMALLEST * 100,
      '%',
    ),
  ];
}

const rate = ({ documents, loadedS }: Load): number => documents / loadedS;
const percent = (a: Load, b: Load): number => (100 * rate(a)) / rate(b);

function figures(load: Load): Figure[] {
  const about = `${load.students} students`;
  return [
    printed(`${about}: documents`, String(load.documents)),
    printed(`${about}: mirror loaded after`, `${load.loadedS.toFixed(1)} s`),
    printed(`${about}: documents a second`, `${rate(load).toFixed(0)} /s`),
    printed(`${about}: analysed and written back after`, `${load.analysedS.toFixed(1)} s`),
    printed(`${about}: most memory until loaded`, `${load.peaks[0].toFixed(0)} MB`),
    atMost(`${about}: most memory of the sidecar`, load.peaks[1], MOST_MB, 'MB'),
  ];
}

async function loaded(students: number): Promise<Load> {
  const site = fork(join(import.meta.dirname, 'large-site.ts'), [String(students)]);
  const server = requirePostgres();
  const folder = await mkdtemp(join(tmpdir(), 'education-ai-bench-'));
  let sidecar: SidecarProcess | null = null;
  try {
    const [environment] = await once(site, 'message');
    const told = z.record(z.string(), z.string()).parse(environment);
    sidecar = await startSidecar({ ...told, DATABASE_URL: server.url }, folder);
    return { students, ...(await measure(sidecar)) };
  } finally {
    await sidecar?.stop();
    site.disconnect();
    server.stop();
    await rm(folder, { recursive: true });
  }
}

async function measure(sidecar: SidecarProcess): Promise<Omit<Load, 'students'>> {
  // from when it answers: starting the process is no part of what grows
  await until(LIMIT_MS, 'the sidecar answers', async () => (await sidecar.health()) !== null);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  await until(LIMIT_MS, 'the mirror is loaded', async () => (await sidecar.health())?.ready === true);
  const loadedS = seconds();
  const documents = await sidecar.metric(LOADED);
  const loadedPeak = sidecar.memory().peak;
  await settled(sidecar, LIMIT_MS);
  return { documents, loadedS, analysedS: seconds(), peaks: [loadedPeak, sidecar.memory().peak] };
}
