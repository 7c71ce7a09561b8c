/**
 * What a bench runs beside its web server, disturbed: socketio and the workers are killed, for whoever supervises the
 * bench to start them again; redis loses its clients, all at once, as when it is restarted.
 *
 * Found by the bench's folder, so that no other bench of the machine is touched. Only where `BENCH_SUPERVISED=1` says
 * that somebody starts them again: a bench that nobody does this for would stay without.
 */
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { until } from './sidecar.ts';

export const MISSING_SUPERVISOR =
  'socketio and the workers are left alone: set BENCH_SUPERVISED=1 where somebody starts them again';

/** What its command line says; `bench start`, supervisor and systemd all end in these. */
const SERVICES = { socketio: /socketio\.js/, worker: /\bworker\b/ } as const;
export type Service = keyof typeof SERVICES;

const STARTED_WITHIN_MS = 60_000;

const Configuration = z.object({ redis_cache: z.url(), redis_queue: z.url() });

export class BenchServices {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = realpathSync(folder);
  }

  static areSupervised(): boolean {
    return process.env['BENCH_SUPERVISED'] === '1';
  }

  /** Kills the processes of this service and waits until others are there. */
  async restart(service: Service): Promise<void> {
    const before = this.#find(service);
    if (before.length === 0) throw new Error(`no ${service} of this bench is running`);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await until(STARTED_WITHIN_MS, `somebody started ${service} again`, () =>
      Promise.resolve(this.#find(service).some((pid) => !before.includes(pid))),
    );
  }

  /** Those that only listen, too: what is published meanwhile reaches nobody. */
  async cutRedis(which: keyof z.output<typeof Configuration>): Promise<void> {
    const file = join(this.#folder, 'sites', 'common_site_config.json');
    const { hostname, port } = new URL(Configuration.parse(JSON.parse(readFileSync(file, 'utf8')))[which]);
    const redis = connect(Number(port), hostname);
    redis.end('CLIENT KILL TYPE pubsub\r\nCLIENT KILL TYPE normal\r\nQUIT\r\n');
    redis.resume();
    await once(redis, 'close');
  }

  #find(service: Service): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => this.#isOurs(pid, SERVICES[service]))
      .map(Number);
  }

  /** A process may end between two looks at it. */
  #isOurs(pid: string, command: RegExp): boolean {
    try {
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const program = words.split(' ')[0] ?? '';
      return (
        cwd.startsWith(this.#folder) && command.test(words) && /(^|\/)(node|python[\d.]*)$/.test(program)
      );
    } catch {
      return false;
    }
  }
}
