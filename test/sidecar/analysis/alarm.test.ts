/** The alarm for a sudden change keeps its false-alarm rate, and finds what it is there for. */
import { describe, expect, test } from 'vitest';
import { suddenChange } from '../../../sidecar/analysis/attendance-alarm.ts';
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { seeded } from '../../../sidecar/analysis/model/random.ts';
import type { SchoolDay } from '../../../sidecar/analysis/school-days.ts';

const TERM_DAYS = 95;
const PUPILS = 2000;

function day(i: number, absent: boolean): SchoolDay {
  return { date: addDays('2024-09-02', i), held: 1, missed: absent ? 1 : 0, absent, rows: [] };
}

/** Share of simulated pupils for whom the alarm spoke on any day of the term. */
function alarmed(rateOn: (i: number) => number, seed: number): number {
  const random = seeded(seed);
  let spoke = 0;
  for (let pupil = 0; pupil < PUPILS; pupil += 1) {
    const days = Array.from({ length: TERM_DAYS }, (_, i) => day(i, random() < rateOn(i)));
    if (days.some((_, i) => suddenChange(days.slice(0, i + 1)) !== null)) spoke += 1;
  }
  return spoke / PUPILS;
}

describe('the alarm for a sudden change', () => {
  test.each([0.02, 0.05, 0.1, 0.2])(
    'speaks for at most 1 in 20 pupils a term who miss %f of the days throughout',
    (rate) => {
      expect(alarmed(() => rate, 1)).toBeLessThanOrEqual(0.05);
    },
  );

  test('finds at least 8 in 10 pupils who go from 1 day in 20 missed to every second', () => {
    expect(alarmed((i) => (i < 50 ? 0.05 : 0.5), 2)).toBeGreaterThanOrEqual(0.8);
  });

  test('one long illness is no sudden change, and says nothing without six weeks of days', () => {
    const ill = Array.from({ length: 60 }, (_, i) => day(i, i >= 50));
    expect(suddenChange(ill)).toBeNull();
    expect(suddenChange(Array.from({ length: 30 }, (_, i) => day(i, i > 20 && i % 2 === 0)))).toBeNull();
  });
});
