/** Days and moments as the reader says them: "Fri 20 Nov", "Wed 18 Nov, 14:20", "12 minutes ago". */

/** A date of the records, `YYYY-MM-DD`; it has no time zone. */
export function day(date: string): string {
  return write(new Date(`${date.slice(0, 10)}T00:00:00Z`), date, '');
}

/** A moment in the site's time zone, shown in the reader's. */
export function moment(siteDatetime: string): string {
  const local = frappe.datetime.convert_to_user_tz(siteDatetime).replace(' ', 'T').slice(0, 19);
  return write(new Date(`${local}Z`), siteDatetime, `, ${local.slice(11, 16)}`);
}

/** How long ago a moment in the site's time zone was, in the Desk's own words. */
export function ago(siteDatetime: string): string {
  return frappe.datetime.prettyDate(siteDatetime) || moment(siteDatetime);
}

/** The same order as in the sentences of the site: the month first where the reader's dates have it first. */
function write(at: Date, written: string, clock: string): string {
  if (Number.isNaN(at.getTime())) return written;
  const part = (field: 'weekday' | 'month'): string =>
    // UTC: the digits are already those to be shown, and must not be moved again.
    new Intl.DateTimeFormat(language(), { [field]: 'short', timeZone: 'UTC' }).format(at);
  const date = String(at.getUTCDate());
  const monthFirst = frappe.datetime.get_user_date_fmt().startsWith('mm');
  const words = [part('weekday'), ...(monthFirst ? [part('month'), date] : [date, part('month')])];
  if (at.getUTCFullYear() !== new Date().getFullYear()) words.push(String(at.getUTCFullYear()));
  return words.join(' ') + clock;
}

/** A name that the browser does not know falls back to the browser's own. */
function language(): string | undefined {
  try {
    return Intl.getCanonicalLocales((frappe.boot.lang ?? '').replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}
