/** Whom a change reaches, once the mirror has named them. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../sidecar/store/open.ts';
import { everyTarget, targetName, targetOf, widen, type Reach } from '../../../../sidecar/store/targets.ts';
import { TERM, put, result, smallSchool } from './school.ts';

export function targetSuite(store: () => Store): void {
  const reached = async (...reaches: Reach[]) =>
    (await widen(store().db, reaches)).map((target) => `${target.kind} ${targetName(target)}`).sort();
  const group = `group ${JSON.stringify(['8A', TERM])}`;
  const peers = `peers ${JSON.stringify(['8A', TERM])}`;
  const cohort = `cohort ${JSON.stringify(['Mathematics', '8A', TERM])}`;

  describe('the reach of a change', () => {
    test('a pupil stands for the groups and cohorts the pupil is in', async () => {
      await smallSchool(store());
      expect(await reached({ reach: 'groups of student', student: 'S-2' })).toEqual([cohort, group, peers]);
    });

    test('a plan stands for the results in it: their pupils, and their classes and groups even where these are not its own', async () => {
      await smallSchool(store());
      await put(store(), 'Student Group', '7A', { academic_term: TERM });
      await put(store(), 'Assessment Result', 'RES-2', result('S-2', { student_group: '7A' }));
      expect(await reached({ reach: 'results of plan', plan: 'PLAN-1' })).toEqual([
        `cohort ${JSON.stringify(['Mathematics', '7A', TERM])}`,
        cohort,
        `peers ${JSON.stringify(['7A', TERM])}`,
        peers,
        'student S-1',
        'student S-2',
      ]);
    });

    test('a term stands for its groups and pupils', async () => {
      await smallSchool(store());
      expect(await reached({ reach: 'term', term: TERM })).toEqual([
        group,
        peers,
        'student S-1',
        'student S-2',
      ]);
    });

    test('an absence reaches the attendance of its group alone, and a result who could learn together there', async () => {
      await smallSchool(store());
      expect(await reached({ reach: 'attendance of group', group: '8A' })).toEqual([group]);
      expect(await reached({ reach: 'peers of group', group: '8A' })).toEqual([peers]);
    });

    test('who teaches is reached by the timetable and by the name on the group, each once', async () => {
      await smallSchool(store());
      const lesson = { student_group: '8A', course: 'Mathematics', schedule_date: '2026-11-02' };
      await put(store(), 'Course Schedule', 'L-1', { ...lesson, instructor: 'Ada' });
      await put(store(), 'Course Schedule', 'L-2', { ...lesson, instructor: 'Ada' });
      await put(store(), 'Student Group', '8A-M', { students: [], instructors: [{ instructor: 'Ben' }] });
      expect(await reached({ reach: 'instructors of group', group: '8A' })).toEqual(['instructor Ada']);
      expect(await reached({ reach: 'instructors of group', group: '8A-M' })).toEqual(['instructor Ben']);
      expect(await reached({ reach: 'instructor of lesson', lesson: 'L-2' })).toEqual(['instructor Ada']);
      expect(await reached({ reach: 'instructors of plan', plan: 'PLAN-1' })).toEqual(['instructor Ada']);
    });

    test('a group that vanished still stands for the figures that were kept of it', async () => {
      const place = { student_group: '7B', academic_term: TERM };
      await store()
        .db.insertInto('group_attendance')
        .values({ ...place, figures: null })
        .execute();
      await store()
        .db.insertInto('cohort_figures')
        .values({ course: 'Physics', ...place, figures: null })
        .execute();
      expect(
        await reached({ reach: 'group', group: '7B' }, { reach: 'cohorts of group', group: '7B' }),
      ).toEqual([
        `cohort ${JSON.stringify(['Physics', '7B', TERM])}`,
        `group ${JSON.stringify(['7B', TERM])}`,
        `peers ${JSON.stringify(['7B', TERM])}`,
      ]);
    });

    test('after a first load everything is a target, classes and pupils alike', async () => {
      await smallSchool(store());
      const all = (await everyTarget(store().db))
        .map((target) => `${target.kind} ${targetName(target)}`)
        .sort();
      expect(all).toEqual([cohort, group, peers, 'student S-1', 'student S-2']);
    });

    test('a name with commas, quotes and brackets stands for one target only', async () => {
      const name = '8A","x"]';
      await put(store(), 'Student Group', name, { students: [], instructors: [] });
      const [target] = await widen(store().db, [{ reach: 'group', group: name }]);
      expect(target).toBeDefined();
      if (target !== undefined) expect(targetOf(target.kind, targetName(target))).toEqual(target);
    });
  });
}
