import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { WriteBackItem } from '../../sidecar/erpnext/contract.ts';
import type { LiveSite } from '../live/site.ts';
import { PAST, pastTest, PLACES, Readings, Sidecar, steadyPupil, type Place } from './place.ts';

const { course: COURSE } = PAST;

const StudentPanel = z.looseObject({
  why: z.array(
    z.looseObject({ title: z.string(), text: z.string(), insight: z.string(), reason: z.number() }),
  ),
  rule: z.array(z.unknown()),
  how_sure: z.array(z.unknown()),
  track_record: z.string(),
});

describe.each(PLACES)('what is said of one pupil, on $title', ({ open }) => {
  let place: Place;
  let admin: LiveSite;
  let sidecar: Sidecar;
  let epoch: string;
  let student: string;
  let readings: Readings;

  beforeAll(async () => {
    place = await open();
    ({ admin } = place);
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    ({ student } = await steadyPupil(admin));
    readings = await Readings.begin(admin);
  });
  afterAll(async () => {
    await readings.forget();
    await place.close();
  });

  test('what is written into the fields of a pupil is told to who may read the pupil, an older one no longer', async () => {
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
    expect(await admin.call('education_ai.api.panel.student', { name: student })).toMatchObject({
      profile: expect.arrayContaining([
        { title: 'Mathematics before this term', text: '42 of 60 points in 3 tests (70%).' },
      ]),
    });
    const emptied = { ...write(now + 4, 0), values: { ai_learning_profile: null } };
    await sidecar.call('write_back', { epoch, items: [emptied] });
  });

  test('a Program Enrollment has its parts for who may read the pupil', async () => {
    const filters = [
      ['student', '=', student],
      ['docstatus', '=', 1],
    ];
    const [enrollment] = await admin.list('Program Enrollment', { filters });
    const args = { name: enrollment?.name };
    const answer = z
      .record(z.string(), z.unknown())
      .parse(await admin.call('education_ai.api.panel.program_enrollment', args));
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
      admin.call('education_ai.api.panel.program_enrollment', { name: 'none' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  test('an early warning stands with what it rests on, how it was reached, and how often that was right here', async () => {
    const about = { about: COURSE, evidence: null };
    const { plan } = await pastTest(admin);
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
            evidence: { doctype: 'Assessment Plan', names: [plan, 'gone'] },
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
      rows: [{ doctype: 'Assessment Plan', name: plan }],
    });
    const ofPupil = [
      ['target', '=', student],
      ['kind', '=', 'risk'],
    ];
    for (const row of await admin.list('AI Insight', { filters: ofPupil }))
      await admin.remove('AI Insight', row.name);
  });
});
