/** What waits for the sidecar: one row for each committed change to a watched document. */
import { SyncEvent } from '../../../sidecar/erpnext/contract.ts';
import type { z } from 'zod';

export type OutboxRow = z.output<typeof SyncEvent>;

/** A site counts no further: counting millions would take seconds. */
const MOST_COUNTED = 10_001;

export class Outbox {
  readonly #rows = new Map<number, OutboxRow>();
  #lastId = 0;

  /** An id drawn now for a row that is committed later: ids do not follow the order of commits. */
  draw(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(row: Omit<OutboxRow, 'id'>, id = this.draw()): void {
    this.#rows.set(id, { id, ...row });
  }

  oldest(limit: number): OutboxRow[] {
    return [...this.#rows.values()].sort((a, b) => a.id - b.id).slice(0, limit);
  }

  /** Whether anything was there to delete does not matter: an ack may come twice. */
  delete(ids: number[]): void {
    for (const id of ids) this.#rows.delete(id);
  }

  pending(beyond = 0): number {
    return Math.max(0, Math.min(MOST_COUNTED, this.#rows.size - beyond));
  }
}
