/** The site's own time: moments and days as text in its time zone, never converted. */
export class SiteClock {
  readonly timeZone: string;
  readonly #now: () => Date;
  readonly #parts: Intl.DateTimeFormat;

  constructor(timeZone: string, now: () => Date = () => new Date()) {
    this.timeZone = timeZone;
    this.#now = now;
    // Swedish happens to write dates and times exactly as the site stores them
    this.#parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  }

  /** `YYYY-MM-DD HH:MM:SS.ffffff`, as the site stores it. */
  now(): string {
    return this.written(this.#now());
  }

  written(at: Date): string {
    return `${this.#parts.format(at)}.${String(at.getMilliseconds()).padStart(3, '0')}000`;
  }

  today(): string {
    return this.now().slice(0, 10);
  }

  instant(): Date {
    return this.#now();
  }
}
