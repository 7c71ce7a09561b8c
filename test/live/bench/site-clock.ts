/** The site's naive datetimes as milliseconds since 1970; the site runs on this machine, so one clock serves both. */
import { z } from 'zod';
import type { LiveSite } from '../site.ts';

export type SiteClock = (text: string) => number;

export async function siteClock(site: LiveSite): Promise<SiteClock> {
  const answer = await site.call('frappe.client.get_time_zone');
  const { time_zone } = z.object({ time_zone: z.string() }).parse(answer);
  return (text) => {
    const asUtc = new Date(`${text.replace(' ', 'T').slice(0, 23)}Z`);
    return asUtc.getTime() - offset(asUtc, time_zone);
  };
}

/** How far the zone is ahead of UTC, milliseconds. */
function offset(moment: Date, timeZone: string): number {
  const there = moment.toLocaleString('sv-SE', { timeZone }).replace(' ', 'T');
  return new Date(`${there}Z`).getTime() - Math.floor(moment.getTime() / 1000) * 1000;
}
