/** Parts of a course (assessment criteria) in which a pupil stands out, down or up. */
import { rows, say } from './finding.ts';
import type { Evidence, Finding } from './finding.ts';
import type { MarkedTest } from './marked-tests.ts';
import { compare } from './order.ts';
import { clip, percent } from './percent.ts';
import type { CohortFigures } from './records.ts';
import { GAP_CLASS_POINTS, GAP_POINTS, GAP_TESTS, MAX_GAPS } from './thresholds.ts';

/** Points earned in one part over all tests that have it; shares in whole percent. */
export interface Part {
  criterion: string;
  score: number;
  maximum: number;
  tests: number;
  share: number;
  /** Share in all other parts together. */
  rest: number;
  /** The class in this part and in the same other parts, the latter weighted as in the pupil's tests. */
  classShare: number | null;
  classRest: number | null;
  evidence: Evidence;
}

export interface Gap {
  part: Part;
  finding: Finding;
}

/**
 * Parts seen in GAP_TESTS tests, in a course of at least two parts. A score counts at most its maximum, a row
 * without a maximum not at all. Sorted by criterion.
 */
export function partsOf(tests: readonly MarkedTest[], cohort: CohortFigures | null): Part[] {
  const sums = new Map<string, { score: number; maximum: number; names: string[] }>();
  let score = 0;
  let maximum = 0;
  for (const test of tests) {
    for (const detail of test.details) {
      if (detail.maximum <= 0) continue;
      const earned = clip(detail.score, 0, detail.maximum);
      let sum = sums.get(detail.criterion);
      if (sum === undefined) sums.set(detail.criterion, (sum = { score: 0, maximum: 0, names: [] }));
      sum.score += earned;
      sum.maximum += detail.maximum;
      // A test may name a criterion twice.
      if (sum.names.at(-1) !== test.name) sum.names.push(test.name);
      score += earned;
      maximum += detail.maximum;
    }
  }
  if (sums.size < 2) return [];

  const classShares = new Map(cohort?.criteria.map((row) => [row.criterion, row.percent]));
  return [...sums]
    .filter(([, sum]) => sum.names.length >= GAP_TESTS)
    .sort(([a], [b]) => compare(a, b))
    .map(([criterion, sum]) => ({
      criterion,
      score: Math.round(sum.score),
      maximum: Math.round(sum.maximum),
      tests: sum.names.length,
      share: percent(sum.score, sum.maximum),
      rest: percent(score - sum.score, maximum - sum.maximum),
      classShare: classShares.get(criterion) ?? null,
      classRest: classRestOf(criterion, sums, classShares),
      evidence: rows('Assessment Result', sum.names),
    }));
}

function classRestOf(
  criterion: string,
  sums: ReadonlyMap<string, { maximum: number }>,
  classShares: ReadonlyMap<string, number>,
): number | null {
  let points = 0;
  let maximum = 0;
  for (const [other, sum] of sums) {
    const share = classShares.get(other);
    if (other === criterion || share === undefined) continue;
    points += (share / 100) * sum.maximum;
    maximum += sum.maximum;
  }
  return maximum === 0 ? null : percent(points, maximum);
}

/**
 * Parts GAP_POINTS under the pupil's own other parts. A gap (watch) where that is GAP_POINTS more than the class
 * differs between the same parts, and the part lies GAP_CLASS_POINTS under the class. Not so: the class finds
 * the part hard as well, which is said under half of its points, but flags nobody. No class figure: the own profile decides (watch).
 * At most MAX_GAPS, largest first, those of the pupil alone before shared ones.
 */
export function criterionGaps(course: string, parts: readonly Part[]): Gap[] {
  const gaps = parts
    .filter((part) => part.rest - part.share >= GAP_POINTS)
    .map((part) => ({ part, finding: gapOf(course, part) }))
    .filter(({ part, finding }) => finding.level === 'watch' || part.score * 2 < part.maximum);
  gaps.sort(
    (a, b) =>
      Number(b.finding.level === 'watch') - Number(a.finding.level === 'watch') ||
      b.finding.strength - a.finding.strength ||
      compare(a.part.criterion, b.part.criterion),
  );
  return gaps.slice(0, MAX_GAPS);
}

function gapOf(course: string, part: Part): Finding {
  const { criterion, score, maximum, tests, rest, share, classShare, classRest, evidence } = part;
  const counts = { course, criterion, score, maximum, tests, rest };
  const strength = clip((rest - share) / 100, 0, 1);
  if (classShare === null || classRest === null) {
    return { level: 'watch', strength, reason: say('marks.gap_alone', criterion, counts, evidence) };
  }
  const params = { ...counts, class_percent: classShare };
  const own = rest - share - (classRest - classShare) >= GAP_POINTS && classShare - share >= GAP_CLASS_POINTS;
  return own
    ? { level: 'watch', strength, reason: say('marks.gap', criterion, params, evidence) }
    : { level: 'steady', strength, reason: say('marks.gap_shared', criterion, params, evidence) };
}

/** The part furthest above the class, by GAP_CLASS_POINTS, and GAP_POINTS above the own rest; null without one. */
export function strongPart(course: string, parts: readonly Part[]): Finding | null {
  const strong = parts.flatMap((part) => {
    if (part.classShare === null) return [];
    const { criterion, score, maximum, tests, rest, share, classShare, evidence } = part;
    if (share - classShare < GAP_CLASS_POINTS || share - rest < GAP_POINTS) return [];
    return [
      {
        ahead: share - classShare,
        reason: say('strength.part', criterion, { course, criterion, score, maximum, tests }, evidence),
      },
    ];
  });
  const [best] = strong.sort((a, b) => b.ahead - a.ahead || compare(a.reason.about, b.reason.about));
  return best === undefined ? null : { level: 'steady', strength: best.ahead / 100, reason: best.reason };
}
