import { assert as check, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WATCHED } from '../../../sidecar/erpnext/watched.ts';
import type { MirrorDocument } from '../../../sidecar/store/mirror/document.ts';
import { resolve } from '../../../sidecar/sync/resolve.ts';
import { sortAnswer } from '../../../sidecar/sync/fetch.ts';
import { document } from '../store/suites/mirror.ts';

function attendance(student: string, docstatus = 1, status = 'Absent'): MirrorDocument {
  return document('Student Attendance', 'ATT', {
    docstatus,
    student,
    student_group: '8A',
    status,
    date: '2026-11-02',
  });
}

const group = (...names: string[]) =>
  document('Student Group', '8A', {
    students: names.map((student) => ({ student, active: 1 })),
    instructors: [],
  });

const named = (name: string) => document('Student', 'S-1', { student_name: name, enabled: 1 });

const saved = (modified: string) => ({
  ...document('Assessment Result', 'RES', {
    docstatus: 1,
    student: 'S-1',
    course: 'Maths',
    student_group: '8A',
    assessment_plan: 'PLAN-1',
  }),
  modified,
});

const lesson = (instructor: string) => document('Course Schedule', 'L', { instructor });

const wish = (studentGroup: string, said = 'Apart') =>
  document('AI Peer Wish', 'W', {
    student_group: studentGroup,
    target_student: 'S-1',
    other_student: 'S-2',
    wish: said,
  });

const peersOf = (...names: string[]) => names.map((name) => ({ reach: 'peers of group', group: name }));

const students = (reaches: ReturnType<typeof resolve>) =>
  reaches.flatMap((reach) => (reach.reach === 'student' ? [reach.student] : []));

describe('whom a change reaches', () => {
  test('a record that moved reaches the pupil it left and the one it came to (rule 10)', () => {
    expect(students(resolve('Student Attendance', attendance('S-1'), attendance('S-2')))).toEqual([
      'S-1',
      'S-2',
    ]);
  });

  test('a record that vanished still knows whose it was', () => {
    expect(students(resolve('Student Attendance', attendance('S-1'), null))).toEqual(['S-1']);
  });

  test('a draft reaches nobody, its submission and its cancellation do', () => {
    expect(resolve('Student Attendance', null, attendance('S-1', 0))).toEqual([]);
    expect(resolve('Student Attendance', attendance('S-1', 0), attendance('S-1', 0, 'Present'))).toEqual([]);
    expect(students(resolve('Student Attendance', attendance('S-1', 0), attendance('S-1')))).toEqual(['S-1']);
    expect(students(resolve('Student Attendance', attendance('S-1'), attendance('S-1', 2)))).toEqual(['S-1']);
  });

  test('a pupil who leaves a group is reached, and so are those who stay', () => {
    const reaches = resolve('Student Group', group('S-1', 'S-2'), group('S-2'));
    expect(new Set(students(reaches))).toEqual(new Set(['S-1', 'S-2']));
    expect(reaches).toContainEqual({ reach: 'cohorts of group', group: '8A' });
  });

  test("a new spelling of a person's name reaches nobody: no analysis reads it", () => {
    expect(resolve('Student', named('Lina'), named('Lina Haddad'))).toEqual([]);
  });

  test('a result that was saved again on another day reaches pupil, class and teachers: each reads since when it is known', () => {
    const [before, sameDay, later] = ['2026-11-02 08:00:00', '2026-11-02 09:00:00', '2026-11-03 08:00:00'];
    expect(resolve('Assessment Result', saved(before), saved(sameDay))).toEqual([]);
    const reaches = resolve('Assessment Result', saved(before), saved(later));
    const key = { course: 'Maths', studentGroup: '8A', academicTerm: '' };
    expect(reaches).toContainEqual({ reach: 'student', student: 'S-1' });
    expect(reaches).toContainEqual({ reach: 'cohort', key });
    expect(reaches).toContainEqual({ reach: 'instructors of plan', plan: 'PLAN-1' });
  });

  test('a result reaches who could learn together in its group', () => {
    const ofGroup = { docstatus: 1, student: 'S-1', student_group: '8A', course: 'Maths' };
    const reaches = resolve('Assessment Result', null, document('Assessment Result', 'X', ofGroup));
    expect(reaches).toContainEqual({ reach: 'peers of group', group: '8A' });
  });

  test('a wish of who is to learn together reaches the groups of its class, the one it left too, and nothing else', () => {
    expect(resolve('AI Peer Wish', null, wish('8A'))).toEqual(peersOf('8A'));
    expect(resolve('AI Peer Wish', wish('8A'), wish('8A', 'Together'))).toEqual(peersOf('8A', '8A'));
    expect(resolve('AI Peer Wish', wish('8A'), wish('8B'))).toEqual(peersOf('8A', '8B'));
    expect(resolve('AI Peer Wish', wish('8A'), null)).toEqual(peersOf('8A'));
  });

  test('a lesson that moved reaches the instructor it left and the one it came to', () => {
    expect(resolve('Course Schedule', lesson('Ada'), lesson('Ben'))).toEqual([
      { reach: 'instructor', instructor: 'Ada' },
      { reach: 'instructor', instructor: 'Ben' },
    ]);
  });

  test('saving without a change reaches nobody, whatever the DocType', () => {
    check(
      property(constantFrom(...WATCHED), integer({ min: 0, max: 2 }), ({ doctype }, docstatus) => {
        const same = () =>
          document(doctype, 'X', { docstatus, student: 'S-1', student_group: '8A', course: 'Maths' });
        expect(resolve(doctype, same(), same())).toEqual([]);
      }),
    );
  });

  test('coming and going of a record reach the same', () => {
    const values = record({
      docstatus: integer({ min: 0, max: 2 }),
      student: constantFrom('S-1', 'S-2', ''),
    });
    check(
      property(constantFrom(...WATCHED), values, ({ doctype }, fields) => {
        const one = document(doctype, 'X', { ...fields, student_group: '8A', course: 'Maths' });
        expect(resolve(doctype, null, one)).toEqual(resolve(doctype, one, null));
      }),
    );
  });
});

const row = (name: string) => ({ name, modified: 'x', docstatus: 0, row_sum: 1 });

const answer = (names: string[], gone: string[]) => ({
  doctype: 'Course',
  rows: names.map(row),
  gone,
  next: null,
});

describe('an answer to a request by names', () => {
  test('that leaves a name unexplained was cut short', () => {
    expect(() => sortAnswer(['A', 'B'], answer(['A'], []))).toThrow(/cut short/);
    expect(sortAnswer(['A', 'B'], answer(['A'], ['B'])).gone).toEqual(['B']);
  });

  test('with a name written otherwise means that the one asked for is gone', () => {
    const sorted = sortAnswer(['Chemie', 'B'], answer(['chemie', 'B'], []));
    expect([sorted.gone, sorted.rows.map(({ name }) => name)]).toEqual([['Chemie'], ['chemie', 'B']]);
  });
});
