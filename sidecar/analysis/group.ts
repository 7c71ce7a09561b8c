/** Attendance of a class as one rounded figure, which its pupils' insights are compared with. */
import { addDays, earlier } from './calendar.ts';
import { percent } from './percent.ts';
import type { GroupAttendance, GroupRecords } from './records.ts';
import { modeOf, presence, schoolDays } from './school-days.ts';
import { lastYear } from './term.ts';
import { MIN_SCHOOL_DAYS, NO_TERM_DAYS } from './thresholds.ts';

/**
 * Share of days (or lessons, whichever the class mostly uses) present over all pupils, whole percent; approved
 * leave left out; null under MIN_SCHOOL_DAYS. Rows of coming days and of pupils not in the group are left out.
 */
export function groupAttendance(records: GroupRecords, today: string): GroupAttendance {
  const members = new Set(records.pupils);
  const from = records.academicTerm === '' ? lastYear(today).from : '';
  const rows = records.attendance.filter(
    (row) => row.date <= today && row.date >= from && members.has(row.student),
  );
  const byPupil = new Map<string, typeof rows>();
  for (const row of rows) {
    const list = byPupil.get(row.student);
    if (list === undefined) byPupil.set(row.student, [row]);
    else list.push(row);
  }

  const { mode } = modeOf(rows);
  const dates = new Set<string>();
  let held = 0;
  let present = 0;
  let pupils = 0;
  for (const list of byPupil.values()) {
    const { days } = schoolDays(list, mode);
    const sums = presence(days);
    held += sums.held;
    present += sums.present;
    if (days.length > 0) pupils += 1;
    for (const day of days) dates.add(day.date);
  }
  return {
    studentGroup: records.studentGroup,
    academicTerm: records.academicTerm,
    mode,
    rate: dates.size < MIN_SCHOOL_DAYS ? null : percent(present, held),
    days: dates.size,
    pupils,
  };
}

/** The day on which the same rows say something else: approved leave is entered ahead, and without terms a year ends. */
export function groupUntil({ attendance, academicTerm }: GroupRecords, today: string): string | null {
  const { from } = lastYear(today);
  let until: string | null = null;
  for (const { date } of attendance) {
    if (date > today) until = earlier(until, date);
    else if (academicTerm === '' && date >= from) until = earlier(until, addDays(date, NO_TERM_DAYS));
  }
  return until;
}
