/**
 * What an operator may ask of a sidecar: read documents again, run a check, try dead work again, and how far it is.
 *
 * Every wish becomes work in the database, so that it outlives a kill. The command line does it itself where the
 * database is free to open, and over `http/control.ts` where a running sidecar holds it.
 */
import { hkdfSync } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { aboutPupilTouches } from './due.ts';
import { WATCHED } from './erpnext/watched.ts';
import { loadProgress } from './store/backfill.ts';
import { CHECKS, beginSync, runCounts } from './store/checks.ts';
import type { Store } from './store/open.ts';
import { mirrorShape } from './store/mirror/shape.ts';
import { missingDocuments } from './store/mirror/sums.ts';
import { deadWork, redrive, touch, type DeadWork, type Touch } from './store/work.ts';
import { checkTouch, checkTouches } from './sync/timetable.ts';

export const Order = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sync'),
    /** Empty: all that are watched. */
    doctypes: z.array(z.string()),
    /** As the site writes times; null: whenever they changed. */
    since: z.string().nullable(),
  }),
  z.object({ kind: z.literal('students'), names: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('check'), check: z.enum(CHECKS) }),
]);
export type Order = z.output<typeof Order>;

export const Progress = z.object({
  /** The first load, while it runs. */
  load: z.object({ rows: z.int(), total: z.int() }).nullable(),
  total: z.int(),
  examined: z.int(),
  found: z.int(),
  repaired: z.int(),
  /** Steps, documents, analyses and insights still to be dealt with. */
  left: z.int(),
});
export type Progress = z.output<typeof Progress>;

/** Pupils whose records were read again, and those for whom that failed, with the code. */
export const Outcome = z.object({
  success: z.array(z.string()),
  failed: z.array(z.object({ name: z.string(), code: z.string() })),
});
export type Outcome = z.output<typeof Outcome>;

/** Proves to a running sidecar that the caller holds its environment file. */
export function controlKey(sealingKey: Buffer): string {
  return Buffer.from(hkdfSync('sha256', sealingKey, '', 'education-ai control', 32)).toString('hex');
}

export async function place(store: Store, order: Order, now: number): Promise<void> {
  await store.transaction(async (tx) => {
    if (order.kind === 'check') {
      await touch(tx, checkTouches(order.check, now));
    } else if (order.kind === 'students') {
      await touch(
        tx,
        order.names.flatMap((name) => studentTouches(name, now)),
      );
    } else {
      const doctypes = order.doctypes.length > 0 ? order.doctypes : WATCHED.map(({ doctype }) => doctype);
      const phase = order.since === null ? '' : 'changed';
      for (const doctype of doctypes)
        await beginSync(tx, doctype, { phase, cursor: '', watermark: order.since });
      await touch(
        tx,
        doctypes.map((doctype) => checkTouch('sync', doctype, now)),
      );
    }
  });
}

/** The pupil's own record and every record about the pupil. The analysis follows: it says less while they are coming. */
function studentTouches(name: string, dueAt: number): Touch[] {
  return [{ stage: 'fetch_of', kind: 'Student', name, dueAt }, ...aboutPupilTouches(name, dueAt)];
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** How far an order is. What waits for a day to come is not counted as left. */
export async function progress(store: Store, order: Order, clock: Clock): Promise<Progress> {
  const now = clock.now();
  const kind = order.kind === 'check' ? order.check : 'sync';
  const { loaded, ...counts } = await runCounts(store.db, kind, now);
  const steps = loaded ? [] : await loadProgress(store.db);
  return {
    ...counts,
    load: loaded
      ? null
      : {
          rows: sum(steps.map(({ rows }) => rows)),
          total: sum(steps.map(({ rows, total }) => Math.max(rows, total))),
        },
  };
}

export async function outcome(store: Store, names: readonly string[]): Promise<Outcome> {
  const shape = mirrorShape('Student');
  const missing = new Set(shape === undefined ? [] : await missingDocuments(store.db, shape, names));
  const dead = new Map((await deadWork(store.db)).map(({ name, code }) => [name, code]));
  const codeOf = (name: string) => dead.get(name) ?? (missing.has(name) ? 'work.no_document' : null);
  return {
    success: names.filter((name) => codeOf(name) === null),
    failed: names.flatMap((name) => {
      const code = codeOf(name);
      return code === null ? [] : [{ name, code }];
    }),
  };
}

export async function tryAgain(store: Store, now: number): Promise<number> {
  const dead: DeadWork[] = await deadWork(store.db);
  await redrive(store.db, dead, now);
  return dead.length;
}
