/**
 * One history outside the test's own process: a stand-in site behind a TCP proxy, a database, and real sidecar
 * processes that somebody starts again whenever they end, as a supervisor would.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openStore, type Store } from '../../sidecar/store/open.ts';
import { until } from '../live/sidecar.ts';
import { SEALING_KEY, startPostgres, type PostgresServer } from '../sidecar/databases.ts';
import { SiteClock } from '../stand-in/clock.ts';
import { schoolCalendar } from '../stand-in/school/calendar.ts';
import { startSidecar, type SidecarProcess } from '../stand-in/sidecar-process.ts';
import type { Site } from '../stand-in/site.ts';
import { startStandIn, type StandIn } from '../stand-in/stand-in.ts';
import type { Scene } from './people.ts';
import { Proxy } from './proxy.ts';
import { TODAY, school } from './school.ts';

const CLOCK = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href;
const CALL_EVERY_MS = 100;
const SETTLE_MS = 240_000;
/** `sidecar/main.ts` ends with it where only a person can help. */
const BAD_CONFIGURATION = 78;
/** So many looks in a row, 50 ms apart: work passes from stage to stage. */
const QUIET_LOOKS = 20;

export class RealWorld implements Scene {
  readonly history: string[] = [];
  /** What no sidecar may do, whatever happens to it. */
  readonly broken: string[] = [];
  readonly latestCommitMs = 3_000;
  readonly proxy: Proxy;
  readonly postgres: PostgresServer | null;
  readonly #standIn: StandIn;
  readonly #folder = mkdtempSync(join(tmpdir(), 'education-ai-faults-'));
  readonly #environment: Record<string, string>;
  readonly #processes: SidecarProcess[] = [];
  readonly #count: number;
  readonly #began = Date.now();
  #supervised = true;

  private constructor(parts: { standIn: StandIn; proxy: Proxy; shiftMs: number; shared: boolean }) {
    this.#standIn = parts.standIn;
    this.proxy = parts.proxy;
    this.postgres = parts.shared ? startPostgres() : null;
    this.#count = parts.shared ? 3 : 1;
    this.#environment = {
      ...parts.standIn.environment,
      FRAPPE_URL: parts.proxy.url,
      FRAPPE_SOCKET_URL: parts.proxy.url,
      SEALING_KEY: SEALING_KEY.toString('base64'),
      NODE_OPTIONS: `--import ${CLOCK}`,
      SHIFT_MS: String(parts.shiftMs),
      ...(this.postgres === null ? {} : { DATABASE_URL: this.postgres.url }),
    };
  }

  /** `shared`: three processes on one PostgreSQL, else one with the embedded database. */
  static async begin({ shared }: { shared: boolean }): Promise<RealWorld> {
    const shiftMs = Date.parse(`${TODAY}T08:00:00Z`) - Date.now();
    const clock = new SiteClock('UTC', () => new Date(Date.now() + shiftMs));
    const calendar = schoolCalendar(TODAY);
    const standIn = await startStandIn({
      school: { calendar, documents: school(), known: [], logins: [] },
      clock,
    });
    standIn.site.settings = { ...standIn.site.settings, minimum_group_size: 2 };
    const proxy = await Proxy.start(standIn.url);
    const world = new RealWorld({ standIn, proxy, shiftMs, shared });
    for (let at = 0; at < world.#count; at += 1) void world.#keepAlive(at);
    return world;
  }

  get site(): Site {
    return this.#standIn.site;
  }

  get processes(): SidecarProcess[] {
    return this.#processes.filter((process) => process.running());
  }

  tell(what: string): void {
    const at = ((Date.now() - this.#began) / 1000).toFixed(1).padStart(6);
    this.history.push(`${at} s  ${what}`);
  }

  /** Those that ask the site within this time, in which all are called again and again. */
  async askers(ms: number, among = this.processes): Promise<SidecarProcess[]> {
    const before = await Promise.all(among.map(pulls));
    for (const end = Date.now() + ms; Date.now() < end; await pause(CALL_EVERY_MS)) this.site.wake();
    const after = await Promise.all(among.map(pulls));
    return among.filter((_process, at) => (after[at] ?? 0) > (before[at] ?? 0));
  }

  /** Until everything that was told has been dealt with. */
  async settle(): Promise<string[]> {
    let quiet = 0;
    try {
      await until(SETTLE_MS, 'the sidecar has nothing left to do', async () => {
        quiet = (await this.#idle()) ? quiet + 1 : 0;
        return quiet >= QUIET_LOOKS;
      });
      return [];
    } catch (error) {
      return [String(error)];
    }
  }

  /** Stops every process and hands over what they leave; nobody starts them again. */
  async stop(): Promise<Store> {
    this.#supervised = false;
    await Promise.all(this.processes.map((process) => process.stop()));
    const databaseUrl = this.postgres?.url ?? null;
    return openStore({ databaseUrl, dataDir: this.#folder, sealingKey: SEALING_KEY });
  }

  async end(): Promise<void> {
    this.#supervised = false;
    for (const process of this.processes) process.signal('SIGKILL');
    await this.proxy.close();
    await this.#standIn.close();
    this.postgres?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #keepAlive(at: number): Promise<void> {
    while (this.#supervised) {
      const process = await startSidecar(this.#environment, this.#folder);
      this.#processes[at] = process;
      this.tell(`sidecar ${at + 1} starts`);
      const worked = await hasWorked(process);
      const code = process.exitCode();
      if (this.#supervised) this.tell(`sidecar ${at + 1} is gone`);
      if (this.#supervised && code !== null && worked)
        this.broken.push(`sidecar ${at + 1} ended by itself with ${code} while it worked`);
      if (code === BAD_CONFIGURATION)
        this.broken.push(`sidecar ${at + 1} asked not to be started again, and nothing was wrong with it`);
    }
  }

  async #idle(): Promise<boolean> {
    const { processes, site } = this;
    if (processes.length < this.#count || site.outbox.pending() > 0) return false;
    const healths = await Promise.all(processes.map((process) => process.health()));
    if (healths.some((health) => health === null || health.load !== null)) return false;
    // They count in the same database.
    const counted = await Promise.all(
      processes
        .slice(0, 1)
        .flatMap((one) => [
          ...WAITED_FOR.map((stage) => metricOf(one, `education_ai_work_waiting{stage="${stage}"}`)),
          metricOf(one, 'education_ai_work_dead'),
        ]),
    );
    return counted.every((count) => count === 0);
  }
}

/**
 * Not learning: where its process was killed it is begun again minutes later, and no school here has a finished term
 * to learn from.
 */
const WAITED_FOR = ['relink', 'fetch', 'fetch_of', 'recheck', 'analyse', 'send'];

/** Resolves when it has ended: whether it answered before. At its start it may find its database away, and end. */
async function hasWorked(process: SidecarProcess): Promise<boolean> {
  let worked = false;
  while (!worked && process.running()) {
    worked = (await process.health()) !== null;
    await pause(CALL_EVERY_MS);
  }
  await process.ended;
  return worked;
}

function pulls(process: SidecarProcess): Promise<number | null> {
  return metricOf(process, 'education_ai_site_request_seconds_count{method="pull"}');
}

/** null where it is dead, is starting or has lost its database. */
function metricOf(process: SidecarProcess, name: string): Promise<number | null> {
  return process.metric(name).catch(() => null);
}
