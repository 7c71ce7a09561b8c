/** What waits for the sidecar: one row for each committed change to a watched document. */
import { SyncEvent } from '../../../sidecar/erpnext/contract.ts';
import type { z } from 'zod';

export type OutboxRow = z.output<typeof SyncEvent>;

/** A site counts no further: counting millions would take seconds. */
const MOST_COUNTED = 10_001;

export class Outbox {
  readonly #rows = new Map<number, OutboxRow>();
  #lastId = 0;

  add(row: Omit<OutboxRow, 'id'>): void {
    this.#lastId += 1;
    this.#rows.set(this.#lastId, { id: this.#lastId, ...row });
  }

  oldest(limit: number): OutboxRow[] {
    return [...this.#rows.values()].slice(0, limit);
  }

  /** Whether anything was there to delete does not matter: an ack may come twice. */
  delete(ids: number[]): void {
    for (const id of ids) this.#rows.delete(id);
  }

  pending(beyond = 0): number {
    return Math.max(0, Math.min(MOST_COUNTED, this.#rows.size - beyond));
  }
}
