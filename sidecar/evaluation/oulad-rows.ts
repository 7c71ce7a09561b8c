/** The Open University data set as a school's mirror rows, one presentation of all its modules at a time. */
import { join } from 'node:path';
import { z } from 'zod';
import { addDays } from '../analysis/calendar.ts';
import type { MirrorRows } from '../analysis/risk/course-cohort.ts';
import { readTable } from './table.ts';

const number = z.string().transform((text, context) => {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) context.addIssue({ code: 'custom', message: 'not a number' });
  return value;
});
/** Empty, or a question mark in the original files. */
const numberOrNone = z.union([z.enum(['', '?']).transform(() => null), number]);

const Module = { code_module: z.string(), code_presentation: z.string() };
const Course = z.object({ ...Module, module_presentation_length: number });
const Assessment = z.object({
  ...Module,
  id_assessment: z.string(),
  assessment_type: z.string(),
  date: numberOrNone,
  weight: number,
});
const StudentInfo = z.object({
  ...Module,
  id_student: z.string(),
  gender: z.string(),
  imd_band: z.string(),
  age_band: z.string(),
  num_of_prev_attempts: number,
  studied_credits: number,
  disability: z.string(),
  final_result: z.enum(['Pass', 'Distinction', 'Fail', 'Withdrawn']),
});
const Submission = z.object({
  id_assessment: z.string(),
  id_student: z.string(),
  date_submitted: number,
  score: numberOrNone,
});
const Registration = z.object({
  ...Module,
  id_student: z.string(),
  date_registration: numberOrNone,
  date_unregistration: numberOrNone,
});

export interface Oulad {
  courses: z.infer<typeof Course>[];
  assessments: z.infer<typeof Assessment>[];
  students: z.infer<typeof StudentInfo>[];
  submissions: z.infer<typeof Submission>[];
  registrations: z.infer<typeof Registration>[];
}

export function readOulad(folder: string): Oulad {
  const read = <T>(name: string, row: z.ZodType<T>): T[] => readTable(join(folder, `${name}.csv`), ',', row);
  return {
    courses: read('course', Course),
    assessments: read('assessment', Assessment),
    students: read('student', StudentInfo),
    submissions: read('student_assessment', Submission),
    registrations: read('student_registration', Registration),
  };
}

/** B presentations begin in February, J in October. */
export function termStart(presentation: string): string {
  return `${presentation.slice(0, 4)}-${presentation.slice(4) === 'B' ? '02' : '10'}-01`;
}

export function ouladRows(data: Oulad, presentation: string): MirrorRows {
  const start = termStart(presentation);
  const on = (day: number): string => addDays(start, day);
  const courses = data.courses.filter((row) => row.code_presentation === presentation);
  const termOf = (module: string): string => `${presentation} ${module}`;
  const assessments = data.assessments.filter(
    (row) => row.code_presentation === presentation && row.assessment_type !== 'Exam' && row.date !== null,
  );
  const students = data.students.filter((row) => row.code_presentation === presentation);
  const maxima = new Map(assessments.map((row) => [row.id_assessment, row.weight > 0 ? row.weight : 1]));
  const registrations = new Map(
    data.registrations
      .filter((row) => row.code_presentation === presentation)
      .map((row) => [`${row.code_module} ${row.id_student}`, row]),
  );
  return {
    academicTerms: courses.map((row) => ({
      name: termOf(row.code_module),
      academic_year: presentation,
      term_start_date: start,
      term_end_date: on(row.module_presentation_length),
    })),
    students: [...new Set(students.map((row) => row.id_student))].map((name) => ({
      name,
      enabled: 1,
      joining_date: null,
      date_of_leaving: null,
      modified: start,
    })),
    studentGroups: courses.map((course) => ({
      name: termOf(course.code_module),
      students: students
        .filter((row) => row.code_module === course.code_module)
        .map((row) => ({ student: row.id_student })),
    })),
    programEnrollments: students.flatMap((row) => {
      const registration = registrations.get(`${row.code_module} ${row.id_student}`);
      const left = registration?.date_unregistration ?? null;
      const others = Math.max(1, Math.round(row.studied_credits / 30)) - 1;
      const shared = { student: row.id_student, academic_year: presentation };
      return [
        {
          ...shared,
          name: `${presentation} ${row.code_module} ${row.id_student}`,
          academic_term: termOf(row.code_module),
          enrollment_date: on(registration?.date_registration ?? 0),
          docstatus: left === null ? 1 : 2,
          modified: on(left ?? 0),
          courses: [
            { course: row.code_module },
            ...Array.from({ length: others }, (_, i) => ({ course: `beside ${row.code_module}, ${i + 1}` })),
          ],
        },
        ...Array.from({ length: row.num_of_prev_attempts }, (_, i) => ({
          ...shared,
          name: `${presentation} ${row.code_module} ${row.id_student} earlier ${i + 1}`,
          academic_year: 'earlier',
          academic_term: `earlier ${i + 1}`,
          enrollment_date: addDays(start, -730 * (i + 1)),
          docstatus: 1,
          modified: start,
          courses: [{ course: row.code_module }],
        })),
      ];
    }),
    assessmentPlans: assessments.map((row) => ({
      name: row.id_assessment,
      course: row.code_module,
      student_group: termOf(row.code_module),
      academic_term: termOf(row.code_module),
      schedule_date: on(row.date ?? 0),
      maximum_assessment_score: maxima.get(row.id_assessment) ?? 1,
    })),
    assessmentResults: data.submissions.flatMap((row) => {
      const maximum = maxima.get(row.id_assessment);
      if (maximum === undefined || row.score === null) return [];
      return {
        name: `${row.id_assessment} ${row.id_student}`,
        student: row.id_student,
        assessment_plan: row.id_assessment,
        total_score: (row.score / 100) * maximum,
        maximum_score: maximum,
        creation: on(row.date_submitted),
      };
    }),
    studentAttendance: [],
  };
}
