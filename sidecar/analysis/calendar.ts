/** Dates as the site writes them, `YYYY-MM-DD`, counted and compared without any clock or time zone. */

const DAY = 86_400_000;

/** Days since 1970-01-01. */
export function dayNumber(date: string): number {
  return Math.round(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / DAY,
  );
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

/** The newest of some dates; null when there is none. */
export function newest(dates: Iterable<string>): string | null {
  let found: string | null = null;
  for (const date of dates) if (found === null || date > found) found = date;
  return found;
}
