/**
 * Chance with a seed. Every question asks its own stream, named after what it is about, so that adding a
 * pupil or a test changes nothing about the others.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number in [0, below). */
  below(below: number): number;
  pick<T>(list: readonly T[]): T;
  /** Normal with mean 0 and the given standard deviation. */
  normal(deviation: number): number;
}

export function random(seed: number, ...about: (string | number)[]): Random {
  let state = hash([seed, ...about].join('\u0000'));
  // mulberry32: one multiplication chain on 32 bits, more than even enough for a made-up school
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
    // Box-Muller; 1 - next() keeps the logarithm away from zero
    normal: (deviation) => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** FNV-1a with a final mix, so that neighbouring labels give unrelated streams. */
function hash(label: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < label.length; at++) value = Math.imul(value ^ label.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) >>> 0;
}
