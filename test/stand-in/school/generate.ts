/**
 * A believable school, always the same for the same size, seed and day: the records a site would hold, in the
 * order in which it accepts them, and the pupils whose insights are known beforehand.
 */
import planted from '../../../fixtures/school/planted.json' with { type: 'json' };
import { assessments } from './assessments.ts';
import { attendance } from './attendance.ts';
import { schoolCalendar, type Calendar } from './calendar.ts';
import { addDays } from './days.ts';
import { document, type SchoolDocument } from './document.ts';
import { masters } from './masters.ts';
import { schoolClasses, type Guardian, type Pupil, type SchoolClass, type SchoolSize } from './people.ts';
import { EMAIL_DOMAIN, employees, logins, type Login } from './logins.ts';
import { roomOf, teachers, teachersOf, timetable, type Teacher } from './staff.ts';
import curriculum from '../../../fixtures/school/curriculum.json' with { type: 'json' };

/** A pupil with a known answer: sentence codes that must be said, and that must not. */
export interface KnownAnswer {
  pattern: string;
  student: string;
  studentName: string;
  studentGroup: string;
  about: string;
  expects: string[];
  never: string[];
}

export interface School {
  calendar: Calendar;
  documents: SchoolDocument[];
  known: KnownAnswer[];
  logins: Login[];
}

export type { SchoolSize } from './people.ts';

/** At least 10 students: fewer leave no class around those with a known answer. */
export function generateSchool(size: SchoolSize): School {
  const calendar = schoolCalendar(size.today);
  const classes = schoolClasses(size, calendar);
  const staff = teachers(size, classes);
  const people = logins(classes, staff);
  const records = attendance(size.seed, calendar, classes, groupName);
  const { plans, results } = assessments(size.seed, calendar, classes, groupName);
  const documents = [
    ...masters(calendar),
    ...classes.map((home) => document('Student Batch Name', home.name, { batch_name: home.name })),
    ...classes.map((home) => document('Room', roomOf(home), { room_name: roomOf(home) })),
    ...people.map((login) => login.user),
    ...employees(people, calendar),
    ...staff.map((teacher) => instructor(teacher, people)),
    ...guardians(classes, people),
    ...classes
      .flatMap((home) => home.pupils)
      .sort((a, b) => a.index - b.index)
      .map((pupil) => student(pupil, people, size)),
    ...enrollments(classes, calendar),
    ...classes.flatMap((home) => studentGroups(home, staff, calendar)),
    ...timetable(calendar, classes, staff, (home) => groupName(home, 2)),
    ...records.leave,
    ...records.days,
    ...plans,
    ...results,
  ];
  return { calendar, documents, known: knownAnswers(classes), logins: people };
}

function groupName(home: SchoolClass, term: number): string {
  return `${home.name} Term ${term}`;
}

function instructor(teacher: Teacher, people: Login[]): SchoolDocument {
  const login = people.find((person) => person.instructor === teacher.fullName);
  return document('Instructor', teacher.fullName, {
    instructor_name: teacher.fullName,
    employee: login?.employee ?? null,
    status: 'Active',
  });
}

function guardians(classes: SchoolClass[], people: Login[]): SchoolDocument[] {
  const all = new Map<string, Guardian>();
  for (const pupil of classes.flatMap((home) => home.pupils)) {
    for (const guardian of pupil.guardians) all.set(guardian.name, guardian);
  }
  return [...all.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((guardian) =>
      document('Guardian', guardian.name, {
        guardian_name: guardian.fullName,
        email_address: `${guardian.name.toLowerCase()}@${EMAIL_DOMAIN}`,
        user: people.find((person) => person.guardian === guardian.name)?.user.name ?? null,
      }),
    );
}

function student(pupil: Pupil, people: Login[], size: SchoolSize): SchoolDocument {
  return document(
    'Student',
    pupil.name,
    {
      first_name: pupil.firstName,
      last_name: pupil.lastName,
      student_name: pupil.fullName,
      gender: pupil.gender,
      student_email_id: `${pupil.name.toLowerCase()}@${EMAIL_DOMAIN}`,
      date_of_birth: addDays(size.today, -5000 - ((pupil.index * 37) % 330)),
      joining_date: pupil.joined,
      date_of_leaving: null,
      enabled: 1,
      user: people.find((person) => person.student === pupil.name)?.user.name ?? null,
    },
    {
      children: {
        guardians: pupil.guardians.map((guardian) => ({
          guardian: guardian.name,
          guardian_name: guardian.fullName,
          relation: guardian.relation,
        })),
      },
    },
  );
}

/** Enrolments and the course enrolments which a site makes itself when they are submitted. */
function enrollments(classes: SchoolClass[], calendar: Calendar): SchoolDocument[] {
  const courses = curriculum.courses.map((course) => course.name);
  const programs: SchoolDocument[] = [];
  const single: SchoolDocument[] = [];
  for (const home of classes) {
    for (const pupil of home.pupils) {
      const term = calendar.terms.findLast((candidate) => candidate.from <= pupil.joined);
      const year = pupil.joined.slice(0, 4);
      const name = `EDU-ENR-${year}-${String(programs.length + 1).padStart(5, '0')}`;
      programs.push(
        document(
          'Program Enrollment',
          name,
          {
            student: pupil.name,
            student_name: pupil.fullName,
            program: home.grade,
            academic_year: calendar.year.name,
            academic_term: term?.name ?? null,
            enrollment_date: pupil.joined,
            student_batch_name: home.name,
          },
          { docstatus: 1, children: { courses: courses.map((course) => ({ course, course_name: course })) } },
        ),
      );
      for (const course of courses) {
        single.push(
          document('Course Enrollment', `EDU-CE-${year}-${String(single.length + 1).padStart(5, '0')}`, {
            program_enrollment: name,
            student: pupil.name,
            course,
            enrollment_date: pupil.joined,
          }),
        );
      }
    }
  }
  return [...programs, ...single];
}

/** A class has one group for each term: marks and attendance belong to a term through their group. */
function studentGroups(home: SchoolClass, staff: Teacher[], calendar: Calendar): SchoolDocument[] {
  return calendar.terms.map((term) =>
    document(
      'Student Group',
      groupName(home, term.number),
      {
        student_group_name: groupName(home, term.number),
        academic_year: calendar.year.name,
        academic_term: term.name,
        group_based_on: 'Batch',
        program: home.grade,
        batch: home.name,
        course: null,
        disabled: 0,
      },
      {
        children: {
          students: home.pupils
            .filter((pupil) => pupil.joined <= term.to)
            .map((pupil, at) => ({
              student: pupil.name,
              student_name: pupil.fullName,
              group_roll_number: at + 1,
              active: 1,
            })),
          instructors: teachersOf(home, staff).map((teacher) => ({
            instructor: teacher.fullName,
            instructor_name: teacher.fullName,
          })),
        },
      },
    ),
  );
}

function knownAnswers(classes: SchoolClass[]): KnownAnswer[] {
  return classes.flatMap((home) =>
    home.pupils.flatMap((pupil) => {
      const known = planted.find((candidate) => candidate.pattern === pupil.pattern);
      if (known === undefined) return [];
      return [
        {
          pattern: known.pattern,
          student: pupil.name,
          studentName: pupil.fullName,
          studentGroup: groupName(home, 2),
          about: known.about,
          expects: known.expects,
          never: known.never,
        },
      ];
    }),
  );
}
