/** Whether a pupil's marks go with the attendance before the tests. A link is no cause, and often there is none to see. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import { mean } from '../percent.ts';
import { presence } from '../school-days.ts';
import type { SchoolDay } from '../school-days.ts';
import { LINK_SCHOOL_DAYS, LINK_TESTS } from '../thresholds.ts';
import type { CourseTests } from './course-tests.ts';

/** The 97.5% quantile of the normal distribution. */
const Z_95 = 1.959963984540054;

/**
 * Correlation, within courses, of the share of LINK_SCHOOL_DAYS days present before a test and the distance of its mark
 * to the class mean; a 95% range by R. A. Fisher's transformation (Metron 1 (1921) 3-32), one degree of freedom less
 * for each further course. Minimum: LINK_TESTS tests with as many school days before and a class mean, two or more in
 * each course counted; nothing to tell where attendance did not vary. `days` are those of the term, oldest first.
 */
export function engagement(courses: readonly CourseTests[], days: readonly SchoolDay[]): Reason {
  const counted = courses
    .map(({ tests }) =>
      tests.flatMap(({ date, mark, classMean }) => {
        const end = days.findLastIndex((day) => day.date < date) + 1;
        if (classMean === null || end < LINK_SCHOOL_DAYS) return [];
        const { held, present } = presence(days.slice(end - LINK_SCHOOL_DAYS, end));
        return [{ present: present / held, distance: mark - classMean }];
      }),
    )
    .filter((tests) => tests.length > 1);
  const tests = counted.reduce((sum, own) => sum + own.length, 0);
  if (tests < LINK_TESTS) return say('data.too_little_link', '', { have: tests, need: LINK_TESTS });

  let [sxx, syy, sxy] = [0, 0, 0];
  for (const own of counted) {
    const [x, y] = [mean(own.map(({ present }) => present)), mean(own.map(({ distance }) => distance))];
    for (const { present, distance } of own) {
      sxx += (present - x) ** 2;
      syy += (distance - y) ** 2;
      sxy += (present - x) * (distance - y);
    }
  }
  const freedom = tests - counted.length - 2;
  if (freedom < 1 || sxx < 1e-9 || syy < 1e-9) return say('profile.link_flat', '', { tests });
  const centre = Math.atanh(Math.max(-MOST, Math.min(MOST, sxy / Math.sqrt(sxx * syy))));
  const half = Z_95 / Math.sqrt(freedom);
  const [low, high] = [Math.floor(100 * Math.tanh(centre - half)), Math.ceil(100 * Math.tanh(centre + half))];
  if (low > 0) return say('profile.link_with', '', { tests, low, high });
  if (high < 0) return say('profile.link_against', '', { tests, low: -high, high: -low });
  return say('profile.link_none', '', { tests, less: -low, more: high });
}

/** A perfect correlation has no finite transform. */
const MOST = 0.999;
