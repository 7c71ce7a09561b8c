/**
 * One history: a site on which people work, a sidecar that dies, a database and a network that fail, and time that
 * passes only when nothing is under way. Everything is drawn from one seed; `history` tells it line by line.
 */
import type { PGlite } from '@electric-sql/pglite';
import type { Clock as FakeClock } from '@sinonjs/fake-timers';
import { learn } from '../../sidecar/analysis/risk/learn.ts';
import { systemClock } from '../../sidecar/clock.ts';
import { parseConfig } from '../../sidecar/config.ts';
import { startEngine, type Engine } from '../../sidecar/engine.ts';
import { createSite } from '../../sidecar/erpnext/client.ts';
import { SOON_EVENT } from '../../sidecar/erpnext/contract.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import { Status } from '../../sidecar/status.ts';
import { countWork } from '../../sidecar/store/work.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { SEALING_KEY } from '../sidecar/databases.ts';
import { siteApi } from '../stand-in/http.ts';
import type { Site } from '../stand-in/site.ts';
import type { Chance } from './chance.ts';
import { openFaulty, type Cut, type Life } from './database.ts';
import { faultyNetwork } from './network.ts';
import type { Scene } from './people.ts';

export interface Weather {
  /** Probabilities, each of a statement or a request. */
  crash: number;
  cut: number;
  fault: number;
  /** What becomes of a wake-up. */
  socket: 'works' | 'silent' | 'late' | 'doubled';
}

export const CALM: Weather = { crash: 0, cut: 0, fault: 0, socket: 'works' };

/** From the commit to the socket's message: the answer to the save is out before. */
const WAKE_MS = 3;
const LATEST_WAKE_MS = 30_000;
const RESTART_MS = 20_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, hash: () => '' };

interface Process {
  life: Life;
  end: AbortController;
  engine: Engine | null;
  store: Store | null;
}

export class World implements Scene {
  readonly history: string[] = [];
  readonly site: Site;
  readonly latestCommitMs = 40_000;
  /** By so much, in all, the clock was set back: work that was due by the old time is held back as long. */
  setBackMs = 0;
  weather: Weather;
  readonly #pglite: PGlite;
  readonly #clock: FakeClock;
  readonly #chance: Chance;
  readonly #began: number;
  #process: Process | null = null;
  #underWay = 0;

  constructor(parts: { site: Site; pglite: PGlite; clock: FakeClock; chance: Chance; weather: Weather }) {
    this.site = parts.site;
    this.#pglite = parts.pglite;
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.weather = parts.weather;
    this.#began = Date.now();
    this.site.wake = (event) => this.#wake(event === SOON_EVENT);
  }

  tell(what: string): void {
    const at = ((Date.now() - this.#began) / 1000).toFixed(1).padStart(8);
    this.history.push(`${at} s  ${what}`);
  }

  /** Starts a sidecar and keeps one alive from then on, as a supervisor would. */
  start(): void {
    const end = new AbortController();
    const process: Process = { life: this.#life(end), end, engine: null, store: null };
    this.#process = process;
    this.tell('sidecar starts');
    end.signal.addEventListener('abort', () => {
      this.tell('sidecar dies');
      setTimeout(() => this.start(), this.#chance.between(0, RESTART_MS));
    });
    void this.#run(process);
  }

  /** The end of the history: nobody starts it again. */
  stop(): void {
    this.#process = null;
  }

  /** Lets this much time pass, timer by timer, and each only when nothing is under way. */
  async pass(ms: number): Promise<void> {
    const over = new AbortController();
    setTimeout(() => over.abort(), ms);
    while (!over.signal.aborted) {
      await this.#quiet();
      this.#clock.next();
    }
    await this.#quiet();
  }

  /** Whoever starts next finds what `empty` leaves. */
  async loseDatabase(empty: () => Promise<void>): Promise<void> {
    this.tell('the database is lost');
    this.#process?.end.abort();
    await empty();
  }

  jump(ms: number): void {
    this.tell(`the clock jumps by ${Math.round(ms / 1000)} s`);
    this.#clock.setSystemTime(Date.now() + ms);
    this.setBackMs += Math.max(0, -ms);
  }

  /** Whether everything that was told has been dealt with; what waits for a day to come is not counted. */
  async idle(): Promise<boolean> {
    const store = this.#process?.store;
    if (!store || this.site.outbox.pending() > 0) return false;
    const state = await store.db.selectFrom('state').select('loaded').executeTakeFirstOrThrow();
    const { waiting, dead } = await countWork(store.db, Date.now());
    return state.loaded && dead === 0 && Object.values(waiting).every((count) => count === 0);
  }

  async #run(process: Process): Promise<void> {
    const { life } = process;
    const config = parseConfig({
      FRAPPE_URL: 'http://school.test',
      FRAPPE_SITE: 'school.test',
      FRAPPE_SOCKET_URL: 'http://school.test',
      FRAPPE_API_KEY: this.site.keys.sidecar.split(':')[0],
      FRAPPE_API_SECRET: this.site.keys.sidecar.split(':')[1],
      SEALING_KEY: SEALING_KEY.toString('base64'),
    });
    const metrics = createMetrics();
    const api = siteApi(this.site, new Map());
    const network = faultyNetwork(api, life, this.#chance, this.weather, (what) => this.tell(what));
    try {
      process.store = await openFaulty(this.#pglite, life);
    } catch {
      // It ends and is started again, as after any fault of its database at start.
      process.end.abort();
      return;
    }
    process.engine = startEngine({
      site: createSite(config, systemClock, metrics, network),
      store: process.store,
      clock: systemClock,
      log: SILENT,
      metrics,
      status: new Status(),
      // In a thread the clock of this world would not wait for it.
      learner: (cases, groupOf) => Promise.resolve(learn(cases, groupOf)),
      version: '0',
      takeOver: false,
      entering: () => undefined,
      signal: new AbortController().signal,
    });
    // The socket connects, and on every connect something may have been missed.
    if (this.weather.socket !== 'silent') process.engine.pullNow();
  }

  #life(end: AbortController): Life {
    return {
      signal: end.signal,
      statement: () => this.#statement(end),
      under: async (work) => {
        this.#underWay += 1;
        try {
          return await work;
        } finally {
          this.#underWay -= 1;
        }
      },
    };
  }

  #statement(end: AbortController): Cut {
    const cut = (): Cut => (this.#chance.happens(0.5) ? 'before' : 'after');
    if (this.#chance.happens(this.weather.crash)) {
      const when = cut();
      end.abort();
      return when;
    }
    if (!this.#chance.happens(this.weather.cut)) return null;
    const when = cut();
    this.tell(`the database is cut off ${when} a statement`);
    return when;
  }

  #wake(mayWait: boolean): void {
    const { socket } = this.weather;
    if (socket === 'silent') return;
    const ring = () => {
      const engine = this.#process?.engine;
      if (mayWait) engine?.pullSoon();
      else engine?.pullNow();
    };
    setTimeout(ring, socket === 'late' ? this.#chance.between(WAKE_MS, LATEST_WAKE_MS) : WAKE_MS);
    if (socket === 'doubled') setTimeout(ring, 2 * WAKE_MS);
  }

  /** An answer may lead to the next question without a timer: only a second turn without any is quiet. */
  async #quiet(): Promise<void> {
    for (let idleTurns = 0; idleTurns < 2;) {
      await new Promise((resolve) => setImmediate(resolve));
      idleTurns = this.#underWay === 0 ? idleTurns + 1 : 0;
    }
  }
}
