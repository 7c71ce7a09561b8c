/**
 * A year of day attendance. Illness comes in spells and in waves, a few pupils miss a lot; approved leave is
 * a Student Leave Application, which on a real site writes its attendance rows itself.
 */
import type { Calendar } from './calendar.ts';
import { document, type SchoolDocument } from './document.ts';
import type { Pupil, SchoolClass } from './people.ts';
import { plantedAbsences, plantedLeave } from './planted.ts';
import { random } from './random.ts';

type Day = Calendar['schoolDays'][number];

/** Weeks of a term in which more pupils fall ill. */
const WAVE_WEEKS = new Set([7, 8, 9]);
/** How likely it is that who is absent today is absent on the next school day too. */
const SPELL_GOES_ON = 0.45;

export interface Attendance {
  leave: SchoolDocument[];
  days: SchoolDocument[];
}

/** Rows in the order in which they were marked: day by day, class by class. */
export function attendance(
  seed: number,
  calendar: Calendar,
  classes: SchoolClass[],
  groupOf: (schoolClass: SchoolClass, term: number) => string,
): Attendance {
  const pupils = classes.flatMap((home) => home.pupils.map((pupil) => ({ pupil, home })));
  const leave: SchoolDocument[] = [];
  const marked = pupils.map(({ pupil, home }) => {
    const days = calendar.schoolDays.filter((day) => day.date >= pupil.joined);
    const onLeave = new Map<string, string>();
    for (const spell of leaveOf(seed, pupil, days)) {
      const application = leaveApplication(
        leave.length + 1,
        pupil,
        spell,
        groupOf(home, spell[0]?.term.number ?? 1),
      );
      leave.push(application);
      for (const day of spell) onLeave.set(day.date, application.name);
    }
    return { pupil, home, onLeave, absent: absencesOf(seed, pupil, days) };
  });
  const rows: SchoolDocument[] = [];
  for (const day of calendar.schoolDays) {
    for (const { pupil, home, onLeave, absent } of marked) {
      if (day.date < pupil.joined) continue;
      const application = onLeave.get(day.date) ?? null;
      rows.push(
        document(
          'Student Attendance',
          `EDU-ATT-${day.date.slice(0, 4)}-${String(rows.length + 1).padStart(5, '0')}`,
          {
            student: pupil.name,
            student_name: pupil.fullName,
            student_group: groupOf(home, day.term.number),
            course_schedule: null,
            date: day.date,
            status: application !== null ? 'Leave' : absent.has(day.date) ? 'Absent' : 'Present',
            leave_application: application,
          },
          { docstatus: 1 },
        ),
      );
    }
  }
  return { leave, days: rows };
}

function absencesOf(seed: number, pupil: Pupil, days: Day[]): Set<string> {
  if (pupil.pattern !== null) return plantedAbsences(pupil.pattern, days);
  const chance = random(seed, 'attendance', pupil.index);
  // log-normal: most pupils miss two or three days in a hundred, a few miss one in six
  const usual = Math.min(0.14, 0.018 * Math.exp(chance.normal(0.8)));
  const absent = new Set<string>();
  let ill = false;
  for (const day of days) {
    const wave = WAVE_WEEKS.has(day.week) ? 1.8 : 1;
    ill = chance.chance(ill ? SPELL_GOES_ON : usual * wave);
    if (ill) absent.add(day.date);
  }
  return absent;
}

/** At most one spell of one to three days per term, inside one week. */
function leaveOf(seed: number, pupil: Pupil, days: Day[]): Day[][] {
  if (pupil.pattern !== null) return plantedLeave(pupil.pattern, days);
  const chance = random(seed, 'leave', pupil.index);
  return [1, 2].flatMap((term) => {
    const ofTerm = days.filter((day) => day.term.number === term);
    if (ofTerm.length < 30 || !chance.chance(0.12)) return [];
    const from = chance.below(ofTerm.length);
    const first = ofTerm[from];
    const length = 1 + chance.below(3);
    return [ofTerm.slice(from, from + length).filter((day) => day.week === first?.week)];
  });
}

function leaveApplication(number: number, pupil: Pupil, spell: Day[], group: string): SchoolDocument {
  const from = spell[0]?.date ?? '';
  return document(
    'Student Leave Application',
    `EDU-SLA-${from.slice(0, 4)}-${String(number).padStart(5, '0')}`,
    {
      student: pupil.name,
      student_name: pupil.fullName,
      from_date: from,
      to_date: spell.at(-1)?.date ?? from,
      mark_as_present: 0,
      attendance_based_on: 'Student Group',
      student_group: group,
      course_schedule: null,
      reason: 'Family matter',
    },
    { docstatus: 1 },
  );
}
