/** The forms with a script of ours; each file of that name becomes one script of the app. */
export const FORMS = [
  'student',
  'course',
  'instructor',
  'program-enrollment',
  'student-group',
  'ai-conflict',
] as const;
