/** Who teaches what: two sets of six teachers, and this week's timetable without two lessons at once. */
import curriculum from '../../../fixtures/school/curriculum.json' with { type: 'json' };
import cultures from '../../../fixtures/school/names.json' with { type: 'json' };
import type { Calendar } from './calendar.ts';
import { addDays } from './days.ts';
import { document, type SchoolDocument } from './document.ts';
import type { SchoolClass, SchoolSize } from './people.ts';
import { random } from './random.ts';

export interface Teacher {
  fullName: string;
  /** '' for the one who teaches nobody this year. */
  course: string;
  /** Classes with the same set have the same teachers. */
  set: number;
}

const COURSES = curriculum.courses.map((course) => course.name);
const LESSONS = [
  ['08:00:00', '08:45:00'],
  ['08:50:00', '09:35:00'],
  ['09:50:00', '10:35:00'],
  ['10:40:00', '11:25:00'],
  ['11:40:00', '12:25:00'],
  ['12:30:00', '13:15:00'],
] as const;

/** The first is always Ada Berg (Mathematics of the first classes), the last always Ines Moreau, who teaches no one. */
export function teachers(size: SchoolSize, classes: SchoolClass[]): Teacher[] {
  const taken = new Set(['Ada Berg', 'Ines Moreau']);
  const sets = Math.ceil(classes.length / COURSES.length);
  const staff = Array.from({ length: sets }, (_, set) =>
    COURSES.map((course, at) => ({
      fullName: set === 0 && at === 0 ? 'Ada Berg' : freshName(size.seed, `${course} ${set}`, taken),
      course,
      set,
    })),
  ).flat();
  return [...staff, { fullName: 'Ines Moreau', course: '', set: -1 }];
}

export function teachersOf(schoolClass: SchoolClass, staff: Teacher[]): Teacher[] {
  return staff.filter((teacher) => teacher.set === setOf(schoolClass));
}

function setOf(schoolClass: SchoolClass): number {
  return Math.floor(schoolClass.index / COURSES.length);
}

function freshName(seed: number, about: string, taken: Set<string>): string {
  const chance = random(seed, 'teacher', about);
  for (;;) {
    const culture = chance.pick(cultures);
    const name = `${chance.pick(culture.given)} ${chance.pick(culture.family)}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

export function roomOf(schoolClass: SchoolClass): string {
  return `Room ${schoolClass.name}`;
}

/** Six lessons a day for each class; the course moves on by one with each class, so no teacher is in two rooms. */
export function timetable(
  calendar: Calendar,
  classes: SchoolClass[],
  staff: Teacher[],
  groupOf: (schoolClass: SchoolClass) => string,
): SchoolDocument[] {
  const closed = new Set(calendar.holidays.map((holiday) => holiday.date));
  const lessons: SchoolDocument[] = [];
  for (let day = 0; day < 5; day++) {
    const date = addDays(calendar.monday, day);
    if (closed.has(date)) continue;
    for (const schoolClass of classes) {
      for (const [lesson, [from, to]] of LESSONS.entries()) {
        const course = COURSES[(schoolClass.index + lesson + day) % COURSES.length] ?? '';
        const teacher = teachersOf(schoolClass, staff).find((candidate) => candidate.course === course);
        const number = String(lessons.length + 1).padStart(5, '0');
        lessons.push(
          document('Course Schedule', `EDU-CSH-${date.slice(0, 4)}-${number}`, {
            student_group: groupOf(schoolClass),
            course,
            instructor: teacher?.fullName ?? '',
            room: roomOf(schoolClass),
            schedule_date: date,
            from_time: from,
            to_time: to,
          }),
        );
      }
    }
  }
  return lessons;
}
