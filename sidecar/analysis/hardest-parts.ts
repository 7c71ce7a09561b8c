/** The parts of a course the class finds hardest, and whether to teach one of them again. */
import type { Reason } from '../erpnext/contract.ts';
import type { ClassPart } from './class-figures.ts';
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { mean } from './percent.ts';
import { HARDEST_POINTS, MAX_PARTS, RETEACH_SHARE } from './thresholds.ts';

export interface HardestParts {
  /** The hardest part by name, where one stands out. */
  hardest: Finding | null;
  parts: Finding[];
  steps: Reason[];
}

/**
 * `parts` hardest first, each with at least the smallest group of pupils behind it. The first is called the
 * hardest where it lies HARDEST_POINTS under the mean of the others; a course of one part has no hardest one.
 * To be taught again (act): the hardest, where RETEACH_SHARE of the pupils earned under half of its points.
 */
export function hardestParts(parts: readonly ClassPart[]): HardestParts {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return { hardest: null, parts: [], steps: [] };
  const listed = parts
    .slice(0, MAX_PARTS)
    .map(({ criterion, percent, pupils, tests, rows: names }): Finding => {
      const params = { criterion, percent, pupils, tests };
      const reason = say('class.part', criterion, params, rows('Assessment Result', names));
      return { level: 'steady', strength: 0, reason };
    });
  if (mean(others.map((part) => part.percent)) - first.percent < HARDEST_POINTS) {
    return { hardest: null, parts: listed, steps: [] };
  }

  const { criterion, percent, under, pupils } = first;
  const again = under >= pupils * RETEACH_SHARE;
  return {
    hardest: {
      level: again ? 'act' : 'steady',
      strength: under / pupils,
      reason: say('class.hardest', criterion, { criterion, percent }, rows('Assessment Result', first.rows)),
    },
    parts: listed,
    steps: again ? [say('step.reteach', criterion, { criterion, under, pupils })] : [],
  };
}
