/** Which stretch of time an analysis is about: the current term, or the last year where there are no terms. */
import { addDays } from './calendar.ts';
import { compare } from './order.ts';
import type { StudentRecords } from './records.ts';
import { NO_TERM_DAYS } from './thresholds.ts';

/** `name` is '' where the school uses no terms. Both ends belong to it. */
export interface Window {
  name: string;
  from: string;
  to: string;
}

/** The latest term that began; null while all of them lie ahead. Without any term: the last 365 days. */
export function currentTerm(terms: StudentRecords['terms'], today: string): Window | null {
  if (terms.length === 0) return lastYear(today);
  const begun = terms.filter((term) => term.from <= today);
  begun.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.name, b.name));
  return begun.at(-1) ?? null;
}

/** Open towards the future: what is dated later is for its own day to count. */
export function lastYear(today: string): Window {
  return { name: '', from: addDays(today, 1 - NO_TERM_DAYS), to: '9999-12-31' };
}

/** The next day on which a term begins, or one is over for the first time; null when none is known. */
export function nextTermChange(terms: StudentRecords['terms'], today: string): string | null {
  const ahead = terms.flatMap((term) => [term.from, addDays(term.to, 1)]).filter((day) => day > today);
  return ahead.sort(compare)[0] ?? null;
}

/**
 * Whether a test belongs to the window: by its term's name, or, where that is none of the pupil's past or
 * coming terms (a whole-year plan, a plan without a term), by its date. A result entered before its plan's day
 * counts at once: it is there.
 */
export function testInWindow(
  test: { academicTerm: string; date: string },
  window: Window,
  terms: StudentRecords['terms'],
  today: string,
): boolean {
  if (window.name !== '' && test.academicTerm === window.name) return true;
  const elsewhere = terms.some(
    (term) =>
      term.name === test.academicTerm && term.name !== window.name && (term.to < today || term.from > today),
  );
  return !elsewhere && test.date >= window.from && test.date <= window.to;
}
