/** Chance that a seed repeats: the same seed meets the same faults in the same order. */
export interface Chance {
  /** Whether something of this probability happens now. */
  happens(probability: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  one<T>(of: readonly T[]): T;
}

/** mulberry32, by Tommy Ettinger: 32 bits of state, good enough to choose faults with. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    happens: (probability) => next() < probability,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    one(of) {
      const picked = of[Math.floor(next() * of.length)];
      if (picked === undefined) throw new Error('nothing to choose from');
      return picked;
    },
  };
}
