/** The parts of a course the class finds hardest, and whether to teach one of them again. */
import type { Reason } from '../erpnext/contract.ts';
import type { ClassPart } from './class-figures.ts';
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { mean } from './percent.ts';
import { HARDEST_POINTS, MAX_PARTS, RETEACH_SHARE } from './thresholds.ts';

/**
 * `parts` hardest first, each with at least the smallest group of pupils behind it. The first is called the
 * hardest where it lies HARDEST_POINTS under the mean of the others; a course of one part has no hardest one.
 * To be taught again (act): the hardest, where RETEACH_SHARE of the pupils earned under half of its points.
 */
export function hardestParts(parts: readonly ClassPart[]): { found: Finding[]; steps: Reason[] } {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return { found: [], steps: [] };
  const clear = mean(others.map((part) => part.percent)) - first.percent >= HARDEST_POINTS;
  const again = clear && first.under >= first.pupils * RETEACH_SHARE;
  const found = parts.slice(0, MAX_PARTS).map((part, i): Finding => {
    const { criterion, percent, pupils, tests } = part;
    const hardest = i === 0 && clear;
    const params = { criterion, percent, pupils, tests };
    return {
      level: hardest && again ? 'act' : 'steady',
      strength: 1 - percent / 100,
      reason: say(
        hardest ? 'class.hardest' : 'class.part',
        criterion,
        params,
        rows('Assessment Result', part.rows),
      ),
    };
  });
  const reteach = { criterion: first.criterion, under: first.under, pupils: first.pupils };
  return { found, steps: again ? [say('step.reteach', first.criterion, reteach)] : [] };
}
