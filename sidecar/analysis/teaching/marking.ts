/** How far the tests of an instructor's classes are marked, and how long that usually took. */
import { median } from 'simple-statistics';
import type { Reason } from '../../erpnext/contract.ts';
import { dayNumber } from '../calendar.ts';
import { say } from '../finding.ts';
import type { TaughtClass } from '../records.ts';
import { MIN_TESTS } from '../thresholds.ts';

/**
 * Results entered of pupils times tests; and the days from a test to the saving of its results: the median of each
 * test, then of the tests, so that one late correction or one pupil who wrote later moves nothing. A result saved
 * before its day counts as no days. Minimum of the latter: MIN_TESTS tests with results. `before` is the first day
 * that is not counted.
 */
export function marking(classes: readonly TaughtClass[], before: string): Reason[] {
  let expected = 0;
  let entered = 0;
  const days: number[] = [];
  for (const { pupils, plans } of classes) {
    for (const { date, saved } of plans) {
      if (date >= before) continue;
      expected += Math.max(pupils, saved.length);
      entered += saved.length;
      if (saved.length > 0) {
        days.push(median(saved.map((day) => Math.max(0, dayNumber(day) - dayNumber(date)))));
      }
    }
  }
  if (expected === 0) return [];
  return [
    say('teaching.entered', '', { entered, expected }),
    days.length < MIN_TESTS
      ? say('data.too_little_marking', '', { have: days.length, need: MIN_TESTS })
      : say('teaching.turnaround', '', { days: Math.round(median(days)), tests: days.length }),
  ];
}
