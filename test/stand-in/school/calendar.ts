/**
 * The school's year around a given day: two terms, a break between them, single holidays.
 *
 * The second term is under way, so that a whole year of attendance lies behind `today`.
 */
import plan from '../../../fixtures/school/calendar.json' with { type: 'json' };
import { addDays, mondayOf, weekday } from './days.ts';

export interface Term {
  /** 1 or 2. */
  number: number;
  /** The Academic Term's document name, `2026 (Term 2)`. */
  name: string;
  label: string;
  from: string;
  to: string;
}

export interface Calendar {
  year: { name: string; from: string; to: string };
  terms: Term[];
  holidayList: string;
  /** Every day without school, weekends included. */
  holidays: { date: string; description: string }[];
  /** School days up to the last one before `today`, oldest first. */
  schoolDays: { date: string; term: Term; week: number; weekday: number }[];
  /** The Monday of today's week. */
  monday: string;
}

export function schoolCalendar(today: string): Calendar {
  const monday = mondayOf(today);
  const second = addDays(monday, -7 * plan.term_2_weeks_before_today);
  const first = addDays(second, -7 * (plan.break_weeks + plan.term_1_weeks));
  const firstEnd = addDays(first, 7 * plan.term_1_weeks - 3);
  const secondEnd = addDays(monday, 7 * plan.term_2_weeks_after_today + 4);
  const from = addDays(first, -7);
  const to = addDays(secondEnd, 7);
  const year = yearName(from, to);
  const terms = [term(1, year, first, firstEnd), term(2, year, second, secondEnd)];
  const holidays = holidaysBetween(from, to, terms);
  const closed = new Set(holidays.map((holiday) => holiday.date));
  const schoolDays: Calendar['schoolDays'] = [];
  for (const current of terms) {
    for (let date = current.from; date <= current.to && date < today; date = addDays(date, 1)) {
      if (closed.has(date)) continue;
      schoolDays.push({ date, term: current, week: weekOf(current, date), weekday: weekday(date) });
    }
  }
  return {
    year: { name: year, from, to },
    terms,
    holidayList: plan.holiday_list,
    holidays,
    schoolDays,
    monday,
  };
}

/** The first school day on or after the given week and weekday of a term. */
export function schoolDay(calendar: Calendar, number: number, week: number, day: number): string {
  const found = calendar.schoolDays.find(
    (candidate) =>
      candidate.term.number === number && candidate.week * 7 + candidate.weekday >= week * 7 + day,
  );
  if (found === undefined) throw new Error(`term ${number} has no school day after week ${week} so far`);
  return found.date;
}

function yearName(from: string, to: string): string {
  const begins = from.slice(0, 4);
  return begins === to.slice(0, 4) ? begins : `${begins}-${to.slice(2, 4)}`;
}

function term(number: number, year: string, from: string, to: string): Term {
  const label = `Term ${number}`;
  return { number, label, name: `${year} (${label})`, from, to };
}

function weekOf(current: Term, date: string): number {
  return Math.floor((Date.parse(date) - Date.parse(current.from)) / (7 * 86_400_000));
}

function holidaysBetween(from: string, to: string, terms: Term[]): Calendar['holidays'] {
  const single = new Map(
    plan.holidays.map((holiday) => {
      const start = terms[holiday.term - 1]?.from ?? from;
      return [addDays(start, holiday.week * 7 + holiday.weekday), holiday.description];
    }),
  );
  const holidays: Calendar['holidays'] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const teaching = terms.some((current) => date >= current.from && date <= current.to);
    const description =
      weekday(date) === 5
        ? 'Saturday'
        : weekday(date) === 6
          ? 'Sunday'
          : (single.get(date) ?? (teaching ? null : 'Break'));
    if (description !== null) holidays.push({ date, description });
  }
  return holidays;
}
