/** Days as the site writes them: the same as the calendar's own, leap years and centuries included. */
import { expect, test } from 'vitest';
import { dateOf, dayNumber } from '../../../sidecar/analysis/calendar.ts';

test('every day from 1890 to 2110 is written as the calendar has it, and read back', () => {
  const [first, last] = [dayNumber('1890-01-01'), dayNumber('2110-12-31')];
  for (let day = first; day <= last; day += 1) {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    if (dateOf(day) !== date || dayNumber(date) !== day) expect([day, dateOf(day)]).toEqual([day, date]);
  }
  expect(dateOf(last)).toBe('2110-12-31');
});
