/** Whether a pupil's marks lie closer together or further apart than marks in the class usually do. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import { mean } from '../percent.ts';
import { CONSISTENCY_FREEDOM, MIN_TESTS, Z_80 } from '../thresholds.ts';
import { comparable } from './course-tests.ts';
import type { CourseTests } from './course-tests.ts';

/**
 * Squares of the distances around the pupil's own mean in each course, against the scatter within pupils of the
 * class. Their ratio is chi-square over its degrees of freedom, turned into a normal deviate by its cube root
 * (E. B. Wilson and M. M. Hilferty, PNAS 17 (1931) 684-688); more than Z_80 to either side is told, one pupil in
 * ten on each by chance. Minimum: CONSISTENCY_FREEDOM degrees of freedom, MIN_TESTS tests in each course counted.
 */
export function consistency(courses: readonly CourseTests[]): Reason {
  const counted = comparable(courses, MIN_TESTS);
  const tests = counted.reduce((sum, { distances }) => sum + distances.length, 0);
  const freedom = tests - counted.length;
  if (freedom < CONSISTENCY_FREEDOM) {
    return say('data.too_little_scatter', '', { have: freedom, need: CONSISTENCY_FREEDOM });
  }
  let squares = 0;
  let usual = 0;
  for (const { distances, within } of counted) {
    const centre = mean(distances);
    for (const distance of distances) squares += (distance - centre) ** 2;
    usual += (distances.length - 1) * Math.max(1, within) ** 2;
  }
  const part = 2 / (9 * freedom);
  const deviate = (Math.cbrt(squares / usual) - (1 - part)) / Math.sqrt(part);
  const params = {
    tests,
    own: Math.round(Math.sqrt(squares / freedom)),
    usual: Math.round(Math.sqrt(usual / freedom)),
  };
  if (deviate < -Z_80) return say('profile.marks_close', '', params);
  return deviate > Z_80 ? say('profile.marks_apart', '', params) : say('profile.marks_usual', '', params);
}
