/** What the early warning is given to learn from, and how what was learned is kept. */
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { effectsOf } from '../../../../sidecar/analysis/follow-up/effects.ts';
import { learn } from '../../../../sidecar/analysis/risk/learn.ts';
import { readModel, storeModel } from '../../../../sidecar/store/models.ts';
import type { Store } from '../../../../sidecar/store/open.ts';
import { finishedClasses, historySize, nextTermEnd } from '../../../../sidecar/store/records-history.ts';
import { readFairnessGroups } from '../../../../sidecar/store/records-fairness.ts';
import { attendanceOfClass, resultsOfClass, stepsTaken } from '../../../../sidecar/store/records-steps.ts';
import { put, result, smallSchool, TERM } from './school.ts';

const AFTER = '2027-01-10';

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

export function historySuite(store: () => Store): void {
  describe('finished terms', () => {
    test('are read class by class, with whoever left, without whoever went to another class', async () => {
      await smallSchool(store());
      await put(store(), 'Student', 'S-3', {
        student_name: 'S-3',
        enabled: 0,
        date_of_leaving: '2026-11-02',
      });
      await put(store(), 'Student', 'S-4', { student_name: 'S-4', enabled: 1 });
      await put(store(), 'Student Group', '8A', {
        academic_term: TERM,
        disabled: 0,
        students: ['S-1', 'S-2', 'S-3', 'S-4'].map((student, i) => ({ student, active: i < 2 ? 1 : 0 })),
        instructors: [],
      });
      await put(store(), 'Program Enrollment', 'PE-1', {
        docstatus: 2,
        student: 'S-2',
        academic_year: '2026-27',
        academic_term: TERM,
        enrollment_date: '2026-09-01',
        courses: [{ course: 'Mathematics' }],
      });
      await put(store(), 'Assessment Result', 'RES-cancelled', result('S-2', { docstatus: 2 }));
      const classes = await all(finishedClasses(store().db, AFTER));
      expect(classes).toHaveLength(1);
      const [rows] = classes;
      expect(rows?.studentGroups[0]?.students.map((member) => member.student).sort()).toEqual([
        'S-1',
        'S-2',
        'S-3',
      ]);
      expect(rows?.students.find((row) => row.name === 'S-3')?.date_of_leaving).toBe('2026-11-02');
      expect(
        rows?.programEnrollments.map(({ name, docstatus, courses }) => [name, docstatus, courses.length]),
      ).toEqual([['PE-1', 2, 1]]);
      expect(rows?.assessmentResults.map((row) => [row.name, row.creation])).toEqual([
        ['RES-1', '2026-11-23'],
      ]);
      expect(rows?.studentAttendance.map((row) => row.name)).toEqual(['ATT-1']);
    });

    test('are none while the term runs; its end is when to learn again', async () => {
      await smallSchool(store());
      expect(await all(finishedClasses(store().db, '2026-12-18'))).toEqual([]);
      expect(await historySize(store().db, '2026-12-18')).toBe(0);
      expect(await historySize(store().db, AFTER)).toBeCloseTo((2 * 108) / 7);
      expect(await nextTermEnd(store().db, '2026-12-18')).toBe('2026-12-19');
      expect(await nextTermEnd(store().db, AFTER)).toBeNull();
    });
  });

  test("a pupil's gender is sealed in the tables, and opened only for the model card's table", async () => {
    for (const [name, gender] of [
      ['S-1', 'Female'],
      ['S-2', null],
      ['S-3', 'Male'],
    ] as const)
      await put(store(), 'Student', name, { student_name: name, gender });
    expect(await readFairnessGroups(store())).toEqual(
      new Map([
        ['S-1', 'Female'],
        ['S-3', 'Male'],
      ]),
    );
    const kept = await sql<{ gender: string }>`
      select gender from mirror_student where gender is not null`.execute(store().db);
    expect(kept.rows).toHaveLength(2);
    for (const { gender } of kept.rows) expect(gender).not.toMatch(/male/i);
    // A value moved to another row opens nowhere.
    await sql`
      update mirror_student set gender = (select gender from mirror_student where name = 'S-1')
      where name = 'S-2'`.execute(store().db);
    expect((await readFairnessGroups(store())).get('S-2')).toBe('');
  });

  describe('steps that were taken', () => {
    const days = { from: '2026-09-07', to: '2026-11-02' };

    test('are those acted upon on a day that is known, oldest first, once', async () => {
      const answers = [
        ['I-1', 'S-2', 'Acted Upon', '2026-10-12', 'Mathematics'],
        ['I-2', 'S-1', 'Acted Upon', '2026-10-05', null],
        ['I-3', 'S-1', 'Acted Upon', '2026-10-05', null],
        ['I-4', 'S-1', 'Reviewed', '2026-10-06', null],
        ['I-5', 'S-1', 'Acted Upon', null, null],
        ['I-6', 'S-1', 'Acted Upon', '2026-11-03', null],
      ] as const;
      for (const [name, student, status, day, course] of answers)
        await put(store(), 'AI Insight', name, {
          docstatus: 0,
          target_student: student,
          status,
          course,
          answered_on: day,
        });
      expect(await stepsTaken(store().db, days)).toEqual([
        { student: 'S-1', day: '2026-10-05', course: '' },
        { student: 'S-2', day: '2026-10-12', course: 'Mathematics' },
      ]);
    });

    test('come with the attendance of the group that the pupil was in, in these days', async () => {
      await smallSchool(store());
      const present = { docstatus: 1, student: 'S-2', student_group: '8A', status: 'Present' };
      for (const date of ['2026-09-06', '2026-09-07', '2026-11-02', '2026-11-03'])
        await put(store(), 'Student Attendance', `ATT-${date}`, { ...present, date });
      await put(store(), 'Student Attendance', 'ATT-other', {
        ...present,
        student_group: '8B',
        date: '2026-10-06',
      });
      const rows = await attendanceOfClass(store().db, 'S-1', days);
      expect(rows.map(({ name }) => name)).toEqual(['ATT-1', 'ATT-2026-09-07', 'ATT-2026-11-02']);
    });

    test("come with everybody's results in the tests of the course that the pupil has", async () => {
      await smallSchool(store());
      await put(store(), 'Assessment Result', 'RES-2', result('S-2', { total_score: 17 }));
      await put(store(), 'Assessment Result', 'RES-2-1', result('S-2', { total_score: 18 }));
      await put(store(), 'Assessment Result', 'RES-3', result('S-2', { assessment_plan: 'PLAN-2' }));
      const step = { student: 'S-1', day: '2026-10-12', course: 'Mathematics' };
      const common = { plan: 'PLAN-1', date: '2026-10-05', maximum: 20 };
      expect(await resultsOfClass(store().db, step, days)).toEqual([
        { student: 'S-1', score: 14, ...common },
        { student: 'S-2', score: 18, ...common },
      ]);
      expect(await resultsOfClass(store().db, { ...step, course: 'Art' }, days)).toEqual([]);
    });
  });

  test('what was learned is kept to the last bit, and the same again is no change', async () => {
    const learned = { ...learn([], new Map()), cut: 1 / 3, terms: ['Term 1'] };
    const effects = effectsOf([]);
    expect(await readModel(store().db)).toBeNull();
    expect(await storeModel(store().db, { learned, effects }, '2027-01-10')).toBe(true);
    expect(await storeModel(store().db, { learned, effects }, '2027-02-10')).toBe(false);
    expect(await readModel(store().db)).toEqual({ learned, effects, day: '2027-01-10' });
    const changed = { learned: { ...learned, cut: 0.5 }, effects };
    expect(await storeModel(store().db, changed, '2027-03-10')).toBe(true);
    expect((await readModel(store().db))?.learned.cut).toBe(0.5);
    const followed = { ...effects, marks: { pairs: 12, range: { low: -3, high: 8 } } };
    expect(await storeModel(store().db, { ...changed, effects: followed }, '2027-04-10')).toBe(true);
    expect((await readModel(store().db))?.effects).toEqual(followed);
  });
}
