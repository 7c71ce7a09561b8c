/** The people of the school who can log in: one for each way of reading insights, listed by what they are. */
import planted from '../../../fixtures/school/planted.json' with { type: 'json' };
import type { Calendar } from './calendar.ts';
import { document, type SchoolDocument } from './document.ts';
import type { Pupil, SchoolClass } from './people.ts';
import type { Teacher } from './staff.ts';

export const EMAIL_DOMAIN = 'greenfield.example';

export interface Login {
  /** What this login is there to show, e.g. `guardian`. */
  as: string;
  user: SchoolDocument;
  employee: string | null;
  instructor: string | null;
  student: string | null;
  guardian: string | null;
}

/** Lina's teacher, Lina, a classmate, her guardian, and people who have other business or none. */
export function logins(classes: SchoolClass[], staff: Teacher[]): Login[] {
  const [first, second] = classes;
  const lina = pupilOf(first, planted[0]?.first_name);
  const mei = pupilOf(first, planted[2]?.first_name);
  const other = second?.pupils[0];
  const english = staff.find((teacher) => teacher.course === 'English' && teacher.set === 0);
  const people: Login[] = [
    staffLogin('teacher', staff[0]?.fullName, ['Instructor'], 1),
    staffLogin('teacher_with_academics_user', english?.fullName, ['Instructor', 'Academics User'], 2),
    staffLogin('teacher_of_no_group', staff.at(-1)?.fullName, ['Instructor'], 3),
    login('academics_user', 'Asha Rao', ['Academics User']),
    login('education_manager', 'Edda Lindgren', ['Education Manager']),
    login('system_manager', 'Sam Okello', ['System Manager']),
  ];
  if (lina) people.push({ ...login('student', lina.fullName, ['Student']), student: lina.name });
  if (mei) people.push({ ...login('classmate', mei.fullName, ['Student']), student: mei.name });
  if (other) people.push({ ...login('other_student', other.fullName, ['Student']), student: other.name });
  const parent = lina?.guardians[0];
  if (parent) people.push({ ...login('guardian', parent.fullName, ['Guardian']), guardian: parent.name });
  const stranger = other?.guardians[0];
  if (stranger) {
    people.push({ ...login('other_guardian', stranger.fullName, ['Guardian']), guardian: stranger.name });
  }
  return people;
}

/** Employees stand between a teacher's login and the Instructor record. */
export function employees(people: Login[], calendar: Calendar): SchoolDocument[] {
  return people.flatMap((person) =>
    person.employee === null
      ? []
      : [
          document('Employee', person.employee, {
            first_name: person.user.values.first_name ?? '',
            last_name: person.user.values.last_name ?? '',
            gender: 'Prefer not to say',
            date_of_birth: '1985-05-17',
            date_of_joining: calendar.year.from,
            status: 'Active',
            user_id: person.user.name,
          }),
        ],
  );
}

function pupilOf(home: SchoolClass | undefined, firstName: string | undefined): Pupil | undefined {
  return home?.pupils.find((pupil) => pupil.firstName === firstName);
}

function staffLogin(as: string, fullName = as, roles: string[], number: number): Login {
  return {
    ...login(as, fullName, roles),
    employee: `HR-EMP-${String(number).padStart(5, '0')}`,
    instructor: fullName,
  };
}

function login(as: string, fullName: string, roles: string[]): Login {
  const [firstName = fullName, ...rest] = fullName.split(' ');
  const email = `${as.replaceAll('_', '.')}@${EMAIL_DOMAIN}`;
  const user = document(
    'User',
    email,
    { email, first_name: firstName, last_name: rest.join(' '), enabled: 1, send_welcome_email: 0 },
    { children: { roles: roles.map((role) => ({ role })) } },
  );
  return { as, user, employee: null, instructor: null, student: null, guardian: null };
}
