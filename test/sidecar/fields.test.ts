import { describe, expect, test } from 'vitest';
import { DAYS, TERM } from './school.ts';
import { held, lineForEachTest } from './school-line.ts';

const here = lineForEachTest();

const fieldsOf = (doctype: string, name: string) =>
  held(here.line.site).get(JSON.stringify({ doctype, name })) ?? '';

const told = (doctype: string) =>
  here.line.site.written.filter((item) => item.kind === 'fields' && item.address.doctype === doctype);

function addTeacher(): void {
  const { site } = here.line;
  site.save('Instructor', 'Ada', { status: 'Active' }, { silent: true });
  for (const day of DAYS) {
    const lesson = { student_group: '8A', course: 'Mathematics', instructor: 'Ada', schedule_date: day };
    const times = { from_time: '8:00:00', to_time: '8:45:00' };
    site.save('Course Schedule', `L-${day}`, { ...lesson, ...times }, { silent: true });
  }
}

describe('the fields of the AI alone', () => {
  test('are written for pupils, courses and instructors', async () => {
    addTeacher();
    await here.line.settle();
    expect(fieldsOf('Student', 'S-1')).toContain('session.none');
    expect(fieldsOf('Course', 'Mathematics')).toContain('mapping.no_topic');
    expect(fieldsOf('Instructor', 'Ada')).toContain('"code":"teaching.load"');
    expect(fieldsOf('Instructor', 'Ada')).toContain('"entered":16,"expected":16');
  });

  test('of an enrollment follow the program, and go with it', async () => {
    const { site } = here.line;
    const courses = [{ course: 'Mathematics', required: 1 }];
    site.save('Program', 'Grade 8', { courses }, { silent: true });
    const enrolled = { student: 'S-1', program: 'Grade 8', courses: [] };
    site.save('Program Enrollment', 'PE-1', enrolled, { silent: true, docstatus: 1 });
    await here.line.settle();
    expect(fieldsOf('Program Enrollment', 'PE-1')).toContain('path.all_begun');
    site.save('Program', 'Grade 8', { courses: [...courses, { course: 'Art', required: 0 }] });
    await here.line.settle();
    expect(fieldsOf('Program Enrollment', 'PE-1')).toContain('"course":"Art"');
    site.save('Program Enrollment', 'PE-1', enrolled, { docstatus: 2 });
    await here.line.settle();
    expect(told('Program Enrollment').at(-1)).toMatchObject({
      values: { ai_progress_tracking: null, ai_learning_path: null, ai_intervention_history: null },
    });
  });

  test('are not written again while they say the same', async () => {
    addTeacher();
    await here.line.settle();
    here.line.site.written.length = 0;
    for (const [doctype, name] of [
      ['Student', 'S-1'],
      ['Course', 'Mathematics'],
      ['Instructor', 'Ada'],
    ] as const)
      here.line.site.raise(doctype, name);
    await here.line.settle();
    expect(here.line.site.written).toEqual([]);
  });

  test('of an instructor follow a result that went, and a group that is taught no longer', async () => {
    addTeacher();
    await here.line.settle();
    here.line.site.remove('Assessment Result', 'RES-1-S-1');
    await here.line.settle();
    expect(fieldsOf('Instructor', 'Ada')).toContain('"entered":15,"expected":16');
    here.line.site.save('Instructor', 'Ada', { status: 'Left' });
    await here.line.settle();
    expect(told('Instructor').at(-1)).toMatchObject({
      values: { ai_teaching_profile: null, ai_performance_metrics: null },
    });
  });

  test('of a pupil who is disabled are emptied', async () => {
    await here.line.settle();
    here.line.site.save('Student', 'S-1', { student_name: 'Pupil S-1', enabled: 0, joining_date: TERM });
    await here.line.settle();
    expect(told('Student').at(-1)).toMatchObject({ values: { ai_learning_profile: null } });
  });

  test('are those that a database which never knew anything would write', async () => {
    addTeacher();
    await here.line.settle();
    here.line.site.remove('Assessment Result', 'RES-2-S-2');
    here.line.site.remove('Course Schedule', `L-${DAYS[0]}`);
    await here.line.settle();
    const { before, after } = await here.fromScratch();
    expect(after.insights).toEqual(before.insights);
  });
});
