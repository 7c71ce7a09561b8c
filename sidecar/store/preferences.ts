/** The start of a pupil's settings: what the own pattern suggests, where nobody has wished or set anything yet. */
import type { SettingValues } from '../erpnext/contract.ts';
import { readOpened } from './mirror/opened.ts';
import { PREFERENCES, proposePreferences, readPreferences } from './proposals.ts';
import type { Sealer } from './sealing.ts';
import type { Db } from './tables.ts';

/**
 * Proposed once: a key that was ever proposed or set is left to people, whatever the pattern becomes. So a setting
 * does not go back and forth with a pupil's attendance, and nobody is asked about it again and again.
 */
export async function startPreferences(
  db: Db,
  sealer: Sealer,
  suggested: ReadonlyMap<string, SettingValues>,
  now: number,
): Promise<void> {
  const students = [...suggested.keys()];
  if (students.length === 0) return;
  const proposed = await readPreferences(db, sealer, students);
  // What stands on the site as far as the mirror knows it: a database that was lost proposed it, too.
  const opened = await readOpened(db, sealer, PREFERENCES.doctype, students);
  for (const [student, values] of suggested) {
    const before = proposed.get(student) ?? {};
    const there = opened.get(student)?.get(PREFERENCES.field);
    const known = { ...there?.value, ...there?.base, ...before };
    const fresh = Object.entries(values).filter(([key]) => known[key] === undefined);
    if (fresh.length === 0) continue;
    await proposePreferences(db, sealer, student, { ...before, ...Object.fromEntries(fresh) }, now);
  }
}
