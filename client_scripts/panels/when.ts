/** Days and moments as the reader says them: "Fri 20 Nov", "Wed 18 Nov, 14:20", "12 minutes ago". */

/** A date of the records, `YYYY-MM-DD`; it has no time zone. */
export function day(date: string): string {
  return write(new Date(`${date.slice(0, 10)}T00:00:00Z`), date, {});
}

/** A moment in the site's time zone, shown in the reader's. */
export function moment(siteDatetime: string): string {
  const local = frappe.datetime.convert_to_user_tz(siteDatetime).replace(' ', 'T').slice(0, 19);
  return write(new Date(`${local}Z`), siteDatetime, { hour: '2-digit', minute: '2-digit' });
}

/** How long ago a moment in the site's time zone was, in the Desk's own words. */
export function ago(siteDatetime: string): string {
  return frappe.datetime.prettyDate(siteDatetime) || moment(siteDatetime);
}

function write(at: Date, written: string, time: Intl.DateTimeFormatOptions): string {
  if (Number.isNaN(at.getTime())) return written;
  const year = at.getUTCFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  // UTC throughout: the digits are already those to be shown, and must not be moved again.
  return new Intl.DateTimeFormat(language(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
    ...year,
    ...time,
  }).format(at);
}

/** Plain "en" would write the American order; a name the browser does not know falls back to its own. */
function language(): string | undefined {
  const name = (frappe.boot.lang ?? '').replace('_', '-');
  if (name === 'en') return 'en-GB';
  try {
    return Intl.getCanonicalLocales(name)[0];
  } catch {
    return undefined;
  }
}
