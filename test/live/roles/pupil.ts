/** A pupil of one class who is new to the site, with days of attendance and one marked test. */
import { resultOf } from './result.ts';
import type { Stage } from './stage.ts';

const SCHOOL_DAYS = 20;

/** Everything is made on the stage. The days are those on which `like`, a pupil of the school, was marked. */
export async function enrolNewPupil(
  stage: Stage,
  like: string,
): Promise<{ student: string; shownName: string }> {
  const { site } = stage;
  const [term] = await site.list('Academic Term', {
    fields: ['name', 'academic_year'],
    filters: [['name', 'like', '%Term 2%']],
  });
  const shownName = `${stage.tag} newcomer`;
  const email = `${stage.tag}@newcomer.example`;
  const { name: student } = await site.insert('Student', { first_name: shownName, student_email_id: email });
  // Saving a Student makes a Customer, which has to go after it.
  const { customer } = await site.get('Student', student);
  if (typeof customer === 'string') stage.remember('Customer', customer);
  stage.remember('Student', student);
  const group = await stage.make('Student Group', {
    student_group_name: `${stage.tag} class`,
    academic_year: term?.['academic_year'],
    academic_term: term?.name,
    group_based_on: 'Activity',
    students: [{ student, active: 1 }],
  });
  const marked = await site.list('Student Attendance', {
    fields: ['name', 'date'],
    filters: [['student', '=', like]],
    order_by: 'date desc',
    limit: SCHOOL_DAYS,
  });
  for (const { date } of marked) {
    const absent = { student, student_group: group.name, date, status: 'Absent', docstatus: 1 };
    await stage.make('Student Attendance', absent);
  }
  const course = await stage.make('Course', { course_name: `${stage.tag} course` });
  const whose = { student, group: group.name, course: course.name };
  await resultOf(stage, { ...whose, today: new Date(), docstatus: 1 });
  return { student, shownName };
}
