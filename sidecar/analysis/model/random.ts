/** Chance that is the same on every machine: a seeded generator, passed in by whoever needs one. */

/** A number from 0 (included) to 1 (not included). */
export type Random = () => number;

/** Mulberry32 (T. Ettinger, 2017, public domain): 32 bits of state, a period of 2^32. */
export function seeded(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Which of `folds` parts a key belongs to. From the key alone (FNV-1a with a seed), so that neither the order of
 * rows nor the arrival of others moves anybody.
 */
export function foldOf(key: string, folds: number, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  // FNV's last characters reach only the low bits: mixed once more, or folds of running numbers are uneven.
  return Math.floor(seeded(hash)() * folds);
}
