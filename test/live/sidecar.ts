/** A sidecar of the test's own, as a real process against the real site: started, watched, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { readConfig } from '../../sidecar/config.ts';
import { openStore, type Store } from '../../sidecar/store/open.ts';
import { memoryOf, readMetric, type Memory } from '../stand-in/sidecar-process.ts';
import type { LiveBench } from './site.ts';

const Health = z.object({
  ready: z.boolean(),
  why: z.array(z.object({ code: z.string(), message: z.string() })),
  load: z.object({ rows: z.int(), total: z.int() }).nullable(),
  hears: z.object({ socket: z.boolean(), webhook: z.string().nullable() }),
});
type Health = z.output<typeof Health>;

/** Writes the file a sidecar starts from; whoever was connected before loses its key. */
export async function connect(bench: LiveBench, envFile: string, ...more: string[]): Promise<void> {
  await bench.onSite('education-ai', 'connect', '--out', envFile, ...more);
}

export interface SidecarOptions {
  envFile: string;
  dataDir: string;
  port: number;
  /** `stage:n`: the process kills itself on entering the stage for the nth time. */
  killAt?: string;
  /** What the environment is to say instead of the file. */
  environment?: Record<string, string>;
}

/** With the sidecar at rest, what its database holds can be read and changed. */
export async function inDatabase<T>(
  sidecar: Sidecar,
  { envFile, dataDir }: SidecarOptions,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  await sidecar.stop();
  const { sealingKey } = readConfig(envFile, {});
  const store = await openStore({ databaseUrl: null, dataDir, sealingKey });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

export class Sidecar {
  readonly process: ChildProcess;
  readonly address: string;
  #output = '';

  private constructor(options: SidecarOptions) {
    this.address = `http://127.0.0.1:${options.port}`;
    this.process = spawn(process.execPath, ['sidecar/main.ts', '--env', options.envFile, '--take-over'], {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        DATA_DIR: options.dataDir,
        PORT: String(options.port),
        // What is measured is the sidecar and the site, not the pause between two requests.
        REQUESTS_PER_MINUTE: '0',
        KILL_AT: options.killAt ?? '',
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-20_000);
      });
  }

  static start(options: SidecarOptions): Sidecar {
    return new Sidecar(options);
  }

  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async health(): Promise<Health | null> {
    try {
      return Health.parse(await (await fetch(`${this.address}/health`)).json());
    } catch {
      return null;
    }
  }

  /** Waits until the first load is done and every change has been taken up. */
  async ready(limitMs: number, onProgress?: (health: Health) => void): Promise<void> {
    await until(limitMs, 'the sidecar is ready', async () => {
      if (!this.running) throw new Error(`the sidecar ended:\n${this.#output}`);
      const health = await this.health();
      if (health !== null) onProgress?.(health);
      return health?.ready === true;
    });
  }

  /** Waits until nothing is due or waiting any more in any stage. */
  async idle(limitMs: number): Promise<void> {
    let quiet = 0;
    await until(limitMs, 'the sidecar has nothing left to do', async () => {
      quiet = (await this.waiting()) === 0 ? quiet + 1 : 0;
      return quiet >= 3;
    });
  }

  async waiting(): Promise<number> {
    return this.metric('education_ai_work_waiting');
  }

  /** As `readMetric`. */
  metric(name: string): Promise<number> {
    return readMetric(this.address, name);
  }

  memory(): Memory {
    return memoryOf(this.process.pid);
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }
}

/** Asks every 50 ms until it holds; a state outside this process has no other way to tell. */
export async function until(limitMs: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${limitMs / 1000} s and still not: ${what}`);
    await pause(50);
  }
}
