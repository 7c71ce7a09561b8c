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

export function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
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
