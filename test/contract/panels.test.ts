import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { WriteBackItem } from '../../sidecar/erpnext/contract.ts';
import { PAST, pastTest, PLACES, Readings, Sidecar, steadyPupil, type Place } from './place.ts';

const { course: COURSE, group: GROUP } = PAST;

const STUDENT_KEYS = [
  'acted',
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

const CoursePanel = z.looseObject({
  parts: z.array(z.looseObject({ insight: z.string(), reason: z.number(), button: z.string().nullable() })),
});

describe.each(PLACES)('panels on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;
  const records = { term: '', plan: '', result: '' };
  let readings: Readings;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    readings = await Readings.begin(place.admin);
    const past = await pastTest(place.admin);
    const { student } = await steadyPupil(place.admin);
    const [result] = await place.admin.list('Assessment Result', {
      filters: [
        ['assessment_plan', '=', past.plan],
        ['student', '=', student],
        ['docstatus', '=', 1],
      ],
    });
    Object.assign(records, { ...past, result: result?.name });
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
    await readings.forget();
    await place.close();
  });

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
    const ofClass = (await readings.since()).filter((row) => row['student_group'] === GROUP);
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
