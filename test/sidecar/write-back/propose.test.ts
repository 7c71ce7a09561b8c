import { beforeEach, describe, expect, test } from 'vitest';
import { proposalTouch } from '../../../sidecar/due.ts';
import type { SettingValues } from '../../../sidecar/erpnext/contract.ts';
import { proposePreferences } from '../../../sidecar/store/proposals.ts';
import { deadWork, touch } from '../../../sidecar/store/work.ts';
import { stateOf, withState } from '../fake-settings.ts';
import { lineForEachTest } from '../school-line.ts';

const here = lineForEachTest();

/** The attendance of nobody suggests anything, unless a test says so. */
beforeEach(() => {
  here.line.site.settings = { ...here.line.site.settings, attendance_act_rate: 50 };
});

const PREFERENCES = 'ai_preferences_settings';
const OBJECTIVES = 'ai_learning_objectives';

/** What a person sets in a panel: the site keeps it and notes a change of the document. */
function edit(doctype: string, name: string, field: string, values: SettingValues): void {
  const rows = here.line.site.documents.get(doctype);
  const row = rows?.get(name);
  if (rows === undefined || row === undefined) throw new Error(`no ${doctype} ${name}`);
  const { value, base } = stateOf(row, field);
  rows.set(name, withState(row, field, { value: { ...value, ...values }, base }));
  here.line.site.raise(doctype, name);
}

/** A person decides: the field says so, the proposal is settled, and both documents changed. */
function decide(decision: string, values: SettingValues): void {
  const rows = here.line.site.documents.get('Student');
  const row = rows?.get('S-1');
  if (rows === undefined || row === undefined) throw new Error('no pupil');
  const { value, base } = stateOf(row, PREFERENCES);
  const [asked] = here.line.site.conflicts.values();
  rows.set(
    'S-1',
    withState(row, PREFERENCES, {
      value: { ...value, ...values },
      base: { ...base, contact_first: asked?.ai ?? '' },
    }),
  );
  here.line.site.conflicts.clear();
  here.line.site.save('AI Conflict', 'c1', {
    target_student: 'S-1',
    ref_doctype: 'Student',
    ref_name: 'S-1',
    ref_field: PREFERENCES,
    ref_key: 'contact_first',
    status: 'Resolved',
    decision,
  });
  here.line.site.raise('Student', 'S-1');
}

function held(doctype: string, name: string, field: string) {
  return stateOf(here.line.site.documents.get(doctype)?.get(name), field);
}

async function propose(preferences: SettingValues): Promise<void> {
  const now = here.line.clock.now();
  await proposePreferences(here.store.db, here.store.sealer, 'S-1', preferences, now);
  await touch(here.store.db, [proposalTouch({ doctype: 'Student', name: 'S-1' }, now)]);
  await here.line.settle();
}

async function decisions(): Promise<Record<string, unknown>[]> {
  const rows = await here.store.db
    .selectFrom('sync_logs')
    .selectAll()
    .where('sync_type', '=', 'decision')
    .where('erpnext_entity_type', '=', 'Student')
    .orderBy('sync_timestamp')
    .execute();
  return rows.map((row) => ({ direction: row.sync_direction, ...Object(row.data_payload) }));
}

function topic(name: string, more: Record<string, string | null> = {}): void {
  here.line.site.save('Topic', name, { description: null, topic_content: [], ...more }, { silent: true });
}

function course(...topics: string[]): void {
  here.line.site.save('Course', 'Mathematics', { topics: topics.map((each) => ({ topic: each })) });
}

describe('a course', () => {
  test('gets its topics and criteria as objectives, and a new topic is added to what teachers wrote', async () => {
    topic('Geometry', { description: 'Angles and  area' });
    course('Geometry');
    await here.line.settle();
    expect(held('Course', 'Mathematics', OBJECTIVES).value).toEqual({
      objectives: ['Geometry: Angles and area', 'Fractions'],
    });
    edit('Course', 'Mathematics', OBJECTIVES, { objectives: ['Reason in words', 'Fractions'] });
    await here.line.settle();
    topic('Algebra');
    course('Geometry', 'Algebra');
    await here.line.settle();
    expect(held('Course', 'Mathematics', OBJECTIVES).value).toEqual({
      objectives: ['Reason in words', 'Fractions', 'Algebra'],
    });
  });

  test('is proposed for again when a topic, an article or a video of it changes', async () => {
    topic('Geometry', {});
    here.line.site.save(
      'Topic',
      'Geometry',
      { topic_content: [{ content_type: 'Video', content: 'Angles' }] },
      { silent: true },
    );
    course('Geometry');
    await here.line.settle();
    here.line.site.save('Video', 'Angles', { title: 'Angles', url: 'https://video.example/1' });
    await here.line.settle();
    expect(held('Course', 'Mathematics', 'ai_resource_links').value).toEqual({
      links: [{ title: 'Angles', url: 'https://video.example/1' }],
    });
    topic('Geometry', { description: 'Angles' });
    here.line.site.raise('Topic', 'Geometry');
    await here.line.settle();
    expect(held('Course', 'Mathematics', OBJECTIVES).value).toMatchObject({
      objectives: ['Geometry: Angles', 'Fractions'],
    });
  });

  test('of which nothing new is said costs no request', async () => {
    course();
    await here.line.settle();
    here.line.site.requests.length = 0;
    here.line.site.raise('Course', 'Mathematics');
    await here.line.settle();
    expect(here.line.site.requests.filter(({ method }) => method === 'write_back')).toEqual([]);
  });
});

describe('a change by a person', () => {
  test('at the very moment of a write is not lost: the site refuses, and both are merged', async () => {
    course();
    await here.line.settle();
    topic('Algebra');
    let struck = false;
    here.line.site.before = (method) => {
      if (method !== 'write_back' || struck) return;
      struck = true;
      edit('Course', 'Mathematics', OBJECTIVES, { objectives: ['Reason in words', 'Fractions'] });
    };
    course('Algebra');
    await here.line.settle();
    expect(struck).toBe(true);
    expect(held('Course', 'Mathematics', OBJECTIVES).value).toEqual({
      objectives: ['Reason in words', 'Fractions', 'Algebra'],
    });
    expect(await deadWork(here.store.db)).toEqual([]);
  });

  test('comes into the mirror, sealed', async () => {
    await here.line.settle();
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'guardian' });
    await here.line.settle();
    const row = await here.store.db.executeQuery(here.store.db.selectFrom('proposals').selectAll().compile());
    expect(JSON.stringify(row.rows)).not.toContain('guardian');
    const { readOpened } = await import('../../../sidecar/store/mirror/opened.ts');
    const states = await readOpened(here.store.db, here.store.sealer, 'Student', ['S-1']);
    expect(states.get('S-1')?.get(PREFERENCES)?.value).toEqual({ contact_first: 'guardian' });
  });
});

describe("a pupil's preference", () => {
  test('that only the AI has a wish for is set', async () => {
    await here.line.settle();
    await propose({ feedback_detail: 'short' });
    expect(held('Student', 'S-1', PREFERENCES)).toMatchObject({
      value: { feedback_detail: 'short' },
      base: { feedback_detail: 'short' },
    });
  });

  test('that a person has to decide is asked once, however often it is proposed', async () => {
    await here.line.settle();
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'guardian' });
    await here.line.settle();
    here.line.site.written.length = 0;
    await propose({ contact_first: 'student' });
    await propose({ contact_first: 'student' });
    here.line.site.raise('Student', 'S-1');
    await here.line.settle();
    expect(here.line.site.written).toMatchObject([
      {
        kind: 'conflict',
        address: { doctype: 'Student', name: 'S-1', field: PREFERENCES, key: 'contact_first' },
        values: { site: 'guardian', ai: 'student', base: null, rule: 'manual_review' },
      },
    ]);
    expect(held('Student', 'S-1', PREFERENCES).value).toEqual({ contact_first: 'guardian' });
  });

  test.each([
    ['Keep', 'guardian'],
    ["Use the AI's", 'student'],
  ])('that was decided by "%s" is not asked again', async (decision, value) => {
    await here.line.settle();
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'guardian' });
    await here.line.settle();
    await propose({ contact_first: 'student' });
    decide(decision, { contact_first: value });
    await here.line.settle();
    here.line.site.written.length = 0;
    await propose({ contact_first: 'student' });
    expect(here.line.site.written).toEqual([]);
    expect(here.line.site.conflicts.size).toBe(0);
    expect(held('Student', 'S-1', PREFERENCES).value).toEqual({ contact_first: value });
  });

  test('that both come to want is asked no longer', async () => {
    await here.line.settle();
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'guardian' });
    await here.line.settle();
    await propose({ contact_first: 'student' });
    expect(here.line.site.conflicts.size).toBe(1);
    await propose({ contact_first: 'guardian' });
    expect(here.line.site.conflicts.size).toBe(0);
    expect(held('Student', 'S-1', PREFERENCES).base).toEqual({ contact_first: 'guardian' });
  });

  test('leaves a line for the rule and one for the person, with hashes and no value', async () => {
    await here.line.settle();
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'guardian' });
    await here.line.settle();
    await propose({ contact_first: 'student', feedback_detail: 'short' });
    decide('Keep', {});
    await here.line.settle();
    const found = await decisions();
    const hashed = {
      site: expect.stringMatching(/^[0-9a-f]{64}$/),
      ai: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    const contact = { field: PREFERENCES, key: 'contact_first', rule: 'manual_review', ...hashed };
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        { direction: 'to_erpnext', outcome: 'asked', ...contact },
        { direction: 'from_erpnext', outcome: 'Keep', ...contact },
        {
          direction: 'to_erpnext',
          outcome: 'ai',
          field: PREFERENCES,
          key: 'feedback_detail',
          rule: 'merge',
          ...hashed,
          site: null,
        },
      ]),
    );
    const kept = JSON.stringify(await here.store.db.selectFrom('sync_logs').selectAll().execute());
    expect(kept).not.toMatch(/guardian"|"student"|"short"|S-1/);
  });

  test('is asked anew after a resync, and the site is not asked to hold it twice', async () => {
    await here.line.settle();
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'guardian' });
    await here.line.settle();
    await propose({ contact_first: 'student' });
    here.line.site.epoch = null;
    here.line.site.requests.length = 0;
    await here.line.settle();
    expect(here.line.site.conflicts.size).toBe(1);
    expect(here.line.site.requests.some(({ method }) => method === 'write_back')).toBe(true);
  });

  test("starts from the pupil's own pattern, once, and yields to what people set", async () => {
    here.line.site.settings = { ...here.line.site.settings, attendance_act_rate: 85 };
    await here.line.settle();
    expect(held('Student', 'S-1', PREFERENCES).value).toEqual({ contact_first: 'guardian' });
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'student' });
    here.line.site.settings = { ...here.line.site.settings, attendance_act_rate: 50 };
    await here.line.settle();
    here.line.site.settings = { ...here.line.site.settings, attendance_act_rate: 85 };
    await here.line.settle();
    expect(held('Student', 'S-1', PREFERENCES).value).toEqual({ contact_first: 'student' });
    expect(here.line.site.conflicts.size).toBe(0);
  });

  test('that a person made before any pattern is left alone', async () => {
    edit('Student', 'S-1', PREFERENCES, { contact_first: 'student' });
    here.line.site.settings = { ...here.line.site.settings, attendance_act_rate: 85 };
    await here.line.settle();
    expect(held('Student', 'S-1', PREFERENCES).value).toEqual({ contact_first: 'student' });
    expect(here.line.site.conflicts.size).toBe(0);
  });

  test('goes with the pupil', async () => {
    await here.line.settle();
    await propose({ feedback_detail: 'short' });
    here.line.site.remove('Student', 'S-1');
    await here.line.settle();
    expect(await here.store.db.selectFrom('student_ai_profiles').selectAll().execute()).toEqual([]);
    expect(
      await here.store.db.selectFrom('proposals').selectAll().where('doctype', '=', 'Student').execute(),
    ).toEqual([]);
  });
});

test('a proposal that the site refuses is dead work that names the document', async () => {
  here.line.site.refuse = (item) =>
    item.kind === 'fields' && item.seen !== undefined ? 'fields.refused' : null;
  await here.line.settle(3_600_000);
  expect(await deadWork(here.store.db)).toMatchObject([
    { stage: 'send', kind: 'proposal', code: 'site.failed' },
  ]);
});
