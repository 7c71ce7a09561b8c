/**
 * The records that the operations answer with (`operations.ts`), under the site's own names of their fields: each
 * schema takes a row of a snapshot and keeps what is of use to a reader.
 */
import { z } from 'zod';
import { Lessons, OpenedField } from './contract.ts';
import { SettingValues, SiteDate } from './items.ts';

const Name = z.string().min(1);
const Text = z.string().nullable();
const Flag = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);
const SiteTime = z.string().regex(/^\d{2}:\d{2}:\d{2}$/);
/** 0 draft, 1 submitted, 2 cancelled. */
const DocStatus = z.union([z.literal(0), z.literal(1), z.literal(2)]);

export const StudentRow = z.object({
  name: Name,
  student_name: Text,
  enabled: Flag,
  joining_date: SiteDate.nullable(),
  date_of_leaving: SiteDate.nullable(),
  ai_preferences_settings: OpenedField.nullable(),
  guardians: z.array(z.object({ guardian: Text })),
});

export const GuardianRow = z.object({ name: Name, guardian_name: Text });

export const GroupRow = z.object({
  name: Name,
  academic_year: Text,
  academic_term: Text,
  program: Text,
  batch: Text,
  course: Text,
  disabled: Flag,
  students: z.array(z.object({ student: Text, active: Flag })),
  instructors: z.array(z.object({ instructor: Text })),
});

export const ProgramEnrollmentRow = z.object({
  name: Name,
  docstatus: DocStatus,
  student: Name,
  program: Text,
  academic_year: Text,
  academic_term: Text,
  enrollment_date: SiteDate.nullable(),
  student_batch_name: Text,
  courses: z.array(z.object({ course: Text })),
});

export const CourseEnrollmentRow = z.object({
  name: Name,
  student: Name,
  course: Text,
  program_enrollment: Text,
  enrollment_date: SiteDate.nullable(),
});

export const AssessmentResultRow = z.object({
  name: Name,
  docstatus: DocStatus,
  student: Name,
  assessment_plan: Text,
  student_group: Text,
  course: Text,
  academic_year: Text,
  academic_term: Text,
  assessment_group: Text,
  maximum_score: z.number().nullable(),
  total_score: z.number().nullable(),
  grade: Text,
  details: z.array(
    z.object({
      assessment_criteria: Text,
      maximum_score: z.number().nullable(),
      score: z.number().nullable(),
    }),
  ),
});

export const LessonRow = z.object({
  name: Name,
  student_group: Text,
  instructor: Text,
  course: Text,
  schedule_date: SiteDate.nullable(),
  from_time: SiteTime.nullable(),
  to_time: SiteTime.nullable(),
  room: Text,
});

/** Which lessons; null where a group, an instructor or a day does not matter. Both days are included. */
export const LessonFilter = Lessons.omit({ after: true });

/** A pupil with those who belong to the pupil; `active`: whether the group still counts the pupil. */
export const StudentDetails = StudentRow.omit({ ai_preferences_settings: true, guardians: true }).extend({
  preferences: SettingValues,
  guardians: z.array(GuardianRow),
  groups: z.array(GroupRow.omit({ students: true }).extend({ active: z.boolean() })),
});

export const Enrollments = z.object({
  programs: z.array(ProgramEnrollmentRow),
  courses: z.array(CourseEnrollmentRow),
});

export const StudentRecord = z.object({
  student: StudentDetails,
  enrollments: Enrollments,
  assessments: z.array(AssessmentResultRow),
});

/** Of the pupils asked for: those that were read, and for each of the others the code of why not. */
export const StudentBatch = z.object({
  success: z.array(StudentRecord),
  failed: z.array(z.object({ name: z.string(), code: z.string() })),
});

export type StudentDetails = z.output<typeof StudentDetails>;
export type Enrollments = z.output<typeof Enrollments>;
export type AssessmentResult = z.output<typeof AssessmentResultRow>;
export type StudentRecord = z.output<typeof StudentRecord>;
export type StudentBatch = z.output<typeof StudentBatch>;
export type Lesson = z.output<typeof LessonRow>;
export type LessonFilter = z.output<typeof LessonFilter>;
