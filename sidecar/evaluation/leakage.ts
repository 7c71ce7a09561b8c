/** The rows of a school with everything dated after a day changed: what must not move a score of that day. */
import { addDays } from '../analysis/calendar.ts';
import type { MirrorRows } from '../analysis/risk/course-cohort.ts';

/** Results entered later get another mark and day, attendance another status, who left later leaves earlier still. */
export function hiddenAfter(rows: MirrorRows, day: string): MirrorRows {
  return {
    ...rows,
    assessmentResults: rows.assessmentResults.map((row) =>
      row.creation.slice(0, 10) > day
        ? { ...row, total_score: row.maximum_score - row.total_score, creation: addDays(day, 1) }
        : row,
    ),
    studentAttendance: rows.studentAttendance.map((row) =>
      row.date > day ? { ...row, status: row.status === 'Absent' ? 'Present' : 'Absent' } : row,
    ),
    programEnrollments: rows.programEnrollments.map((row) =>
      row.docstatus === 2 && row.modified.slice(0, 10) > day ? { ...row, modified: addDays(day, 1) } : row,
    ),
  };
}
