/** The alarm for a sudden change: a pupil who begins to stay away, told apart from the usual chance absences. */
import type { SchoolDay } from './school-days.ts';

/** `since`: the first day of the change; days and absences from there to the newest day. */
export interface SuddenChange {
  since: string;
  days: number;
  absences: number;
}

/** The share of school days absent that the alarm is tuned to find: two days in five. */
const CHANGED_RATE = 0.4;
/** The pupil's usual share is known only so far: it counts as at least this. */
const LEAST_USUAL = 0.02;
/** Days from which the usual share is taken, before any alarm: six weeks. */
const MIN_BEFORE = 30;
/** The sum of log-likelihood ratios at which it speaks: set by simulation, see alarm.test.ts. */
const LIMIT = 7;
/** Two separate spells at least: the days of one illness are not independent. */
const SPELLS = 2;

/**
 * CUSUM: S = max(0, S + log-likelihood ratio of the day under CHANGED_RATE against the usual share), where the
 * usual share is that of all days before, with one absence in twenty added as if seen before. It speaks while S
 * is at LIMIT or over on the newest day; the change began when S was last 0. On simulated pupils without change
 * (2 to 20% absent, 95 days) it speaks for at most 1 in 20 a term. Null without MIN_BEFORE days or a change.
 *
 * Source: E. S. Page, Biometrika 41 (1954) 100-115.
 */
export function suddenChange(days: readonly SchoolDay[]): SuddenChange | null {
  let sum = 0;
  let since = 0;
  let before = 1;
  for (const [i, day] of days.entries()) {
    const usual = Math.min(CHANGED_RATE / 2, Math.max(LEAST_USUAL, before / (i + 20)));
    before += day.absent ? 1 : 0;
    if (i < MIN_BEFORE) continue;
    sum += day.absent ? Math.log(CHANGED_RATE / usual) : Math.log((1 - CHANGED_RATE) / (1 - usual));
    if (sum > 0) continue;
    sum = 0;
    since = i + 1;
  }
  const changed = days.slice(Math.max(since, MIN_BEFORE));
  const [first] = changed;
  if (sum < LIMIT || first === undefined) return null;
  const spells = changed.filter((day, i) => day.absent && changed[i - 1]?.absent !== true).length;
  if (spells < SPELLS) return null;
  return {
    since: first.date,
    days: changed.length,
    absences: changed.filter((day) => day.absent).length,
  };
}
