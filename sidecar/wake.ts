/** A bell between the loops of one process: rung by whoever made work, heard by the one loop that waits on it. */
import type { Clock } from './clock.ts';

export class Wake {
  #rung = false;
  #listener: AbortController | null = null;

  /** Ringing while nobody waits is remembered, so that no work is slept through. */
  ring(): void {
    this.#rung = true;
    this.#listener?.abort();
  }

  /** Returns when rung (now, or since the last wait), after `ms`, or when the signal is aborted. */
  async wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      this.#listener = new AbortController();
      await clock.sleep(ms, AbortSignal.any([this.#listener.signal, signal]));
      this.#listener = null;
    }
    this.#rung = false;
  }
}
