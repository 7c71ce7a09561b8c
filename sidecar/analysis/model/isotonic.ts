/** Isotonic regression: the rising steps that lie closest to the outcomes, joined by lines. */

/** `at` ascending, `value` never falling; between two of them a straight line, outside the nearest one. */
export interface Isotonic {
  at: number[];
  value: number[];
}

interface Block {
  low: number;
  high: number;
  sum: number;
  count: number;
}

/**
 * Least squares under "a larger value never has a smaller mean": neighbouring blocks that fall are pooled. The
 * outermost blocks get half an outcome of either kind, so that nothing is said to be certain.
 * Source: R. E. Barlow et al., Statistical Inference under Order Restrictions (1972), 1.2 (pool adjacent violators).
 */
export function fitIsotonic(values: ArrayLike<number>, outcomes: ArrayLike<number>): Isotonic {
  const rows = Array.from({ length: values.length }, (_, i) => ({
    at: values[i] ?? 0,
    outcome: outcomes[i] ?? 0,
  })).sort((a, b) => a.at - b.at);
  const blocks: Block[] = [];
  for (const { at, outcome } of rows) {
    let block: Block = { low: at, high: at, sum: outcome, count: 1 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      const rises = last.sum / last.count < block.sum / block.count;
      if (rises && last.high < block.low) break;
      blocks.pop();
      block = {
        low: last.low,
        high: block.high,
        sum: last.sum + block.sum,
        count: last.count + block.count,
      };
    }
    blocks.push(block);
  }
  return {
    at: blocks.flatMap((block) => [block.low, block.high]),
    value: blocks.map(softened).flatMap((value) => [value, value]),
  };
}

function softened({ sum, count }: Block, i: number, blocks: readonly Block[]): number {
  const outermost = i === 0 || i === blocks.length - 1;
  return outermost ? clampTo(blocks, i, (sum + 0.5) / (count + 1)) : sum / count;
}

/** Half an outcome must not lift a small block past its neighbour. */
function clampTo(blocks: readonly Block[], i: number, value: number): number {
  const before = blocks[i - 1];
  const after = blocks[i + 1];
  const least = before === undefined ? 0 : before.sum / before.count;
  const most = after === undefined ? 1 : after.sum / after.count;
  return Math.min(most, Math.max(least, value));
}

export function isotonicOf({ at, value }: Isotonic, x: number): number {
  let low = 0;
  let high = at.length - 1;
  if (x <= (at[low] ?? x)) return value[low] ?? 0.5;
  if (x >= (at[high] ?? x)) return value[high] ?? 0.5;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const from = at[low] ?? 0;
  const width = (at[high] ?? 0) - from;
  const start = value[low] ?? 0;
  return width === 0 ? start : start + ((x - from) / width) * ((value[high] ?? 0) - start);
}
