/** Gradient-boosted trees: many shallow trees, each mending what the ones before it left over. */
import { binned } from './bins.ts';
import type { Bins } from './bins.ts';
import { sigmoid } from './logistic.ts';
import type { Direction } from './logistic.ts';
import { rowsOf } from './sample.ts';
import type { Sample } from './sample.ts';

/**
 * A tree as four lists, one entry a node, the root first. A value up to and including `cut` goes to node `child`,
 * a larger one to the node after it. `child` 0 marks a leaf, which adds its `add` to the prediction.
 */
export interface Tree {
  column: number[];
  cut: number[];
  child: number[];
  add: number[];
}

/** `base` and the leaves are in log-odds for a risk, in points for a score. */
export interface BoostedTrees {
  base: number;
  trees: Tree[];
}

export interface TreeOptions {
  /** What is minimised: log loss of 0/1 outcomes, or squared error of scores. */
  loss: 'log' | 'squared';
  trees: number;
  depth: number;
  /** Share of each tree that is kept. */
  rate: number;
  /** L2 penalty of a leaf, in units of the summed second derivative. */
  leafPenalty: number;
  leastRows: number;
  bins: number;
  directions: readonly Direction[];
}

export function treesOf({ base, trees }: BoostedTrees, values: Float64Array, at = 0): number {
  let sum = base;
  for (const tree of trees) sum += leafOf(tree, values, at);
  return sum;
}

function leafOf({ column, cut, child, add }: Tree, values: Float64Array, at: number): number {
  let node = 0;
  for (let next = child[0] ?? 0; next !== 0; next = child[node] ?? 0) {
    node = (values[at + (column[node] ?? 0)] ?? 0) <= (cut[node] ?? 0) ? next : next + 1;
  }
  return add[node] ?? 0;
}

/**
 * Newton boosting with histograms. Each node takes the cut with the largest gain
 *
 *   G_l^2/(H_l + p) + G_r^2/(H_r + p) - G^2/(H + p)     leaf = -G/(H + p)
 *
 * (G, H sums of first and second derivatives of the loss, p the leaf penalty). Where a column has a direction, a
 * cut whose leaves go against it is not taken, and the middle of the two bounds all leaves below either side.
 *
 * Source: T. Chen and C. Guestrin, KDD 2016, eq. 6-7; J. H. Friedman, Ann. Statist. 29 (2001) 1189-1232; the
 * bounds as in XGBoost's and LightGBM's monotone constraints ("basic" method).
 */
export function fitTrees(sample: Sample, options: TreeOptions): BoostedTrees {
  const bins = binned(sample, options.bins);
  const base = baseOf(sample.outcome, options.loss);
  const predicted = new Float64Array(rowsOf(sample)).fill(base);
  const trees: Tree[] = [];
  for (let i = 0; i < options.trees; i += 1) {
    const slopes = derivatives(sample.outcome, predicted, options.loss);
    const { tree, leaves } = growTree(bins, slopes, options);
    for (const [row, leaf] of leaves.entries())
      predicted[row] = (predicted[row] ?? 0) + (tree.add[leaf] ?? 0);
    trees.push(tree);
  }
  return { base, trees };
}

function baseOf(outcome: Float64Array, loss: TreeOptions['loss']): number {
  const sum = total(outcome);
  if (loss === 'squared') return sum / outcome.length;
  // Half an outcome on either side: also where all came out alike the log-odds are finite.
  return Math.log((sum + 0.5) / (outcome.length - sum + 0.5));
}

interface Slopes {
  first: Float64Array;
  second: Float64Array;
}

function derivatives(outcome: Float64Array, predicted: Float64Array, loss: TreeOptions['loss']): Slopes {
  if (loss === 'squared') {
    return {
      first: predicted.map((value, row) => value - (outcome[row] ?? 0)),
      second: new Float64Array(outcome.length).fill(1),
    };
  }
  const chances = predicted.map(sigmoid);
  return {
    first: chances.map((chance, row) => chance - (outcome[row] ?? 0)),
    second: chances.map((chance) => chance * (1 - chance)),
  };
}

interface Node {
  first: number;
  second: number;
  /** Bounds of every leaf below, from the cuts above on columns with a direction. */
  low: number;
  high: number;
}

interface Cut {
  column: number;
  bin: number;
  gain: number;
  below: Node;
  above: Node;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** One tree, level by level, and for each row the node of its leaf. */
function growTree(bins: Bins, slopes: Slopes, options: TreeOptions): { tree: Tree; leaves: Int32Array } {
  const leaves = new Int32Array(slopes.first.length);
  const root = { first: total(slopes.first), second: total(slopes.second), low: -Infinity, high: Infinity };
  const nodes: Node[] = [root];
  const tree: Tree = { column: [0], cut: [0], child: [0], add: [options.rate * leafValue(root, options)] };
  for (let depth = 0, from = 0; depth < options.depth && from < nodes.length; depth += 1) {
    const to = nodes.length;
    const cuts = bestCuts(bins, slopes, leaves, nodes, from, options);
    for (const [i, cut] of cuts.entries()) {
      if (cut === null) continue;
      const at = from + i;
      tree.column[at] = cut.column;
      tree.cut[at] = bins.cuts[cut.column]?.[cut.bin] ?? 0;
      tree.child[at] = nodes.length;
      for (const node of [cut.below, cut.above]) {
        nodes.push(node);
        tree.column.push(0);
        tree.cut.push(0);
        tree.child.push(0);
        tree.add.push(options.rate * leafValue(node, options));
      }
    }
    sendDown(bins, leaves, tree, cuts, from);
    from = to;
  }
  return { tree, leaves };
}

/** Moves each row of a node that was cut to the side it belongs to. */
function sendDown(
  bins: Bins,
  leaves: Int32Array,
  tree: Tree,
  cuts: readonly (Cut | null)[],
  from: number,
): void {
  for (const [row, leaf] of leaves.entries()) {
    const cut = leaf >= from ? cuts[leaf - from] : null;
    if (cut === null || cut === undefined) continue;
    const above = (bins.codes[cut.column]?.[row] ?? 0) > cut.bin;
    leaves[row] = (tree.child[leaf] ?? 0) + (above ? 1 : 0);
  }
}

/** The best cut of each node from `from` on; null where none gains anything. */
function bestCuts(
  bins: Bins,
  slopes: Slopes,
  leaves: Int32Array,
  nodes: readonly Node[],
  from: number,
  options: TreeOptions,
): (Cut | null)[] {
  const open = nodes.slice(from);
  const best: (Cut | null)[] = open.map(() => null);
  for (const [column, codes] of bins.codes.entries()) {
    const width = (bins.cuts[column]?.length ?? 0) + 1;
    if (width === 1) continue;
    const sums = histogram(codes, slopes, leaves, from, open.length, width);
    for (const [i, node] of open.entries()) {
      const cut = bestCut(sums.subarray(3 * i * width, 3 * (i + 1) * width), node, column, options);
      if (cut !== null && cut.gain > (best[i]?.gain ?? 1e-9)) best[i] = cut;
    }
  }
  return best;
}

/** Sums of first and second derivatives and of rows, three numbers a bin, bins of a node one after another. */
function histogram(
  codes: Uint8Array,
  { first, second }: Slopes,
  leaves: Int32Array,
  from: number,
  nodes: number,
  width: number,
): Float64Array {
  const sums = new Float64Array(3 * nodes * width);
  for (let row = 0; row < codes.length; row += 1) {
    const node = (leaves[row] ?? 0) - from;
    if (node < 0) continue;
    const at = 3 * (node * width + (codes[row] ?? 0));
    sums[at] = (sums[at] ?? 0) + (first[row] ?? 0);
    sums[at + 1] = (sums[at + 1] ?? 0) + (second[row] ?? 0);
    sums[at + 2] = (sums[at + 2] ?? 0) + 1;
  }
  return sums;
}

function bestCut(sums: Float64Array, node: Node, column: number, options: TreeOptions): Cut | null {
  const direction = options.directions[column] ?? 0;
  let rows = 0;
  for (let at = 2; at < sums.length; at += 3) rows += sums[at] ?? 0;
  let best: Cut | null = null;
  let [first, second, count] = [0, 0, 0];
  for (let bin = 0; 3 * (bin + 1) < sums.length; bin += 1) {
    first += sums[3 * bin] ?? 0;
    second += sums[3 * bin + 1] ?? 0;
    count += sums[3 * bin + 2] ?? 0;
    if (count < options.leastRows || rows - count < options.leastRows) continue;
    const below = { ...node, first, second };
    const above = { ...node, first: node.first - first, second: node.second - second };
    const [low, high] = [leafValue(below, options), leafValue(above, options)];
    if ((high - low) * direction < 0) continue;
    const gain =
      score(below, low, options) +
      score(above, high, options) -
      score(node, leafValue(node, options), options);
    if (gain <= (best?.gain ?? 1e-9)) continue;
    if (direction !== 0) {
      const middle = (low + high) / 2;
      if (direction > 0) [below.high, above.low] = [middle, middle];
      else [below.low, above.high] = [middle, middle];
    }
    best = { column, bin, gain, below, above };
  }
  return best;
}

function leafValue({ first, second, low, high }: Node, { leafPenalty }: TreeOptions): number {
  return Math.min(high, Math.max(low, -first / (second + leafPenalty)));
}

/** What a leaf of this value takes off the loss, doubled: -(2*G*w + (H + p)*w^2); G^2/(H + p) where w is free. */
function score({ first, second }: Node, value: number, { leafPenalty }: TreeOptions): number {
  return -(2 * first * value + (second + leafPenalty) * value ** 2);
}
