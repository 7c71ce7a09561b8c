/** When the checks come round: hourly by the clock, the longer ones at night by the site's own calendar. Pure. */
import { siteDay, startOfSiteDay } from '../clock.ts';
import { WATCHED } from '../erpnext/watched.ts';
import { CHECKS, isCheckKind, type CheckKind, type Recurring } from '../store/checks.ts';
import type { Touch } from '../store/work.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** After a first load: transactions that were open across its beginning are over by then (`sync.md` 1). */
const AFTER_LOAD_MS = 15 * 60_000;
/** Hours after midnight at the site, apart so that they do not meet. */
const NIGHT_HOUR: Record<Exclude<Recurring, 'hourly'>, number> = { daily: 2, weekly: 3, monthly: 4 };

export function nextRun(kind: Recurring, now: number, timeZone: string): number {
  if (kind === 'hourly') return now + HOUR_MS;
  // Noon of each following day is on that day whatever the clocks do at night.
  const noon = startOfSiteDay(siteDay(now, timeZone), timeZone) + DAY_MS / 2;
  for (let days = 0; ; days += 1) {
    const day = siteDay(noon + days * DAY_MS, timeZone);
    const at = startOfSiteDay(day, timeZone) + NIGHT_HOUR[kind] * HOUR_MS;
    if (at > now && isItsDay(kind, day)) return at;
  }
}

/** Weekly on Sundays, monthly on the first. */
function isItsDay(kind: Recurring, day: string): boolean {
  if (kind === 'weekly') return new Date(`${day}T12:00:00Z`).getUTCDay() === 0;
  return kind === 'daily' || day.endsWith('-01');
}

/** How a second reading is named as work: which check saw the difference, and in which DocType. */
export function recheckKind(check: CheckKind, doctype: string): string {
  return `${check}/${doctype}`;
}

export function recheckOf(kind: string): [check: CheckKind, doctype: string] {
  const [check = '', doctype = ''] = kind.split('/');
  return [isCheckKind(check) ? check : 'hourly', doctype];
}

/** Every check of every DocType at its time; one that is overdue already keeps its place. */
export function timetable(now: number, timeZone: string): Touch[] {
  return CHECKS.flatMap((kind) => checkTouches(kind, nextRun(kind, now, timeZone)));
}

export function afterLoad(now: number, timeZone: string): Touch[] {
  return [...timetable(now, timeZone), ...checkTouches('daily', now + AFTER_LOAD_MS)];
}

export function checkTouches(kind: CheckKind, dueAt: number): Touch[] {
  return WATCHED.map(({ doctype }) => checkTouch(kind, doctype, dueAt));
}

export function checkTouch(kind: CheckKind, doctype: string, dueAt: number): Touch {
  return { stage: 'check', kind, name: doctype, dueAt };
}
