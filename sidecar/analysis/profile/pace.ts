/** Whether a pupil's marks move with those of the class, over all courses of the term together. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import { PACE_TESTS, Z_80 } from '../thresholds.ts';
import { comparable } from './course-tests.ts';
import type { CourseTests } from './course-tests.ts';

/**
 * One slope for all courses, of the distance to the class means on the order of the tests, each course around its own
 * middle (analysis of covariance with a common slope: R. A. Fisher, Statistical Methods, 1932):
 *
 *   slope = sum Sxy / sum Sxx,  error^2 = sum within^2 * Sxx / (sum Sxx)^2
 *
 * with the scatter of single marks as the classes show it. Told as the change over the longest course, an 80% range;
 * where that holds 0, the pupil moves with the class. Minimum: PACE_TESTS tests, two or more in each course counted.
 */
export function pace(courses: readonly CourseTests[]): Reason {
  const counted = comparable(courses, 2);
  const tests = counted.reduce((sum, { distances }) => sum + distances.length, 0);
  if (tests < PACE_TESTS) return say('data.too_little_pace', '', { have: tests, need: PACE_TESTS });
  let sxx = 0;
  let sxy = 0;
  let noise = 0;
  for (const { distances, within } of counted) {
    const middle = (distances.length - 1) / 2;
    let own = 0;
    for (const [x, y] of distances.entries()) {
      own += (x - middle) ** 2;
      sxy += (x - middle) * y;
    }
    sxx += own;
    noise += Math.max(1, within) ** 2 * own;
  }
  const steps = Math.max(...counted.map(({ distances }) => distances.length)) - 1;
  const change = (steps * sxy) / sxx;
  const range = (Z_80 * steps * Math.sqrt(noise)) / sxx;
  const [low, high] = [Math.floor(change - range), Math.ceil(change + range)];
  const counts = { tests, courses: counted.length };
  if (low > 0) return say('profile.pace_ahead', '', { ...counts, low, high });
  if (high < 0) return say('profile.pace_behind', '', { ...counts, low: -high, high: -low });
  return say('profile.pace_with', '', counts);
}
