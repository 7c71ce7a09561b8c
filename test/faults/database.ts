/**
 * The sidecar's database as one process sees it: statements that are cut off before or after they took effect, and
 * a process that is gone. What a dead process awaits never comes; its open transaction is rolled back.
 */
import type { PGlite, Results, Transaction } from '@electric-sql/pglite';
import type { Store } from '../../sidecar/store/open.ts';
import { storeOn } from '../sidecar/databases.ts';

export type Cut = 'before' | 'after' | null;

export interface Life {
  /** Aborted when the process is gone. */
  readonly signal: AbortSignal;
  /** Whether, and on which side of its effect, the statement that comes now is cut off. May end the life. */
  statement(): Cut;
  /** Counts what is under way, so that time does not pass over it. */
  under<T>(work: Promise<T>): Promise<T>;
}

const NEVER = new Promise<never>(() => undefined);

class CutOff extends Error {
  readonly code = 'ECONNRESET';
}

export async function openFaulty(pglite: PGlite, life: Life): Promise<Store> {
  const faulty = {
    closed: false,
    ready: true,
    waitReady: Promise.resolve(),
    query: guarded(pglite, life, () => undefined),
    transaction: <T>(work: (tx: Transaction) => Promise<T>) => transaction(pglite, life, work),
    close: () => Promise.resolve(),
  };
  return storeOn(faulty);
}

/** `broken`: told when a statement was cut off. */
function guarded(on: Pick<PGlite, 'query'>, life: Life, broken: () => void): PGlite['query'] {
  return async <T>(...args: Parameters<PGlite['query']>): Promise<Results<T>> => {
    if (life.signal.aborted) return NEVER;
    const cut = life.statement();
    if (life.signal.aborted && cut !== 'after') return NEVER;
    if (cut === 'before') {
      broken();
      throw new CutOff();
    }
    const result = await life.under(on.query<T>(...args));
    if (life.signal.aborted) return NEVER;
    if (cut === 'after') {
      broken();
      throw new CutOff();
    }
    return result;
  };
}

async function transaction<T>(pglite: PGlite, life: Life, work: (tx: Transaction) => Promise<T>): Promise<T> {
  if (life.signal.aborted) return NEVER;
  const state: { cutOff: boolean; commit: Cut } = { cutOff: false, commit: null };
  try {
    const result = await life.under(
      pglite.transaction(async (tx) => {
        const query = guarded(tx, life, () => {
          state.cutOff = true;
        });
        const done = await Promise.race([work({ ...tx, query }), gone(life)]);
        // A connection that was cut has no transaction any more, whatever the code believes.
        if (state.cutOff) throw new CutOff();
        state.commit = life.statement();
        if (state.commit === 'before' || (life.signal.aborted && state.commit !== 'after'))
          throw new CutOff();
        return done;
      }),
    );
    if (life.signal.aborted) return NEVER;
    if (state.commit === 'after') throw new CutOff();
    return result;
  } catch (error) {
    if (life.signal.aborted) return NEVER;
    throw error;
  }
}

/** Rejects when the process is gone, so that the database rolls back what was open. */
async function gone(life: Life): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(new CutOff());
    if (life.signal.aborted) end();
    life.signal.addEventListener('abort', end, { once: true });
  });
}
