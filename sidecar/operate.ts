/**
 * Where the command line's wishes go: to the running sidecar that holds the database, or, where none does, to a
 * sidecar of its own that lives as long as the command.
 */
import { hc } from 'hono/client';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { deskOf, write, type Written } from './by-hand.ts';
import { controlKey, outcome, place, tryAgain, type Order, type Outcome, type Progress } from './control.ts';
import type { Entry } from './erpnext/entries.ts';
import { courseSchedule, studentBatch, STUDENTS_AT_ONCE } from './erpnext/operations.ts';
import type { Lesson, LessonFilter, StudentBatch } from './erpnext/records.ts';
import { AppError, asAppError, isErrorCode } from './errors.ts';
import type { ControlRoutes } from './http/control.ts';
import { greet } from './lead.ts';
import { startSidecar, type Base } from './main.ts';
import { dumpBackup } from './store/backup.ts';
import { openStore, type Store } from './store/open.ts';
import { readState, storePairing } from './store/state.ts';
import { deadWork } from './store/work.ts';

export interface Operator {
  /** Does what is ordered; tells how far it is until nothing is left. */
  run(order: Order, tell: (now: Progress) => void): Promise<Progress>;
  outcome(names: string[]): Promise<Outcome>;
  /** What the site has about these pupils now; assessments of one academic year, or of all. */
  students(names: readonly string[], year: string | null): Promise<StudentBatch>;
  schedule(filter: LessonFilter): Promise<Lesson[]>;
  write(entry: Entry): Promise<Written>;
  dead(): Promise<{ kind: string; name: string; code: string; check: string }[]>;
  tryAgain(): Promise<number>;
  backup(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Nothing left, so often in a row: between two stages there is a moment with nothing due. */
const QUIET_LOOKS = 3;
const LOOK_AGAIN_MS = 250;

export async function openOperator(base: Base): Promise<Operator> {
  try {
    return await local(base);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== 'store.in_use') throw error;
    return remote(base, error);
  }
}

async function local(base: Base): Promise<Operator> {
  const { config, clock, site } = base;
  const store = await openStore(config);
  const hand = { site, store, clock };
  let sidecar: Awaited<ReturnType<typeof startSidecar>> | null = null;
  return {
    async run(order, tell) {
      await place(store, order, clock.now());
      sidecar ??= await startSidecar({ ...base, config: { ...config, port: 0 } }, store, false);
      const running = sidecar;
      return finished(() => running.progress(order), tell);
    },
    outcome: (names) => outcome(store, names),
    async students(names, year) {
      await expectPairing(base, store);
      return studentBatch(deskOf(hand), names, year);
    },
    async schedule(filter) {
      await expectPairing(base, store);
      return courseSchedule(deskOf(hand), filter);
    },
    async write(entry) {
      await expectPairing(base, store);
      return write(hand, entry);
    },
    dead: () => deadWork(store.db),
    tryAgain: () => tryAgain(store, clock.now()),
    backup: () => dumpBackup(store, config.sealingKey),
    close: () => (sidecar === null ? store.close() : sidecar.stop()),
  };
}

/** A database that has never been paired says hello first, as a start would; the next start goes on from there. */
async function expectPairing({ site }: Base, store: Store): Promise<void> {
  if ((await readState(store.db)).epoch !== null) return;
  const hello = await greet(site, store, packageJson.version, false);
  await store.transaction((tx) => storePairing(tx, hello));
}

const Refusal = z.object({ code: z.string().refine(isErrorCode) });

function remote({ config }: Base, inUse: AppError): Operator {
  const headers = { authorization: `Bearer ${controlKey(config.sealingKey)}` };
  const client = hc<ControlRoutes>(`http://${config.host}:${config.port}/control`, { headers });
  async function answered<T extends { ok: boolean; status: number; json(): Promise<unknown> }>(
    asked: Promise<T>,
  ): Promise<T> {
    const answer = await asked.catch((cause: unknown) => {
      throw new AppError('store.in_use', {
        detail: `${inUse.detail ?? ''}, and nothing answers at PORT`,
        cause,
      });
    });
    if (answer.ok) return answer;
    const said = Refusal.safeParse(await answer.json().catch(() => null));
    const code = answer.status === 401 ? 'store.wrong_key' : 'work.failed';
    throw new AppError(said.success ? said.data.code : code, {
      detail: `its /control answered ${answer.status}`,
    });
  }
  return {
    async run(order, tell) {
      await answered(client.order.$post({ json: order }));
      return finished(async () => (await answered(client.progress.$post({ json: order }))).json(), tell);
    },
    outcome: async (names) => (await answered(client.outcome.$post({ json: { names } }))).json(),
    async students(names, year) {
      const batch: StudentBatch = { success: [], failed: [] };
      // Page by page: an answer about a whole school would be given up before it is complete.
      for (let from = 0; from < names.length; from += STUDENTS_AT_ONCE) {
        const json = { names: names.slice(from, from + STUDENTS_AT_ONCE), year };
        const { success, failed } = await (await answered(client.students.$post({ json }))).json();
        batch.success.push(...success);
        batch.failed.push(...failed);
      }
      return batch;
    },
    schedule: async (json) => (await answered(client.schedule.$post({ json }))).json(),
    write: async (json) => (await answered(client.write.$post({ json }))).json(),
    dead: async () => (await answered(client.dead.$get())).json(),
    tryAgain: async () => (await (await answered(client.redrive.$post())).json()).tried,
    backup: async () => new Uint8Array(await (await answered(client.backup.$get())).arrayBuffer()),
    close: () => Promise.resolve(),
  };
}

async function finished(look: () => Promise<Progress>, tell: (now: Progress) => void): Promise<Progress> {
  for (let quiet = 0; ;) {
    const now = await look();
    tell(now);
    quiet = now.left === 0 && now.load === null ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS) return now;
    if (quiet > 0) await pause(LOOK_AGAIN_MS);
  }
}
