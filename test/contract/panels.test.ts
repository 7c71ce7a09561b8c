import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { WriteBackItem } from '../../sidecar/erpnext/contract.ts';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

const COURSE = 'Mathematics';
/** A class of the term that is over: what is written about it here, the sidecar writes anew when it resyncs. */
const GROUP = '8A Term 1';

const STUDENT_KEYS = [
  'audience',
  'channel',
  'chart',
  'contact',
  'exclusion',
  'going_well',
  'heading',
  'headline',
  'hidden',
  'how_sure',
  'level',
  'next_test',
  'not_used',
  'notes',
  'profile',
  'records_to',
  'rule',
  'settings',
  'stale_since',
  'state',
  'steps',
  'too_little',
  'track_record',
  'why',
  'worked_out',
];

const StudentPanel = z.looseObject({
  why: z.array(
    z.looseObject({ title: z.string(), text: z.string(), insight: z.string(), reason: z.number() }),
  ),
  rule: z.array(z.unknown()),
  how_sure: z.array(z.unknown()),
  track_record: z.string(),
});
const CoursePanel = z.looseObject({
  parts: z.array(z.looseObject({ insight: z.string(), reason: z.number(), button: z.string().nullable() })),
});

describe.each(PLACES)('panels on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;
  const records = { term: '', plan: '', result: '' };
  let readBefore: Set<string>;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    // a class that this reader opened today already would not be noted again
    for (const { name, student_group: group } of await readings())
      if (group === GROUP) await place.admin.remove('AI Read Log', name);
    readBefore = new Set((await readings()).map(({ name }) => name));
    const [plan] = await place.admin.list('Assessment Plan', {
      fields: ['name', 'academic_term'],
      filters: [
        ['student_group', '=', GROUP],
        ['course', '=', COURSE],
        ['docstatus', '=', 1],
      ],
    });
    const { student } = await steadyPupil(place.admin);
    const [result] = await place.admin.list('Assessment Result', {
      filters: [
        ['assessment_plan', '=', plan?.name],
        ['student', '=', student],
        ['docstatus', '=', 1],
      ],
    });
    Object.assign(records, { term: plan?.['academic_term'], plan: plan?.name, result: result?.name });
    const { results } = await sidecar.call('write_back', { epoch, items: [insight()] });
    expect(results).toEqual([{ outcome: 'stored', code: null }]);
  });
  afterAll(async () => {
    const filters = [
      ['target', '=', COURSE],
      ['student_group', '=', GROUP],
    ];
    for (const row of await place.admin.list('AI Insight', { filters })) {
      await place.admin.remove('AI Insight', row.name);
    }
    for (const { name } of await newReadings()) await place.admin.remove('AI Read Log', name);
    await place.close();
  });

  async function readings() {
    const fields = ['name', 'reader', 'target_doctype', 'target', 'student_group', 'rows_opened'];
    return place.admin.list('AI Read Log', { fields });
  }

  async function newReadings() {
    return (await readings()).filter(({ name }) => !readBefore.has(name));
  }

  function insight(): WriteBackItem {
    const part = { criterion: 'Geometry', percent: 61, pupils: 24, tests: 1 };
    return {
      kind: 'insight',
      revision: Date.now(),
      address: {
        target_doctype: 'Course',
        target: COURSE,
        insight: 'class',
        course: COURSE,
        student_group: GROUP,
        academic_term: records.term,
      },
      values: {
        level: 'steady',
        clarity: 20,
        reasons: [
          {
            code: 'class.level',
            about: '',
            params: { tests: 1, mean: 66 },
            evidence: { doctype: 'Assessment Plan', names: [records.plan] },
          },
          {
            code: 'class.part',
            about: 'Geometry',
            params: part,
            evidence: { doctype: 'Assessment Result', names: [records.result, 'gone'] },
          },
          {
            code: 'step.reteach',
            about: 'Geometry',
            params: { criterion: 'Geometry', under: 9, pupils: 24 },
            evidence: null,
          },
          { code: 'no.such.code', about: '', params: {}, evidence: null },
        ],
        chart: {
          kind: 'bar',
          code: 'chart.bands',
          labels: ['0–49%', '50–69%', '70–100%'],
          series: [{ code: 'chart.pupils', values: [2, 15, 7] }],
        },
        confidence: 'fairly',
        records_to: '2026-04-14',
        model_version: 'contract-suite',
      },
    };
  }

  async function course(): Promise<z.output<typeof CoursePanel>> {
    const args = { name: COURSE, student_group: GROUP, academic_term: records.term };
    return CoursePanel.parse(await place.admin.call('education_ai.api.panel.course', args));
  }

  test('a class is rendered from what was written: sentences, parts, steps, and bands without single pupils', async () => {
    expect(await course()).toMatchObject({
      state: 'ready',
      heading: { course: COURSE },
      student_group: GROUP,
      academic_term: records.term,
      tests: 1,
      records_to: '2026-04-14',
      headline: {
        text: 'The class is near 66%, over 1 tests.',
        step: 'Re-teach Geometry to the class: 9 of 24 under half of its points.',
      },
      parts: [
        {
          title: 'Geometry',
          text: 'The class earned 61% of its points. Pupils: 24; tests: 1.',
          reason: 1,
          button: 'Show results: 2',
        },
      ],
      chart: {
        title: 'Mathematics · Pupils per mark band, last test',
        kind: 'bar',
        labels: ['0–69%', '70–100%'],
        series: [{ name: 'Pupils', values: [17, 7] }],
        columns: ['Marks', 'Pupils'],
      },
      steps: ['Re-teach Geometry to the class: 9 of 24 under half of its points.'],
      how_sure: [],
      track_record: 'Not yet checked against past terms here.',
      too_little: [],
      not_listed_text: expect.stringMatching(
        /^Not listed: \d+ with .* Not listed does not mean all is well\.$/,
      ),
      stale_since: null,
    });
  });

  test('the rows behind a reason are those it rests on, and it says how many are gone', async () => {
    const [part] = (await course()).parts;
    const args = { insight: part?.insight, reason: part?.reason };
    const { admin } = place;
    expect(await admin.call('education_ai.api.panel.evidence', args)).toMatchObject({
      title: 'Geometry',
      columns: ['Date', 'Test', 'Student', 'Geometry'],
      rows: [
        {
          doctype: 'Assessment Result',
          name: records.result,
          cells: [
            // day and month in the order of the reader's own date format
            expect.stringMatching(/^[A-Z][a-z]{2} (\d+ [A-Z][a-z]{2}|[A-Z][a-z]{2} \d+)$/),
            'Mathematics Test 1',
            'Amara Okafor',
            expect.stringMatching(/^[\d.]+ of 20$/),
          ],
        },
      ],
      note: 'Records changed or removed since this was worked out: 1. The next analysis leaves them out.',
    });
  });

  test('who read the class is noted once a day, and that the rows were opened', async () => {
    const [part] = (await course()).parts;
    await place.admin.call('education_ai.api.panel.evidence', part);
    await course();
    const ofClass = (await newReadings()).filter((row) => row['student_group'] === GROUP);
    expect(ofClass).toMatchObject([
      { reader: 'Administrator', target_doctype: 'Course', target: COURSE, rows_opened: 1 },
    ]);
  });

  test("a pupil's panel has its parts, whatever is known about the pupil", async () => {
    const { student } = await steadyPupil(place.admin);
    const answer = z
      .record(z.string(), z.unknown())
      .parse(await place.admin.call('education_ai.api.panel.student', { name: student }));
    expect(Object.keys(answer).sort()).toEqual(STUDENT_KEYS);
    expect(answer).toMatchObject({
      audience: 'staff',
      exclusion: 'in',
      heading: { name: 'Amara Okafor', group: '8A Term 2' },
      not_used: 'Not used: gender, health, fees, address, notes about Amara Okafor.',
    });
    expect(answer['channel']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('what is written into the fields of a pupil is told to who may read the pupil, an older one no longer', async () => {
    const { student } = await steadyPupil(place.admin);
    const write = (revision: number, score: number) => {
      const params = { course: COURSE, tests: 3, score, maximum: 60, mark: 70 };
      const said = [{ code: 'profile.prior', about: COURSE, params, evidence: null }];
      return {
        kind: 'fields' as const,
        revision,
        address: { doctype: 'Student', name: student },
        values: { ai_learning_profile: { said, records_to: null, model_version: 'contract-suite' } },
      };
    };
    const now = Date.now();
    const outcomes = [];
    for (const item of [write(now + 1, 42), write(now + 3, 42), write(now + 2, 7)])
      outcomes.push((await sidecar.call('write_back', { epoch, items: [item] })).results[0]?.outcome);
    // The second says the same and is newer all the same: what comes late is older than that.
    expect(outcomes).toEqual(['stored', 'unchanged', 'stale']);
    expect(await place.admin.call('education_ai.api.panel.student', { name: student })).toMatchObject({
      profile: expect.arrayContaining([
        { title: 'Mathematics before this term', text: '42 of 60 points in 3 tests (70%).' },
      ]),
    });
    const emptied = { ...write(now + 4, 0), values: { ai_learning_profile: null } };
    await sidecar.call('write_back', { epoch, items: [emptied] });
  });

  test('a Program Enrollment has its parts for who may read the pupil', async () => {
    const { student } = await steadyPupil(place.admin);
    const filters = [
      ['student', '=', student],
      ['docstatus', '=', 1],
    ];
    const [enrollment] = await place.admin.list('Program Enrollment', { filters });
    const args = { name: enrollment?.name };
    const answer = z
      .record(z.string(), z.unknown())
      .parse(await place.admin.call('education_ai.api.panel.program_enrollment', args));
    expect(Object.keys(answer).sort()).toEqual([
      'audience',
      'channel',
      'heading',
      'history',
      'path',
      'progress',
      'records_to',
      'stale_since',
      'state',
    ]);
    await expect(
      place.admin.call('education_ai.api.panel.program_enrollment', { name: 'none' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  test('an early warning stands with what it rests on, how it was reached, and how often that was right here', async () => {
    const { admin } = place;
    const { student } = await steadyPupil(admin);
    const about = { about: COURSE, evidence: null };
    const item: WriteBackItem = {
      kind: 'insight',
      revision: Date.now(),
      address: {
        target_doctype: 'Student',
        target: student,
        insight: 'risk',
        course: COURSE,
        student_group: '',
        academic_term: '',
      },
      values: {
        level: 'act',
        clarity: 99,
        reasons: [
          {
            code: 'tests.last_two',
            about: COURSE,
            params: { course: COURSE, tests: 4, missed: 2 },
            evidence: { doctype: 'Assessment Plan', names: [records.plan, 'gone'] },
          },
          { ...about, code: 'rule.no_result', params: { course: COURSE } },
          {
            ...about,
            code: 'sure.rule_checked',
            params: { course: COURSE, tests: 4, pupils: 41, in_ten: 8 },
          },
        ],
        chart: null,
        confidence: 'fairly',
        records_to: '2026-04-14',
        model_version: 'contract-suite',
      },
    };
    const { results } = await sidecar.call('write_back', { epoch, items: [item] });
    expect(results).toEqual([{ outcome: 'stored', code: null }]);
    const panel = StudentPanel.parse(await admin.call('education_ai.api.panel.student', { name: student }));
    const why = panel.why.find(({ title }) => title === 'Mathematics: no result');
    expect(why?.text).toBe('No result in the last 2 tests; of 4 tests in all, 2 without a result.');
    expect(panel.rule).toContainEqual({
      text: 'Reached by a rule, not a forecast: no result in the last 2 tests in Mathematics, or in any so far, of which the class has results.',
    });
    expect(panel.how_sure).toContainEqual({
      title: 'Mathematics: early warning',
      text: 'Rests on 4 tests. Of 41 past pupils whom the rule named here, about 8 in 10 did not pass or left.',
    });
    expect(panel.track_record).toBe('All but the early warning: not yet checked against past terms here.');
    const rows = await admin.call('education_ai.api.panel.evidence', {
      insight: why?.insight,
      reason: why?.reason,
    });
    expect(rows).toMatchObject({
      title: 'Mathematics: no result',
      columns: ['Date', 'Test', 'Maximum'],
      rows: [{ doctype: 'Assessment Plan', name: records.plan }],
    });
    const ofPupil = [
      ['target', '=', student],
      ['kind', '=', 'risk'],
    ];
    for (const row of await admin.list('AI Insight', { filters: ofPupil }))
      await admin.remove('AI Insight', row.name);
  });

  test('a name that does not exist is refused as one that is not the reader’s', async () => {
    const { admin } = place;
    await expect(admin.call('education_ai.api.panel.student', { name: 'nobody' })).rejects.toMatchObject({
      status: 403,
    });
    await expect(admin.call('education_ai.api.panel.course', { name: 'nothing' })).rejects.toMatchObject({
      status: 403,
    });
    const evidence = admin.call('education_ai.api.panel.evidence', { insight: 'none', reason: 0 });
    await expect(evidence).rejects.toMatchObject({ status: 403 });
  });
});
