/** How often the alarm of a sudden change rings in a term, for simulated pupils of whom it is known whether they changed. */
import { suddenChange } from '../analysis/attendance-alarm.ts';
import { addDays } from '../analysis/calendar.ts';
import { seeded } from '../analysis/model/random.ts';
import type { Random } from '../analysis/model/random.ts';
import type { SchoolDay } from '../analysis/school-days.ts';
import { BARS } from './bars.ts';
import type { Line } from './bars.ts';

/** `usual` and `changed`: the chance that an absence begins on a day, until and from the day of the change. */
interface SimulatedHabit {
  usual: number;
  changed: number;
  /** The chance that an absence goes on for another day. */
  stays: number;
}

const PUPILS = 1000;
const SEED = 17;
/** A term of sixteen weeks; the change comes in its middle, and is to be seen within a month. */
const DAYS = 80;
const CHANGE = 40;
const SEEN_WITHIN = 25;
/** From one absence a term to one a week, of a day or of several. */
const STEADY: readonly SimulatedHabit[] = [0.01, 0.04, 0.1, 0.14, 0.2].flatMap((usual) =>
  [0, 0.5].map((stays) => ({ usual, changed: usual, stays })),
);
const CHANGED: SimulatedHabit = { usual: 0.02, changed: 0.3, stays: 0.3 };

export const ALARM_PROTOCOL = [
  `Alarm: ${PUPILS} simulated pupils of each habit, looked at on every day of ${DAYS}; of pupils without change the habit with most alarms counts.`,
];

export function alarmLines(): Line[] {
  const random = seeded(SEED);
  const shares = STEADY.map((habit) => shareOf((days) => ringsIn(days, 1, DAYS), habit, random));
  const seen = shareOf((days) => ringsIn(days, CHANGE + 1, CHANGE + SEEN_WITHIN), CHANGED, random);
  return [
    {
      figure: 'Sudden-change alarm, share of pupils without change in a term',
      value: Math.max(...shares),
      bar: BARS.falseAlarms,
      better: 'lower',
    },
    {
      figure: `Sudden-change alarm, seen within ${SEEN_WITHIN} school days of a change from 2% to 30% a day`,
      value: seen,
      bar: undefined,
      better: 'higher',
    },
  ];
}

function shareOf(rings: (days: SchoolDay[]) => boolean, habit: SimulatedHabit, random: Random): number {
  let ringing = 0;
  for (let pupil = 0; pupil < PUPILS; pupil += 1) if (rings(simulatedDays(habit, random))) ringing += 1;
  return ringing / PUPILS;
}

function simulatedDays({ usual, changed, stays }: SimulatedHabit, random: Random): SchoolDay[] {
  let absent = false;
  return Array.from({ length: DAYS }, (_, i) => {
    absent = (absent && random() < stays) || random() < (i < CHANGE ? usual : changed);
    const date = addDays('2026-09-01', i);
    return { date, held: 1, missed: absent ? 1 : 0, absent, rows: absent ? [date] : [] };
  });
}

/** Whether it rang on any of these days, each with what was known on it. */
function ringsIn(days: readonly SchoolDay[], from: number, to: number): boolean {
  for (let known = from; known <= to; known += 1)
    if (suddenChange(days.slice(0, known)) !== null) return true;
  return false;
}
