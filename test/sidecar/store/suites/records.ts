/** What analysis is given: submitted, current records, the same whatever order they arrived in. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../sidecar/store/open.ts';
import {
  readCohortRecords,
  readGroupRecords,
  readPeerRecords,
} from '../../../../sidecar/store/records-class.ts';
import { readInstructorRecords } from '../../../../sidecar/store/records-instructor.ts';
import { readStudentRecords } from '../../../../sidecar/store/records-student.ts';
import { storeGroupAttendance } from '../../../../sidecar/store/figures.ts';
import { TERM, put, result, smallSchool } from './school.ts';

export function recordSuite(store: () => Store): void {
  const key = { course: 'Mathematics', studentGroup: '8A', academicTerm: TERM };

  describe('the records of a pupil', () => {
    test('hold the term, the groups, attendance, results dated by their plan, and the class figures', async () => {
      await smallSchool(store());
      const rate = {
        studentGroup: '8A',
        academicTerm: TERM,
        mode: 'day' as const,
        rate: 93,
        days: 40,
        pupils: 26,
      };
      await storeGroupAttendance(store().db, [{ studentGroup: '8A', academicTerm: TERM, figures: rate }]);
      const [records, ...others] = await readStudentRecords(store().db, ['S-1', 'unknown']);
      expect(others).toEqual([]);
      expect(records).toEqual({
        student: 'S-1',
        enabled: true,
        joined: '2026-09-01',
        left: null,
        terms: [{ name: TERM, from: '2026-09-01', to: '2026-12-18' }],
        groups: [{ name: '8A', course: null, academicTerm: TERM, active: true }],
        attendance: [
          { name: 'ATT-1', date: '2026-10-05', status: 'Absent', studentGroup: '8A', lesson: null },
        ],
        resultsComplete: true,
        enrollments: [],
        results: [
          {
            name: 'RES-1',
            student: 'S-1',
            plan: 'PLAN-1',
            title: 'Test 1',
            course: 'Mathematics',
            studentGroup: '8A',
            academicTerm: TERM,
            date: '2026-10-05',
            entered: '2026-11-23',
            score: 14,
            maximum: 20,
            details: [{ criterion: 'Fractions', score: 14, maximum: 20 }],
          },
        ],
        cohorts: [],
        groupAttendance: [rate],
        followUps: { reviewed: 0, acted: 0, dismissed: 0, steps: [] },
        programs: [],
      });
    });

    test('hold what people answered, and the courses of submitted enrollments in the order of the program', async () => {
      await smallSchool(store());
      for (const [name, status, more] of [
        ['I-1', 'Acted Upon', { course: 'Mathematics', answered_on: '2026-10-12' }],
        ['I-2', 'Reviewed', { answered_on: '2026-10-13' }],
        ['I-3', 'Reviewed', {}],
        ['I-4', 'Acted Upon', { answered_on: '2026-10-05' }],
        ['I-5', 'Acted Upon', {}],
      ] as const)
        await put(store(), 'AI Insight', name, { docstatus: 0, target_student: 'S-1', status, ...more });
      const courses = [
        { course: 'Physics', required: 0 },
        { course: 'Mathematics', required: 1 },
      ];
      await put(store(), 'Program', 'Grade 8', { courses });
      const enrolled = { student: 'S-1', program: 'Grade 8' };
      await put(store(), 'Program Enrollment', 'PE-1', {
        ...enrolled,
        docstatus: 1,
        courses: [{ course: 'Art' }],
      });
      await put(store(), 'Program Enrollment', 'PE-2', { ...enrolled, docstatus: 2, courses: [] });
      const own = { student: 'S-1', program_enrollment: 'PE-1', course: 'Physics' };
      await put(store(), 'Course Enrollment', 'CE-1', own);
      const [records] = await readStudentRecords(store().db, ['S-1']);
      expect(records?.followUps).toEqual({
        reviewed: 2,
        acted: 3,
        dismissed: 0,
        steps: [
          { course: '', day: '2026-10-05' },
          { course: 'Mathematics', day: '2026-10-12' },
        ],
      });
      expect(records?.programs).toEqual([
        {
          name: 'PE-1',
          courses: [
            { course: 'Physics', required: false },
            { course: 'Mathematics', required: true },
          ],
          taken: ['Art', 'Physics'],
        },
      ]);
    });

    test('of an instructor hold the lessons, and the classes with what was saved when', async () => {
      await smallSchool(store());
      await put(store(), 'Instructor', 'Ada', { status: 'Active' });
      const lesson = { student_group: '8A', course: 'Mathematics', instructor: 'Ada', from_time: '8:00:00' };
      await put(store(), 'Course Schedule', 'L-1', {
        ...lesson,
        schedule_date: '2026-10-05',
        to_time: '8:45:00',
      });
      await put(store(), 'Course Schedule', 'L-2', {
        ...lesson,
        schedule_date: '2026-10-06',
        to_time: '7:00:00',
      });
      const [records, ...others] = await readInstructorRecords(store().db, ['Ada', 'unknown']);
      expect(others).toEqual([]);
      expect(records).toMatchObject({
        active: true,
        terms: [{ name: TERM }],
        lessons: [
          { date: '2026-10-05', minutes: 45, taken: false },
          { date: '2026-10-06', minutes: null, taken: false },
        ],
        classes: [
          {
            course: 'Mathematics',
            studentGroup: '8A',
            academicTerm: TERM,
            pupils: 2,
            plans: [
              { plan: 'PLAN-1', date: '2026-10-05', saved: [expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/)] },
            ],
            figures: null,
            others: [],
          },
        ],
      });
    });

    test('leave out drafts, cancelled records and results whose plan is not here', async () => {
      await smallSchool(store());
      await put(store(), 'Student Attendance', 'ATT-draft', {
        docstatus: 0,
        student: 'S-1',
        date: '2026-10-06',
        status: 'Absent',
      });
      await put(store(), 'Student Attendance', 'ATT-cancelled', {
        docstatus: 2,
        student: 'S-1',
        date: '2026-10-07',
        status: 'Absent',
      });
      await put(store(), 'Assessment Result', 'RES-cancelled', result('S-1', { docstatus: 2 }));
      await put(store(), 'Assessment Result', 'RES-early', result('S-1', { assessment_plan: 'PLAN-9' }));
      const [records] = await readStudentRecords(store().db, ['S-1']);
      expect(records?.attendance.map((row) => row.name)).toEqual(['ATT-1']);
      expect(records?.results.map((row) => row.name)).toEqual(['RES-1']);
    });

    test('of a batch are each their own', async () => {
      await smallSchool(store());
      await put(store(), 'Assessment Result', 'RES-2', result('S-2', { total_score: 9 }));
      const batch = await readStudentRecords(store().db, ['S-1', 'S-2']);
      expect(batch.map((each) => [each.student, each.results.map((row) => row.score)])).toEqual([
        ['S-1', [14]],
        ['S-2', [9]],
      ]);
    });
  });

  describe('the records of a class', () => {
    test('hold active pupils only, and every plan, also one without results', async () => {
      await smallSchool(store());
      await put(store(), 'Assessment Result', 'RES-left', result('S-9'));
      await put(store(), 'Assessment Plan', 'PLAN-2', {
        docstatus: 1,
        course: 'Mathematics',
        student_group: '8A',
        academic_term: TERM,
        schedule_date: '2026-11-02',
        maximum_assessment_score: 10,
        assessment_group: 'Quizzes',
        assessment_criteria: [],
      });
      const [records] = await readCohortRecords(store().db, [key]);
      expect(records?.pupils).toEqual(['S-1', 'S-2']);
      expect(records?.results.map((row) => row.name)).toEqual(['RES-1']);
      expect(records?.plans.map(({ plan, title }) => [plan, title])).toEqual([
        ['PLAN-1', 'Test 1'],
        ['PLAN-2', 'Quizzes'],
      ]);
    });

    test('say nothing of a result whose plan is a draft: until it is submitted nobody is told of its changes', async () => {
      await smallSchool(store());
      await put(store(), 'Assessment Plan', 'PLAN-1', { docstatus: 0, schedule_date: '2026-10-05' });
      const [records] = await readStudentRecords(store().db, ['S-1']);
      expect(records?.results).toEqual([]);
      expect(await readCohortRecords(store().db, [key])).toEqual([]);
    });

    test('are none for a class without plan or result, or in another term', async () => {
      await smallSchool(store());
      expect(await readCohortRecords(store().db, [{ ...key, course: 'Physics' }])).toEqual([]);
      expect(await readGroupRecords(store().db, [{ studentGroup: '8A', academicTerm: 'past' }])).toEqual([]);
    });

    test('hold of a group what was written in it in its term, in any course, also by who has left', async () => {
      await smallSchool(store());
      await put(store(), 'Assessment Result', 'RES-left', result('S-9'));
      await put(store(), 'Assessment Result', 'RES-art', result('S-2', { course: 'Art' }));
      await put(store(), 'Assessment Result', 'RES-8B', result('S-1', { student_group: '8B' }));
      await put(store(), 'Assessment Result', 'RES-past', result('S-1', { academic_term: 'past' }));
      const [records] = await readPeerRecords(store().db, [{ studentGroup: '8A', academicTerm: TERM }]);
      expect(records?.results.map((row) => row.name)).toEqual(['RES-1', 'RES-art', 'RES-left']);
      expect(records?.pupils).toEqual(['S-1', 'S-2']);
    });

    test('hold of a group whom a teacher keeps together or apart', async () => {
      await smallSchool(store());
      const pair = { target_student: 'S-2', other_student: 'S-1' };
      await put(store(), 'AI Peer Wish', 'W-1', { ...pair, student_group: '8A', wish: 'Together' });
      await put(store(), 'AI Peer Wish', 'W-2', { ...pair, student_group: '8B', wish: 'Apart' });
      await put(store(), 'AI Peer Wish', 'W-3', { ...pair, student_group: '8A', wish: 'Apart' });
      await put(store(), 'AI Peer Wish', 'W-4', {
        student_group: '8A',
        target_student: 'S-1',
        wish: 'Apart',
      });
      const [records] = await readPeerRecords(store().db, [{ studentGroup: '8A', academicTerm: TERM }]);
      expect(records?.wishes).toEqual([
        { student: 'S-2', other: 'S-1', together: true },
        { student: 'S-2', other: 'S-1', together: false },
      ]);
    });

    test("hold the attendance of the group's term", async () => {
      await smallSchool(store());
      const before = {
        docstatus: 1,
        student: 'S-1',
        student_group: '8A',
        date: '2026-06-01',
        status: 'Present',
      };
      await put(store(), 'Student Attendance', 'ATT-before', before);
      const [records] = await readGroupRecords(store().db, [{ studentGroup: '8A', academicTerm: TERM }]);
      expect(records?.attendance.map((row) => row.name)).toEqual(['ATT-1']);
    });
  });
}
