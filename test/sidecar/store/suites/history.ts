/** What the early warning is given to learn from, and how what was learned is kept. */
import { describe, expect, test } from 'vitest';
import { learn } from '../../../../sidecar/analysis/risk/learn.ts';
import { readModel, storeModel } from '../../../../sidecar/store/models.ts';
import type { Store } from '../../../../sidecar/store/open.ts';
import { finishedClasses, historySize, nextTermEnd } from '../../../../sidecar/store/records-history.ts';
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

  test('what was learned is kept to the last bit, and the same again is no change', async () => {
    const learned = { ...learn([]), cut: 1 / 3, terms: ['Term 1'] };
    expect(await readModel(store().db)).toBeNull();
    expect(await storeModel(store().db, learned, '2027-01-10')).toBe(true);
    expect(await storeModel(store().db, learned, '2027-02-10')).toBe(false);
    expect(await readModel(store().db)).toEqual({ learned, day: '2027-01-10' });
    expect(await storeModel(store().db, { ...learned, cut: 0.5 }, '2027-03-10')).toBe(true);
    expect((await readModel(store().db))?.learned.cut).toBe(0.5);
  });
}
