/** What comes next for a pupil in a program: gaps to close first, then the next course in the program's own order. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import type { Points } from '../marked-tests.ts';
import type { AddressedInsight, Enrollment } from '../records.ts';
import { MAX_STEPS } from '../thresholds.ts';
import { hasBegun } from './program-progress.ts';

/**
 * The Education app knows no prerequisites: the order in which a program lists its courses stands for them. Gaps are
 * those of the current term that are the pupil's own (`criterion-gaps.ts`), at most MAX_STEPS.
 */
export function learningPath(
  enrollment: Enrollment,
  marks: ReadonlyMap<string, Points>,
  insights: readonly AddressedInsight[],
): Reason[] {
  const { courses } = enrollment;
  const listed = new Set(courses.map(({ course }) => course));
  const gaps = insights
    .filter(({ address }) => address.insight === 'marks' && listed.has(address.course))
    .flatMap(({ address, values }) =>
      values.reasons.flatMap(({ code, about }) =>
        GAPS.has(code) ? [{ course: address.course, about }] : [],
      ),
    );
  const next = courses.find(({ course }) => !hasBegun(course, enrollment, marks));
  return [
    ...gaps
      .slice(0, MAX_STEPS)
      .map(({ course, about }) => say('path.part', about, { course, criterion: about })),
    ...(next === undefined ? [] : [say('path.course', next.course, { course: next.course })]),
    ...(next === undefined && courses.length > 0 ? [say('path.all_begun', '', {})] : []),
  ];
}

const GAPS = new Set(['marks.gap', 'marks.gap_alone']);
