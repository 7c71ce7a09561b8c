/**
 * The people and records that the role walk looks at: two pupils, each in a class of their own, one reader of
 * every kind, and rows about both pupils. Made over REST as Administrator, with names that say so, and removed
 * again newest first.
 */
import { z } from 'zod';
import { LiveSite, type Document } from '../site.ts';
import { day, type Stage } from './stage.ts';
import { resultOf } from './result.ts';

export const READERS = [
  'guest',
  'student',
  'other_student',
  'guardian',
  'other_guardian',
  'teacher',
  'idle_teacher',
  'teacher_academics',
  'academics',
  'manager',
  'system',
] as const;
export type Reader = (typeof READERS)[number];

/** Which of the two pupils something is about. */
export type Subject = 'A' | 'B';
export const SUBJECTS: readonly Subject[] = ['A', 'B'];

export const ROWS = [
  'AI Insight',
  'Assessment Insight',
  'AI Engagement Log',
  'AI Exclusion',
  'AI Read Log',
  'AI Conflict',
  'AI Peer Wish',
] as const;
export type RowType = (typeof ROWS)[number];

export interface Pupil {
  name: string;
  group: string;
  enrollment: string;
  /** One row of each kind about this pupil (AI Exclusion: about somebody else in the same class). */
  rows: Record<RowType, string>;
}

export interface Cast {
  course: string;
  /** The Instructor that a login belongs to. */
  instructors: Partial<Record<Reader, string>>;
  pupils: Record<Subject, Pupil>;
  /** The login of each reader; '' for the guest. */
  users: Record<Reader, string>;
  readers: Record<Reader, LiveSite>;
  /** A Query Report over each kind of row that everybody may open, as a careless administrator would write it. */
  reports: Record<RowType, string>;
}

const ROLES: Record<Exclude<Reader, 'guest'>, string[]> = {
  student: ['Student'],
  other_student: ['Student'],
  guardian: ['Guardian'],
  other_guardian: ['Guardian'],
  teacher: ['Instructor'],
  idle_teacher: ['Instructor'],
  teacher_academics: ['Instructor', 'Academics User'],
  academics: ['Academics User'],
  manager: ['Education Manager'],
  system: ['System Manager'],
};

const Key = z.object({ api_secret: z.string() });

export async function castOf(stage: Stage): Promise<Cast> {
  const { tag } = stage;
  const users = await logins(stage);
  const company = await first(stage.site, 'Company');
  const gender = await first(stage.site, 'Gender');
  const today = new Date();
  const year = await stage.make('Academic Year', {
    academic_year_name: `${tag} year`,
    year_start_date: day(today, -60),
    year_end_date: day(today, 60),
  });
  const term = await stage.make('Academic Term', {
    academic_year: year.name,
    term_name: 'Term',
    term_start_date: day(today, -60),
    term_end_date: day(today, 60),
  });
  const course = await stage.make('Course', { course_name: `${tag} course` });
  const program = await stage.make('Program', { program_name: `${tag} program` });
  const teachers: Partial<Record<Reader, string>> = {};
  for (const reader of ['teacher', 'idle_teacher', 'teacher_academics'] as const) {
    const employee = await stage.make('Employee', {
      first_name: `${tag} ${reader}`,
      company,
      gender,
      date_of_birth: '1985-05-17',
      date_of_joining: day(today, -60),
      status: 'Active',
      user_id: users[reader],
    });
    // made by the site beside the Employee, as for every teacher; they hold it in place until they are gone
    const own = { filters: [['user', '=', users[reader]]] };
    for (const { name } of await stage.site.list('User Permission', own))
      stage.remember('User Permission', name);
    const instructor = await stage.make('Instructor', {
      instructor_name: `${tag} ${reader}`,
      employee: employee.name,
      status: 'Active',
    });
    teachers[reader] = instructor.name;
  }

  const pupil = async (subject: Subject, user: string, guardianUser: string): Promise<Pupil> => {
    const guardian = await stage.make('Guardian', {
      guardian_name: `${tag} guardian of ${subject}`,
      user: guardianUser,
    });
    const student = await person(stage, `${tag} pupil ${subject}`, {
      user,
      guardians: [{ guardian: guardian.name, guardian_name: guardian.name, relation: 'Others' }],
    });
    const enrollment = await stage.make('Program Enrollment', {
      student: student.name,
      program: program.name,
      academic_year: year.name,
      enrollment_date: day(today, -1),
      docstatus: 1,
    });
    const leftOut = await person(stage, `${tag} left out ${subject}`, {});
    const beside = await person(stage, `${tag} beside ${subject}`, {});
    const instructors = subject === 'A' ? [teachers['teacher'], teachers['teacher_academics']] : [];
    const group = await stage.make('Student Group', {
      student_group_name: `${tag} class ${subject}`,
      academic_year: year.name,
      academic_term: term.name,
      group_based_on: 'Activity',
      students: [student, leftOut].map((one) => ({ student: one.name, active: 1 })),
      instructors: instructors.map((instructor) => ({ instructor })),
    });
    const result = await resultOf(stage, {
      student: student.name,
      group: group.name,
      course: course.name,
      today,
      docstatus: 0,
    });
    const said = { level: 'act', clarity: 90, confidence: 'sure', records_to: day(today, 0), is_current: 1 };
    await stage.make('AI Insight', {
      ...said,
      target_doctype: 'Course',
      target: course.name,
      kind: 'class',
      student_group: group.name,
      academic_term: term.name,
      reasons: JSON.stringify([
        { code: 'class.steady', about: '', params: { tests: 4, mean: 60 }, evidence: null },
      ]),
    });
    const rows = {
      'AI Insight': await stage.make('AI Insight', {
        ...said,
        target_doctype: 'Student',
        target: student.name,
        target_student: student.name,
        kind: 'attendance',
        reasons: JSON.stringify(REASONS),
        answer_note: `${tag} secret`,
      }),
      'Assessment Insight': await stage.make('Assessment Insight', {
        assessment_result: result,
        student: student.name,
        course: course.name,
        answer_note: `${tag} secret`,
      }),
      'AI Engagement Log': await stage.make('AI Engagement Log', {
        session: `${tag} secret ${subject}`,
        student: student.name,
        session_date: day(today, 0),
      }),
      'AI Exclusion': await stage.make('AI Exclusion', { target_student: leftOut.name }),
      'AI Read Log': await stage.make('AI Read Log', {
        reader: user,
        day: day(today, 0),
        target_doctype: 'Student',
        target: student.name,
      }),
      'AI Conflict': await stage.make('AI Conflict', {
        title: `${tag} secret`,
        ref_doctype: 'Student',
        ref_name: student.name,
        ref_field: 'ai_preferences_settings',
        ref_key: 'contact_first',
        target_student: student.name,
        rule: 'manual_review',
        status: 'Open',
      }),
      'AI Peer Wish': await stage.make('AI Peer Wish', {
        student_group: group.name,
        target_student: student.name,
        other_student: beside.name,
        wish: 'Apart',
      }),
    };
    return { name: student.name, group: group.name, enrollment: enrollment.name, rows: namesOf(rows) };
  };

  return {
    course: course.name,
    instructors: teachers,
    pupils: {
      A: await pupil('A', users.student, users.guardian),
      B: await pupil('B', users.other_student, users.other_guardian),
    },
    users,
    readers: await doors(stage.site, users),
    reports: await reports(stage),
  };
}

/** One reason with rows for staff, pupils and guardians, one for staff alone, and a forecast. */
const REASONS = [
  {
    code: 'attendance.rate_alone',
    about: '',
    params: { present: 47, days: 56, rate: 84 },
    evidence: { doctype: 'Student Attendance', names: ['gone'] },
  },
  {
    code: 'attendance.trend',
    about: '',
    params: { absent: 5, recent: 15, before_absent: 1, before: 41 },
    evidence: null,
  },
  {
    code: 'marks.next_interval',
    about: '',
    params: { course: 'C', low: 45, high: 66, tests: 3 },
    evidence: null,
  },
];

async function logins(stage: Stage): Promise<Record<Reader, string>> {
  const users: Record<string, string> = { guest: '' };
  for (const [reader, roles] of Object.entries(ROLES)) {
    const email = `${stage.tag}.${reader.replaceAll('_', '.')}@walk.example`;
    await stage.make('User', {
      email,
      first_name: stage.tag,
      last_name: reader,
      send_welcome_email: 0,
      enabled: 1,
      roles: roles.map((role) => ({ role })),
    });
    users[reader] = email;
  }
  return z.record(z.enum(READERS), z.string()).parse(users);
}

/** The same door as everybody's: an API key stands for its user with the user's permissions. */
async function doors(site: LiveSite, users: Record<Reader, string>): Promise<Record<Reader, LiveSite>> {
  const opened: [Reader, LiveSite][] = [];
  for (const reader of READERS) {
    const user = users[reader];
    if (user === '') {
      opened.push([reader, new LiveSite(site.url, null)]);
      continue;
    }
    const { api_secret: secret } = Key.parse(
      await site.call('frappe.core.doctype.user.user.generate_keys', { user }),
    );
    const { api_key: key } = z.object({ api_key: z.string() }).parse(await site.get('User', user));
    opened.push([reader, new LiveSite(site.url, `${key}:${secret}`)]);
  }
  return z.record(z.enum(READERS), z.instanceof(LiveSite)).parse(Object.fromEntries(opened));
}

/** Saving a Student makes a Customer, which has to go after it. */
async function person(stage: Stage, name: string, values: Record<string, unknown>): Promise<Document> {
  const student = await stage.site.insert('Student', {
    first_name: name,
    student_email_id: `${name.replaceAll(' ', '.')}@walk.example`,
    ...values,
  });
  const stored = await stage.site.get('Student', student.name);
  if (typeof stored['customer'] === 'string') stage.remember('Customer', stored['customer']);
  stage.remember('Student', student.name);
  return student;
}

async function reports(stage: Stage): Promise<Record<RowType, string>> {
  const made: [RowType, string][] = [];
  for (const doctype of ROWS) {
    const report = await stage.make('Report', {
      report_name: `${stage.tag} ${doctype}`,
      ref_doctype: doctype,
      report_type: 'Query Report',
      is_standard: 'No',
      query: `select name as "Name:Data:200" from \`tab${doctype}\``,
      roles: [...new Set(Object.values(ROLES).flat())].map((role) => ({ role })),
    });
    made.push([doctype, report.name]);
  }
  return z.record(z.enum(ROWS), z.string()).parse(Object.fromEntries(made));
}

function namesOf(rows: Record<RowType, Document>): Record<RowType, string> {
  return {
    'AI Insight': rows['AI Insight'].name,
    'Assessment Insight': rows['Assessment Insight'].name,
    'AI Engagement Log': rows['AI Engagement Log'].name,
    'AI Exclusion': rows['AI Exclusion'].name,
    'AI Read Log': rows['AI Read Log'].name,
    'AI Conflict': rows['AI Conflict'].name,
    'AI Peer Wish': rows['AI Peer Wish'].name,
  };
}

async function first(site: LiveSite, doctype: string): Promise<string> {
  const [document] = await site.list(doctype, { limit: 1 });
  if (document === undefined)
    throw new Error(`the site has no ${doctype} yet: finish its setup wizard first`);
  return document.name;
}
