/** A real sidecar beside the stand-in, as a process of its own, with the embedded database in a given folder. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const MAIN = join(import.meta.dirname, '..', '..', 'sidecar', 'main.ts');
const HOST = '127.0.0.1';

const Health = z.object({
  ready: z.boolean(),
  load: z.object({ rows: z.number(), total: z.number() }).nullable(),
});

export interface SidecarProcess {
  address: string;
  /** null while it does not listen yet. */
  health(): Promise<z.output<typeof Health> | null>;
  /** Nothing is due by its own count; what waits for another day is not. */
  isIdle(): Promise<boolean>;
  /** Processor time since it started. */
  cpuSeconds(): Promise<number>;
  running(): boolean;
  /** null while it runs, and where a signal ended it. */
  exitCode(): number | null;
  signal(which: NodeJS.Signals): void;
  /** As `readMetric`. */
  metric(name: string): Promise<number>;
  memory(): Memory;
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** `environment`: what `connect` writes into the sidecar's file; the sealing key may be left out. */
export async function startSidecar(
  environment: Record<string, string>,
  folder: string,
  wanted = 0,
): Promise<SidecarProcess> {
  const port = await freePort(wanted);
  const address = `http://${HOST}:${port}`;
  const started = spawn(process.execPath, [MAIN], {
    // its log is not for the reader of a demo; why it cannot start is
    stdio: ['ignore', 'ignore', 'inherit'],
    // a group of its own: Ctrl-C reaches the demo alone, which ends the sidecar in its turn
    detached: true,
    env: {
      ...process.env,
      SEALING_KEY: randomBytes(32).toString('base64'),
      ...environment,
      DATA_DIR: folder,
      HOST,
      PORT: String(port),
    },
  });
  const ended = once(started, 'exit');
  const killAtExit = (): void => void started.kill('SIGKILL');
  process.once('exit', killAtExit);
  void ended.then(() => process.off('exit', killAtExit));
  const metric = (name: string): Promise<number> => readMetric(address, name);
  return {
    address,
    ended,
    async health() {
      try {
        return Health.parse(await (await fetch(`${address}/health`)).json());
      } catch {
        return null;
      }
    },
    async isIdle() {
      const waiting = await metric('education_ai_work_waiting{stage="send"}');
      return waiting === 0 && (await metric('education_ai_lag_seconds')) === 0;
    },
    cpuSeconds: () => metric('process_cpu_seconds_total'),
    metric,
    memory: () => memoryOf(started.pid),
    running: () => started.exitCode === null && started.signalCode === null,
    exitCode: () => started.exitCode,
    signal: (which) => void started.kill(which),
    async stop() {
      started.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * The sum of a metric over all its labels, or of one series with its labels as Prometheus writes them; 0 where it
 * was never counted. Throws while the sidecar does not answer.
 */
export async function readMetric(address: string, name: string): Promise<number> {
  // on a connection of its own: a kept one may be closed by the other side just now
  const answer = await fetch(`${address}/metrics`, { headers: { connection: 'close' } });
  if (!answer.ok) throw new Error(`${address}/metrics answers ${answer.status}`);
  const series = (await answer.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

export interface Memory {
  now: number;
  peak: number;
}

/** Resident memory of a process in MB, and the most there was. */
export function memoryOf(pid: number | undefined): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (key: string): number => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** The wanted port, or any other where that one is taken. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, HOST);
  try {
    await once(server, 'listening');
  } catch {
    return freePort(0);
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return address.port;
}
