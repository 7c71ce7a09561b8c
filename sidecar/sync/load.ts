/**
 * The first load: every DocType in pages by name, its cursor stored with the page, so that a kill costs a page.
 *
 * Begun after `hello` fixed the epoch: whatever moves behind the cursor has an outbox row. A page only fills the
 * mirror; when all are in, what was not seen is removed and everything becomes due for analysis.
 */
import { analyseNowTouch, learnTouch } from '../due.ts';
import { WATCHED } from '../erpnext/watched.ts';
import { AppError, asAppError } from '../errors.ts';
import type { Session } from '../pairing.ts';
import { advanceLoad, beginLoad, completeLoad, loadSteps, type LoadStep } from '../store/backfill.ts';
import { assertPaired } from '../store/leader.ts';
import { logBatch } from '../store/logs.ts';
import { documentOf } from '../store/mirror/document.ts';
import { removeDocuments, storeDocuments, unseenNames } from '../store/mirror/documents.ts';
import { mirrorShape } from '../store/mirror/shape.ts';
import { readState } from '../store/state.ts';
import { tidyAll } from '../store/upkeep.ts';
import { everyTarget } from '../store/targets.ts';
import { touch } from '../store/work.ts';
import type { FetchTools } from './fetch.ts';
import { afterLoad } from './timetable.ts';

/** A page that fails so often in a row is taken name by name. */
const TRIES_OF_A_PAGE = 3;

export class FirstLoad {
  readonly #tools: FetchTools;
  #failures = 0;

  constructor(tools: FetchTools) {
    this.#tools = tools;
  }

  /** One step: count everything, one page, or the end. Returns whether the load is complete. */
  async step(session: Session): Promise<boolean> {
    const steps = await loadSteps(this.#tools.store.db);
    if (steps === null) {
      await this.#begin(session);
      return false;
    }
    const [next] = steps;
    if (next === undefined) {
      await this.#complete(session);
      return true;
    }
    try {
      await this.#page(session, next);
      this.#failures = 0;
    } catch (thrown) {
      await this.#afterFailure(session, next, thrown);
    }
    return false;
  }

  /** The totals are only for the progress line; the pages decide what is loaded. */
  async #begin(session: Session): Promise<void> {
    const totals: { doctype: string; total: number }[] = [];
    for (const { doctype } of WATCHED) {
      const { count } = await this.#tools.site.digest({ epoch: session.epoch, doctype });
      totals.push({ doctype, total: count });
    }
    await this.#store(session, (tx) => beginLoad(tx, totals));
  }

  async #page(session: Session, step: LoadStep): Promise<void> {
    const { site, store } = this.#tools;
    const shape = mirrorShape(step.doctype);
    if (shape === undefined) throw new AppError('work.unknown_doctype');
    const answer = await site.snapshot({ epoch: session.epoch, doctype: step.doctype, after: step.cursor });
    if (answer.next !== null && answer.next === step.cursor) {
      throw new AppError('site.malformed', { detail: 'the cursor does not move' });
    }
    const documents = answer.rows.map((row) => documentOf(shape, row));
    await this.#store(session, async (tx) => {
      await storeDocuments(tx, store.sealer, shape, documents, session.load);
      await advanceLoad(tx, { doctype: step.doctype, rows: documents.length, next: answer.next });
      const gone = answer.next === null ? await unseenNames(tx, shape, session.load) : [];
      await removeDocuments(tx, shape, gone);
      await logBatch(
        tx,
        {
          type: 'backfill',
          direction: 'from_erpnext',
          status: 'success',
          doctype: shape.doctype,
          code: null,
          counts: { stored: documents.length, gone: gone.length },
        },
        this.#tools.clock.now(),
      );
    });
    this.#tools.metrics.documents.inc({ outcome: 'loaded' }, documents.length);
  }

  /** A page cannot be halved (it begins at a name and ends where the site says), but its names can be fetched. */
  async #afterFailure(session: Session, step: LoadStep, thrown: unknown): Promise<void> {
    const error = asAppError(thrown);
    this.#failures += 1;
    const forGood = error.retry === 'never' || (error.retry === 'later' && this.#failures >= TRIES_OF_A_PAGE);
    if (!forGood) throw error;
    this.#failures = 0;
    const { site, clock } = this.#tools;
    const names = await site.digest({
      epoch: session.epoch,
      doctype: step.doctype,
      modified_from: '0001-01-01 00:00:00',
      after: step.cursor,
    });
    const now = clock.now();
    await this.#store(session, async (tx) => {
      await touch(
        tx,
        (names.rows ?? []).map(({ name }) => ({ stage: 'fetch', kind: step.doctype, name, dueAt: now })),
      );
      await advanceLoad(tx, { doctype: step.doctype, rows: 0, next: names.next });
    });
  }

  async #complete(session: Session): Promise<void> {
    await tidyAll(this.#tools.store);
    const now = this.#tools.clock.now();
    await this.#store(session, async (tx) => {
      await touch(
        tx,
        (await everyTarget(tx)).map((target) => analyseNowTouch(target, now)),
      );
      const { timeZone } = await readState(tx);
      await touch(tx, [...afterLoad(now, timeZone ?? 'UTC'), learnTouch(now)]);
      await completeLoad(tx);
    });
  }

  async #store(session: Session, work: Parameters<FetchTools['store']['transaction']>[0]): Promise<void> {
    const { store, clock, me } = this.#tools;
    await store.transaction(async (tx) => {
      await assertPaired(tx, { me, epoch: session.epoch, now: clock.now(), toChange: true });
      await work(tx);
    });
  }
}
