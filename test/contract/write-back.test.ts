import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WriteBackItem } from '../../sidecar/erpnext/contract.ts';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

/** Nobody analyses Art: no test in it has results. */
const ADDRESS = {
  target_doctype: 'Course' as const,
  target: 'Art',
  insight: 'class' as const,
  course: '',
  student_group: '8A Term 1',
  academic_term: '',
};

function insight(revision: number, mean: number, target = 'Art'): WriteBackItem {
  return {
    kind: 'insight',
    revision,
    address: { ...ADDRESS, target },
    values: {
      level: 'steady',
      clarity: 10,
      reasons: [{ code: 'class.level', about: '', params: { tests: 3, mean }, evidence: null }],
      chart: null,
      confidence: 'fairly',
      records_to: '2026-11-20',
      model_version: 'contract-suite',
    },
  };
}

function fields(revision: number, values: Record<string, unknown>): WriteBackItem {
  return { kind: 'fields', revision, address: { doctype: 'Course', name: 'Art' }, values };
}

describe.each(PLACES)('write_back on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
  });
  afterAll(async () => {
    for (const log of await place.admin.list('AI Engagement Log', {
      filters: [['session', '=', 'contract-suite']],
    })) {
      await place.admin.remove('AI Engagement Log', log.name);
    }
    for (const row of await place.admin.list('AI Insight', { filters: [['target', '=', 'Art']] })) {
      await place.admin.remove('AI Insight', row.name);
    }
    await place.close();
  });

  async function write(...items: WriteBackItem[]): Promise<string[]> {
    const { results } = await sidecar.call('write_back', { epoch, items });
    return results.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`));
  }

  test('the same insight twice changes nothing, an older one never replaces a newer one (rule 6)', async () => {
    expect(await write(insight(10, 61))).toEqual(['stored']);
    expect(await write(insight(11, 61))).toEqual(['unchanged']);
    expect(await write(insight(9, 55))).toEqual(['stale']);
    expect(await write(insight(12, 62))).toEqual(['stored']);
    const rows = await place.admin.list('AI Insight', {
      fields: ['name', 'revision', 'history'],
      filters: [
        ['target', '=', 'Art'],
        ['is_current', '=', 1],
      ],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ revision: 12 });
    expect(JSON.parse(String(rows[0]?.['history']))).toHaveLength(2);
  });

  test('one bad item does not harm the others', async () => {
    const refused: WriteBackItem = {
      kind: 'fields',
      revision: 20,
      address: { doctype: 'Course', name: 'Art' },
      values: { course_name: 'Painting' },
    };
    expect(await write(insight(20, 63, 'Gone'), insight(20, 64), refused)).toEqual([
      'error target.gone',
      'stored',
      'error fields.refused',
    ]);
  });

  test('an insight that no longer holds is withdrawn and kept', async () => {
    await write(insight(30, 65));
    const withdraw: WriteBackItem = { kind: 'withdraw', revision: 31, address: ADDRESS };
    expect(await write(withdraw)).toEqual(['stored']);
    expect(await write({ ...withdraw, revision: 32 })).toEqual(['unchanged']);
    const rows = await place.admin.list('AI Insight', {
      fields: ['name', 'is_current', 'withdrawn_on'],
      filters: [['target', '=', 'Art']],
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row['is_current'] === 0)).toBe(true);
    expect(await write(insight(25, 66))).toEqual(['stale']);
  });

  test("the AI's own fields are written, and not what people edit", async () => {
    expect(await write(fields(40, { ai_difficulty_profile: { hardest: `Drawing ${epoch}` } }))).toEqual([
      'stored',
    ]);
    expect(await write(fields(41, { ai_difficulty_profile: { hardest: `Drawing ${epoch}` } }))).toEqual([
      'unchanged',
    ]);
    expect(await write(fields(39, { ai_difficulty_profile: { hardest: 'Colour' } }))).toEqual(['stale']);
    expect(await write(fields(42, { ai_learning_objectives: [] }))).toEqual(['error fields.refused']);
  });

  test('a tutor session is one row, however often it is told', async () => {
    const { student } = await steadyPupil(place.admin);
    const session = (revision: number, questions: number): WriteBackItem => ({
      kind: 'engagement',
      revision,
      address: { session: 'contract-suite' },
      values: {
        student,
        session_date: '2026-11-20',
        interaction_duration: 12,
        questions_asked: questions,
        concepts_explored: ['Fractions'],
        help_requests: 1,
        independence_score: 0.5,
      },
    });
    expect(await write(session(50, 4))).toEqual(['stored']);
    expect(await write(session(51, 4))).toEqual(['unchanged']);
    expect(await write(session(52, 5))).toEqual(['stored']);
    const filters = [['session', '=', 'contract-suite']];
    expect(await place.admin.list('AI Engagement Log', { filters })).toHaveLength(1);
  });

  test('a new epoch starts the revisions anew', async () => {
    await write(insight(90, 70));
    ({ epoch } = await sidecar.begin());
    expect(await write(insight(1, 71))).toEqual(['stored']);
  });

  test('more than 200 items are refused as a whole', async () => {
    const items = Array.from({ length: 201 }, (_, at) => insight(at, 60));
    expect(await sidecar.refused('write_back', { epoch, items })).toMatchObject({ status: 422 });
  });
});
