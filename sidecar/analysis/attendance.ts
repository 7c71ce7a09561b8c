/** The attendance insight of one pupil: which findings are said, in which order, and how sure. */
import type { AssessmentInsightValues, Chart, InsightValues, Reason } from '../erpnext/contract.ts';
import { suddenChange } from './attendance-alarm.ts';
import { attendanceRate, goodAttendance, rateFinding } from './attendance-rate.ts';
import { absenceStreak } from './attendance-streak.ts';
import { attendanceTrend, isFalling } from './attendance-trend.ts';
import { weekdayPattern } from './attendance-weekday.ts';
import { addDays, earlier, mondayOf, newest, oldest, weekOf } from './calendar.ts';
import { earlyWarning, rulesOf } from './early-warning.ts';
import { clarityOf, clearestFirst, levelOf, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { compare } from './order.ts';
import type { AnalysisSettings, AttendanceRow, GroupAttendance } from './records.ts';
import { modeOf, schoolDays } from './school-days.ts';
import type { SchoolDay, SchoolDays } from './school-days.ts';
import type { Window } from './term.ts';
import { MAX_STEPS, MIN_SCHOOL_DAYS, MODEL_VERSION, NO_TERM_DAYS, SURE_SCHOOL_DAYS } from './thresholds.ts';

export interface AttendanceRecords {
  student: string;
  attendance: AttendanceRow[];
  groupAttendance: GroupAttendance[];
}

/**
 * `values` is null without any row in the window; `days` are the school days it rests on. `until`: the day on which the same rows would say something
 * else (a row of a coming day, a streak that grows old, a row leaving the last 365 days).
 */
export function attendanceInsight(
  records: AttendanceRecords,
  settings: AnalysisSettings,
  window: Window,
  today: string,
): { values: InsightValues | null; days: SchoolDay[]; until: string | null } {
  const inWindow = records.attendance.filter((row) => row.date >= window.from && row.date <= window.to);
  const known = inWindow.filter((row) => row.date <= today);
  let until = oldest(inWindow.filter((row) => row.date > today).map((row) => row.date));
  const first = oldest(known.map((row) => row.date));
  if (first === null) return { values: null, days: [], until };
  if (window.name === '') until = earlier(until, addDays(first, NO_TERM_DAYS));

  const { mode, mixed } = modeOf(known);
  const school = schoolDays(known, mode);
  const recordsTo = newest(known.map((row) => row.date));
  const notes = notesOf(school, mixed, window);
  if (school.days.length < MIN_SCHOOL_DAYS) {
    const tooLittle = say('data.too_little', '', { have: school.days.length, need: MIN_SCHOOL_DAYS });
    const values = insight([], [tooLittle, ...notes], 'little', null, recordsTo);
    return { values, days: school.days, until };
  }

  const classRate = classRateOf(known, records.groupAttendance, mode, settings);
  const found = findings(school, classRate, settings, today);
  const strengths = found.why.some((finding) => finding.level !== 'steady') ? [] : [goodAttendance(school)];
  if (found.rising !== null) strengths.push(found.rising);
  const sure = school.days.length >= SURE_SCHOOL_DAYS;
  const rest = [
    ...clearestFirst(strengths.filter((finding) => finding !== null)).map((finding) => finding.reason),
    ...rulesOf(clearestFirst(found.why), settings),
    say(sure ? 'sure.attendance' : 'sure.attendance_fairly', '', { days: school.days.length }),
    ...stepsOf(found.why, records.student),
    ...(levelOf(found.why) === 'steady' ? [] : [say('note.no_cause', '', {})]),
    ...notes,
  ];
  until = earlier(until, found.until);
  return {
    values: insight(found.why, rest, sure ? 'sure' : 'fairly', chartOf(school.days), recordsTo),
    days: school.days,
    until,
  };
}

interface Found {
  why: Finding[];
  rising: Finding | null;
  until: string | null;
}

function findings(
  school: SchoolDays,
  classRate: number | null,
  settings: AnalysisSettings,
  today: string,
): Found {
  const rate = attendanceRate(school);
  const trend = attendanceTrend(school.days);
  // Both would tell of the same days; the alarm tells since when, and is seldom wrong.
  const falling = suddenChange(school.days) ?? (isFalling(trend) ? trend : null);
  const streak = absenceStreak(school.days, today);
  const weekday = weekdayPattern(school.days, rate < settings.attendance_watch_rate);
  const why = [
    rateFinding(school, classRate, settings),
    earlyWarning(rate, falling, settings),
    streak?.finding ?? null,
    weekday,
  ].filter((finding) => finding !== null);
  return {
    why,
    rising: isFalling(trend) || falling !== null ? null : trend,
    until: streak?.until ?? null,
  };
}

/** The rate of the group that most of the pupil's rows name, counted in the same way, if it is large enough. */
function classRateOf(
  rows: readonly AttendanceRow[],
  groups: readonly GroupAttendance[],
  mode: GroupAttendance['mode'],
  settings: AnalysisSettings,
): number | null {
  const counts = new Map<string, number>();
  for (const { studentGroup } of rows) {
    if (studentGroup !== null) counts.set(studentGroup, (counts.get(studentGroup) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
  const group = groups.find((row) => row.studentGroup === most?.[0] && row.mode === mode);
  return group === undefined || group.pupils < settings.minimum_group_size ? null : group.rate;
}

/** One step per kind of finding, the clearest first. */
function stepsOf(why: Finding[], student: string): Reason[] {
  const steps = new Map<string, Reason>();
  for (const { level, reason } of clearestFirst(why)) {
    if (level === 'steady') continue;
    const step =
      reason.code === 'attendance.streak'
        ? say('step.call_guardian', '', { student })
        : reason.code === 'attendance.weekday'
          ? say('step.ask_weekday', reason.about, { student, weekday: Number(reason.about) })
          : say('step.talk', '', { student });
    if (!steps.has(step.code)) steps.set(step.code, step);
  }
  return [...steps.values()].slice(0, MAX_STEPS);
}

function notesOf(school: SchoolDays, mixed: boolean, window: Window): Reason[] {
  return [
    ...(school.leave > 0 ? [say('note.leave', '', { days: school.leave })] : []),
    ...(mixed ? [say(school.mode === 'day' ? 'note.days_only' : 'note.lessons_only', '', {})] : []),
    ...(window.name === '' ? [say('note.no_term', '', { days: NO_TERM_DAYS })] : []),
  ];
}

/** Days absent per week (labelled by its Monday); only with three weeks or more. */
function chartOf(days: readonly SchoolDay[]): Chart | null {
  const weeks = new Map<number, number>();
  for (const day of days) {
    const week = weekOf(day.date);
    weeks.set(week, (weeks.get(week) ?? 0) + (day.absent ? 1 : 0));
  }
  if (weeks.size < 3) return null;
  const series = [{ code: 'chart.days_absent', values: [...weeks.values()] }];
  return { kind: 'bar', code: 'chart.attendance', labels: [...weeks.keys()].map(mondayOf), series };
}

function insight(
  why: Finding[],
  rest: Reason[],
  confidence: AssessmentInsightValues['confidence'],
  chart: Chart | null,
  recordsTo: string | null,
): InsightValues {
  return {
    level: levelOf(why),
    clarity: clarityOf(why),
    reasons: [...clearestFirst(why).map((finding) => finding.reason), ...rest],
    chart,
    confidence,
    records_to: recordsTo,
    model_version: MODEL_VERSION,
  };
}
