/** Dates as the site writes them, `YYYY-MM-DD`, counted and compared without any clock or time zone. */

/** Days since 1970-01-01. The inverse of `dateOf`, from the same source (`days_from_civil`). */
export function dayNumber(date: string): number {
  const month = digits(date, 5, 7);
  const year = digits(date, 0, 4) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const ofEra = year - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + digits(date, 8, 10) - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

export function addDays(date: string, days: number): string {
  return dateOf(dayNumber(date) + days);
}

/**
 * Every pupil asks this dozens of times, and a Date takes a tenth of the whole analysis. Years begin in March, so that the day of a
 * leap year is their last: H. Hinnant, chrono-Compatible Low-Level Date Algorithms (2013), `civil_from_days`.
 */
export function dateOf(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const yearOfEra = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const dayOfMonth = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${dayOfMonth < 10 ? '0' : ''}${dayOfMonth}`;
}

/** 0 = Monday … 6 = Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(date: string): number {
  return (((dayNumber(date) + 3) % 7) + 7) % 7;
}

/** A number for the week of a day, Monday to Sunday; mondayOf gives its first day back. */
export function weekOf(date: string): number {
  return Math.floor((dayNumber(date) + 3) / 7);
}

export function mondayOf(week: number): string {
  return dateOf(week * 7 - 3);
}

/** The earlier of two days, where null means "never". */
export function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** The oldest of some dates; null when there is none. */
export function oldest(dates: Iterable<string>): string | null {
  let found: string | null = null;
  for (const date of dates) found = earlier(found, date);
  return found;
}

/** The newest of some dates; null when there is none. */
export function newest(dates: Iterable<string>): string | null {
  let found: string | null = null;
  for (const date of dates) if (found === null || date > found) found = date;
  return found;
}
