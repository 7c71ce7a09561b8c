/** Staff mark what they acted upon, and the sidecar is given the day: on the stand-in and, when there is one, a real site. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

/** No pupil of the school has a test in it, so that nothing that was really said is in the way, or is lost. */
const COURSE = 'Art';

const Acted = z.object({
  acted: z.array(z.object({ title: z.string(), insights: z.array(z.string()), on: z.string().nullable() })),
});

describe.each(PLACES)('steps on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let student: string;
  let epoch: string;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    ({ student } = await steadyPupil(place.admin));
    const params = {
      course: COURSE,
      tests: 3,
      first: 80,
      last: 50,
      marks: '80, 62, 50',
      class_marks: '70, 71, 70',
    };
    const { results } = await sidecar.call('write_back', {
      epoch,
      items: [
        {
          kind: 'insight',
          revision: Date.now(),
          address: {
            target_doctype: 'Student',
            target: student,
            insight: 'marks',
            course: COURSE,
            student_group: '',
            academic_term: '',
          },
          values: {
            level: 'act',
            clarity: 80,
            reasons: [{ code: 'marks.trend', about: COURSE, params, evidence: null }],
            chart: null,
            confidence: 'fairly',
            records_to: '2026-04-14',
            model_version: 'contract-suite',
          },
        },
      ],
    });
    expect(results).toEqual([{ outcome: 'stored', code: null }]);
  });
  afterAll(async () => {
    const filters = [
      ['target', '=', student],
      ['course', '=', COURSE],
    ];
    for (const row of await place.admin.list('AI Insight', { filters }))
      await place.admin.remove('AI Insight', row.name);
    await place.close();
  });

  async function raisedInCourse() {
    const { acted } = Acted.parse(
      await place.admin.call('education_ai.api.panel.student', { name: student }),
    );
    const found = acted.find(({ title }) => title === COURSE);
    if (found === undefined) throw new Error('nothing is raised about the course');
    return found;
  }

  async function given(name: string | undefined) {
    const { rows } = await sidecar.call('snapshot', { epoch, doctype: 'AI Insight', names: [name ?? ''] });
    return rows.map((row) => [row['status'], row['course'] ?? '', row['answered_on']]);
  }

  test('are marked with the day, which the sidecar is given, and taken back', async () => {
    const raised = await raisedInCourse();
    expect(raised.on).toBeNull();
    expect(await given(raised.insights[0])).toEqual([]);
    const { insights } = raised;
    expect(await place.admin.call('education_ai.api.panel.act', { insights, acted: true })).toEqual({
      acted: true,
    });
    const { on } = await raisedInCourse();
    expect(on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(await given(insights[0])).toEqual([['Acted Upon', COURSE, on]]);
    await place.admin.call('education_ai.api.panel.act', { insights, acted: false });
    expect((await raisedInCourse()).on).toBeNull();
    expect(await given(insights[0])).toEqual([]);
  });

  test('of an insight that does not exist, or of none, are refused', async () => {
    const { insights } = await raisedInCourse();
    for (const names of [[], ['none'], [...insights, 'none']])
      await expect(
        place.admin.call('education_ai.api.panel.act', { insights: names, acted: true }),
      ).rejects.toMatchObject({ status: 403 });
    expect((await raisedInCourse()).on).toBeNull();
  });
});
