/** Insights: the same twice changes nothing, the older never wins, what is no longer said is withdrawn. */
import { describe, expect, test } from 'vitest';
import type { InsightValues } from '../../../../sidecar/erpnext/contract.ts';
import { markSent, readUnsent, storeInsights, type Produced } from '../../../../sidecar/store/insights.ts';
import { readersOfFigures, storeCohortFigures } from '../../../../sidecar/store/figures.ts';
import type { Store } from '../../../../sidecar/store/open.ts';
import type { Db } from '../../../../sidecar/store/tables.ts';
import type { Target } from '../../../../sidecar/store/targets.ts';
import { TERM, put, result, smallSchool } from './school.ts';

const OWNER: Target = { kind: 'student', student: 'S-1' };

function insight(clarity: number, course = ''): Produced {
  const values: InsightValues = {
    level: 'watch',
    clarity,
    reasons: [],
    chart: null,
    confidence: 'fairly',
    records_to: '2026-11-20',
    model_version: '1',
  };
  const address = {
    target_doctype: 'Student' as const,
    target: 'S-1',
    insight: course === '' ? ('attendance' as const) : ('marks' as const),
    course,
    student_group: '',
    academic_term: '',
  };
  return { kind: 'insight', address, values };
}

export async function someInsight(db: Db): Promise<void> {
  await storeInsights(db, [{ owner: OWNER, produced: [insight(40)] }], 1, 0);
}

export function insightSuite(store: () => Store): void {
  const say = (revision: number, ...produced: Produced[]) =>
    storeInsights(store().db, [{ owner: OWNER, produced }], revision, 0);
  const unsent = async (ids: string[]) => (await readUnsent(store().db, ids)).map(({ item }) => item);

  describe('insights', () => {
    test('what is new is unsent, what is the same keeps its revision and is not sent again', async () => {
      const ids = await say(1, insight(40));
      const items = await readUnsent(store().db, ids);
      expect(items.map(({ item }) => [item.kind, item.revision])).toEqual([['insight', 1]]);
      await markSent(store().db, items);
      expect(await say(2, insight(40))).toEqual([]);
      expect(await say(3, insight(41))).toHaveLength(1);
    });

    test('a change while the site is being told stays unsent (rule 16)', async () => {
      const first = await readUnsent(store().db, await say(1, insight(40)));
      const ids = await say(2, insight(60));
      await markSent(store().db, first);
      expect(await unsent(ids)).toMatchObject([{ revision: 2, values: { clarity: 60 } }]);
    });

    test('an older run changes nothing that a newer one wrote (rule 16)', async () => {
      const ids = await say(5, insight(50));
      await say(4, insight(10));
      expect(await unsent(ids)).toMatchObject([{ revision: 5, values: { clarity: 50 } }]);
    });

    test('what a run no longer produces is withdrawn, once, and can come back', async () => {
      const ids = await say(1, insight(40), insight(40, 'Mathematics'));
      expect(ids).toHaveLength(2);
      const again = await say(2, insight(40));
      const items = await unsent(again);
      expect(items.map((item) => item.kind).sort()).toEqual(['insight', 'withdraw']);
      await markSent(store().db, await readUnsent(store().db, again));
      expect(await say(3, insight(40))).toEqual([]);
      expect(await unsent(await say(4, insight(40), insight(40, 'Mathematics')))).toMatchObject([
        { kind: 'insight', revision: 4 },
      ]);
    });

    test('a result that moved to another pupil is not withdrawn by the one it left', async () => {
      const values = {
        student: 'S-1',
        course: 'Mathematics',
        ai_analysis: [],
        improvement_suggestions: [],
        learning_gaps: [],
        predicted_next: null,
        confidence: 'little' as const,
        model_version: '1',
      };
      const other: Target = { kind: 'student', student: 'S-2' };
      const produced: Produced = { kind: 'assessment_insight', assessmentResult: 'RES-1', values };
      await storeInsights(store().db, [{ owner: OWNER, produced: [produced] }], 1, 0);
      const moved = { ...produced, values: { ...values, student: 'S-2' } };
      const ids = await storeInsights(store().db, [{ owner: other, produced: [moved] }], 2, 0);
      await say(3);
      expect(await unsent(ids)).toMatchObject([{ kind: 'assessment_insight', values: { student: 'S-2' } }]);
    });

    test("a withdrawn insight's content is gone from the database", async () => {
      await say(1, insight(40));
      await say(2);
      const rows = await store().db.selectFrom('ai_insights').select(['insight_data', 'withdrawn']).execute();
      expect(rows).toEqual([{ insight_data: null, withdrawn: true }]);
    });
  });

  describe('class figures', () => {
    const key = { course: 'Mathematics', studentGroup: '8A', academicTerm: TERM };
    const figures = {
      ...key,
      pupils: 26,
      tests: [],
      newest: null,
      plans: [],
      criteria: [],
      between: null,
      within: null,
    };

    test('only figures that changed touch anyone (rule 17)', async () => {
      expect(await storeCohortFigures(store().db, [{ key, figures }])).toEqual([key]);
      expect(await storeCohortFigures(store().db, [{ key, figures: { ...figures } }])).toEqual([]);
      expect(await storeCohortFigures(store().db, [{ key, figures: null }])).toEqual([key]);
    });

    test('members and whoever has a result there read them', async () => {
      await smallSchool(store());
      await put(store(), 'Assessment Result', 'RES-left', result('S-9'));
      const readers = await readersOfFigures(store().db, { cohorts: [key], groups: [] });
      expect(readers.sort()).toEqual(['S-1', 'S-2', 'S-9']);
      expect(await readersOfFigures(store().db, { cohorts: [], groups: [] })).toEqual([]);
    });
  });
}
