/** The stand-in with a made-up school and a real sidecar process beside it, for as long as something is measured. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../live/sidecar.ts';
import { generateSchool } from '../stand-in/school/generate.ts';
import { startSidecar, type SidecarProcess } from '../stand-in/sidecar-process.ts';
import { startStandIn, type StandIn } from '../stand-in/stand-in.ts';

export interface Beside {
  standIn: StandIn;
  sidecar: SidecarProcess;
  /** Where the embedded database lies, if that is used. */
  folder: string;
}

/** `measure` begins when everything is loaded, analysed and written back. */
export async function beside<T>(
  students: number,
  environment: Record<string, string>,
  measure: (beside: Beside) => Promise<T>,
): Promise<T> {
  const today = new Date().toISOString().slice(0, 10);
  const standIn = await startStandIn({ school: generateSchool({ students, seed: 7, today }) });
  const folder = await mkdtemp(join(tmpdir(), 'education-ai-bench-'));
  const sidecar = await startSidecar({ ...standIn.environment, ...environment }, folder);
  try {
    await until(300_000, 'the sidecar is ready', async () => (await sidecar.health())?.ready === true);
    await settled(sidecar, 300_000);
    return await measure({ standIn, sidecar, folder });
  } finally {
    await sidecar.stop();
    await standIn.close();
    await rm(folder, { recursive: true });
  }
}

/** Work passes from stage to stage, so that one quiet look could fall between two of them. */
export async function settled(sidecar: SidecarProcess, limitMs: number): Promise<void> {
  let quiet = 0;
  await until(limitMs, 'the sidecar has nothing left to do', async () => {
    quiet = (await sidecar.isIdle()) ? quiet + 1 : 0;
    return quiet >= 3;
  });
}
