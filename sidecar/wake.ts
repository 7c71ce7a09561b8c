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

/** A bell that any number of people hear while they follow something. */
export class Gong {
  readonly #followers = new Set<Wake>();

  ring(): void {
    for (const follower of this.#followers) follower.ring();
  }

  /** Looks again whenever rung, until what is seen is the end, for `ms` at most; returns what was seen last. */
  async follow<T>(
    look: () => Promise<T>,
    isEnd: (seen: T) => boolean,
    ms: number,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<T> {
    const until = clock.now() + ms;
    const wake = new Wake();
    // Before the first look, so that nothing rings unheard after it.
    this.#followers.add(wake);
    try {
      let seen = await look();
      while (!isEnd(seen) && clock.now() < until && !signal.aborted) {
        await wake.wait(until - clock.now(), clock, signal);
        seen = await look();
      }
      return seen;
    } finally {
      this.#followers.delete(wake);
    }
  }
}

/** The loops of one process: rings when the last of them falls asleep. */
export class Loops {
  readonly atRest = new Gong();
  #awake = 0;

  awake(): void {
    this.#awake += 1;
  }

  asleep(): void {
    this.#awake -= 1;
    if (this.#awake === 0) this.atRest.ring();
  }
}
