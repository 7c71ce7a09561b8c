import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { WriteBackItem } from '../../sidecar/erpnext/contract.ts';
import { SiteAnswer } from '../live/site.ts';
import { PLACES, Sidecar, type Place } from './place.ts';

/** A class of the term that is over: what is written about it here, the sidecar writes anew when it resyncs. */
const GROUP = '8A Term 1';
const COURSE = 'Mathematics';
const OTHER_COURSE = 'English';
const METHOD = 'education_ai.api.panel.student_group';

const KEYS = [
  'channel',
  'courses',
  'heading',
  'headline',
  'hidden',
  'kept',
  'members',
  'not_listed',
  'not_listed_text',
  'notes',
  'peers',
  'pupils',
  'records_to',
  'stale_since',
  'state',
  'too_little',
  'who_first',
  'who_order',
  'who_total',
  'worked_out',
];

const Panel = z.looseObject({
  pupils: z.number(),
  who_first: z.array(z.unknown()),
  who_total: z.number(),
  not_listed: z.object({ nothing: z.number(), too_little: z.number() }),
  peers: z.array(z.looseObject({ insight: z.string(), reason: z.number() })),
});

const KEEP = 'education_ai.api.panel.keep';
const Wishes = z.looseObject({
  kept: z.array(z.object({ student: z.string(), other: z.string(), text: z.string() })),
  members: z.array(z.object({ student: z.string(), student_name: z.string() })),
});

describe.each(PLACES)('the panel of a group on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;
  const known = { term: '', results: [''], pupils: [''], names: [''] };

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    const rows = await place.admin.list('Assessment Result', {
      fields: ['name', 'student', 'student_name', 'academic_term'],
      filters: [
        ['student_group', '=', GROUP],
        ['course', '=', COURSE],
        ['docstatus', '=', 1],
      ],
    });
    const first = new Map(rows.map((row) => [String(row['student']), row]));
    const three = [...first.values()].slice(0, 3);
    known.term = String(three[0]?.['academic_term']);
    known.results = three.slice(0, 2).map(({ name }) => name);
    known.pupils = three.map((row) => String(row['student']));
    const shown = await Promise.all(
      known.pupils.map((name) =>
        place.admin.list('Student', { fields: ['name', 'student_name'], filters: [['name', '=', name]] }),
      ),
    );
    known.names = shown.map(([row]) => String(row?.['student_name']));
    const items = [group(), ofClass(COURSE), ofClass(OTHER_COURSE)];
    const { results } = await sidecar.call('write_back', { epoch, items });
    expect(results).toEqual(items.map(() => ({ outcome: 'stored', code: null })));
  });
  afterAll(async () => {
    for (const target of [GROUP, COURSE, OTHER_COURSE])
      for (const { name } of await place.admin.list('AI Insight', {
        filters: [
          ['student_group', '=', GROUP],
          ['target', '=', target],
        ],
      }))
        await place.admin.remove('AI Insight', name);
    await place.close();
  });

  function group(): WriteBackItem {
    const [a = '', b = '', c = ''] = known.pupils;
    return {
      kind: 'insight',
      revision: Date.now(),
      address: {
        target_doctype: 'Student Group',
        target: GROUP,
        insight: 'group',
        course: '',
        student_group: GROUP,
        academic_term: known.term,
      },
      values: {
        level: 'steady',
        clarity: 0,
        reasons: [
          { code: 'peer.three', about: '1', params: { number: 1, a, b, c }, evidence: null },
          {
            code: 'peer.explain',
            about: 'Geometry',
            params: {
              number: 1,
              course: COURSE,
              criterion: 'Geometry',
              helper: a,
              score: 17,
              maximum: 20,
              learner: b,
              learner_score: 6,
              learner_maximum: 20,
              tests: 2,
            },
            evidence: { doctype: 'Assessment Result', names: [...known.results, 'gone'] },
          },
          { code: 'note.peers', about: '', params: { strong: 75, under: 50, gain: 2 }, evidence: null },
        ],
        chart: null,
        confidence: 'fairly',
        records_to: '2026-04-14',
        model_version: 'contract-suite',
      },
    };
  }

  function ofClass(course: string): WriteBackItem {
    return {
      kind: 'insight',
      revision: Date.now(),
      address: {
        target_doctype: 'Course',
        target: course,
        insight: 'class',
        course,
        student_group: GROUP,
        academic_term: known.term,
      },
      values: {
        level: 'steady',
        clarity: 20,
        reasons: [{ code: 'class.level', about: '', params: { tests: 4, mean: 66 }, evidence: null }],
        chart: null,
        confidence: 'fairly',
        records_to: '2026-04-10',
        model_version: 'contract-suite',
      },
    };
  }

  const panel = () => place.admin.call(METHOD, { name: GROUP });

  test('tells the class in one sentence of counts, each course, and who could learn with whom', async () => {
    const answer = await panel();
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(answer)).sort()).toEqual(KEYS);
    const { pupils, who_first: listed, who_total: raised, not_listed: rest } = Panel.parse(answer);
    expect(raised + rest.nothing + rest.too_little).toBe(pupils);
    expect(listed.length).toBe(Math.min(5, raised));
    const [a, b, c] = known.names;
    expect(answer).toMatchObject({
      state: 'ready',
      heading: { group: GROUP, term: known.term },
      headline: {
        text: expect.stringMatching(
          new RegExp(
            `^Pupils: ${pupils}\\. With a reason to act: \\d+; to watch: \\d+; with nothing in the records: ${rest.nothing}; with too little data: ${rest.too_little}\\.$`,
          ),
        ),
        step: null,
      },
      courses: [
        { title: OTHER_COURSE, text: 'The class is near 66%, over 4 tests.' },
        { title: COURSE, text: 'The class is near 66%, over 4 tests.' },
      ],
      peers: [
        { title: 'Group 1', text: `Pupils: ${a}, ${b}, ${c}.`, reason: 0, button: null },
        {
          title: 'Group 1: Geometry in Mathematics',
          text: `Could be explained by ${a} to ${b}: 17 of 20 points beside 6 of 20, each in 2 tests or more.`,
          reason: 1,
          button: 'Show results: 3',
        },
      ],
      notes: [expect.stringMatching(/^Who earned 75% of the points of a part is put together/)],
      records_to: '2026-04-14',
      too_little: [],
      stale_since: null,
      hidden: null,
      not_listed_text: expect.stringMatching(/Not listed does not mean all is well\.$/),
    });
  });

  test('the rows behind an explanation are results of the two in that part, and it says how many are gone', async () => {
    const { peers } = Panel.parse(await panel());
    const args = { insight: peers[1]?.insight, reason: peers[1]?.reason };
    const answer = await place.admin.call('education_ai.api.panel.evidence', args);
    expect(answer).toMatchObject({
      title: 'Group 1: Geometry in Mathematics',
      columns: ['Date', 'Test', 'Student', 'Geometry'],
      note: 'Records changed or removed since this was worked out: 1. The next analysis leaves them out.',
    });
    const { rows } = z.object({ rows: z.array(z.object({ name: z.string() })) }).parse(answer);
    expect(rows.map(({ name }) => name).sort()).toEqual([...known.results].sort());
  });

  test('who read the group is noted once a day', async () => {
    await panel();
    await panel();
    const fields = ['name', 'reader', 'target_doctype', 'target', 'rows_opened'];
    const filters = [
      ['target_doctype', '=', 'Student Group'],
      ['target', '=', GROUP],
      ['reader', '=', 'Administrator'],
    ];
    expect(await place.admin.list('AI Read Log', { fields, filters })).toHaveLength(1);
  });

  test('what no longer holds is not shown', async () => {
    const item = group();
    if (item.kind !== 'insight') throw new Error('no insight');
    const withdrawal = { kind: 'withdraw' as const, revision: Date.now(), address: item.address };
    const { results } = await sidecar.call('write_back', { epoch, items: [withdrawal] });
    expect(results).toEqual([{ outcome: 'stored', code: null }]);
    expect(await panel()).toMatchObject({ peers: [], notes: [] });
  });

  test('a group that does not exist is refused as one that is not the reader’s', async () => {
    await expect(place.admin.call(METHOD, { name: 'nothing' })).rejects.toMatchObject({ status: 403 });
  });

  const keep = (student: string, other: string, wish: string) =>
    place.admin.call(KEEP, { name: GROUP, student, other, wish });
  const wishes = async () => Wishes.parse(await panel());
  const rows = async () => {
    const asked = { epoch, doctype: 'AI Peer Wish', after: '' };
    return (await sidecar.call('snapshot', asked)).rows.filter((row) => row['student_group'] === GROUP);
  };
  const refusal = (student: string, other: string, wish: string) =>
    keep(student, other, wish).then(
      () => '',
      (error: unknown) =>
        error instanceof SiteAnswer ? `${error.status} ${saidIn(error.body)}` : 'no answer',
    );

  describe('two pupils kept together or apart', () => {
    afterEach(async () => {
      for (const { student, other } of (await wishes()).kept) await keep(student, other, '');
      expect((await wishes()).kept).toEqual([]);
    });

    test('are listed by name, changed and taken back in either order, and the sidecar reads one row', async () => {
      const [a = '', b = ''] = known.pupils;
      const [one = '', two = ''] = known.names;
      expect(await keep(a, b, 'Together')).toEqual({ said: 'The groups follow in a minute.' });
      expect((await wishes()).kept).toEqual([
        { student: a, other: b, text: `Kept together: ${one} and ${two}` },
      ]);
      expect(await rows()).toEqual([
        expect.objectContaining({ target_student: a, other_student: b, wish: 'Together', docstatus: 0 }),
      ]);
      await keep(b, a, 'Apart');
      expect((await wishes()).kept).toEqual([
        { student: a, other: b, text: `Kept apart: ${one} and ${two}` },
      ]);
      expect(await rows()).toEqual([expect.objectContaining({ target_student: a, wish: 'Apart' })]);
      await keep(b, a, '');
      expect((await wishes()).kept).toEqual([]);
      expect(await rows()).toEqual([]);
    });

    test('leave an event each time one is set, changed or taken back', async () => {
      const { epoch: begun, token } = await sidecar.begin();
      epoch = begun;
      const before = await sidecar.drain(epoch, token);
      const [a = '', b = ''] = known.pupils;
      for (const wish of ['Apart', 'Apart', 'Together', '']) await keep(a, b, wish);
      const { events } = await sidecar.drain(epoch, before.token);
      const own = events.filter(({ doctype }) => doctype === 'AI Peer Wish');
      expect(own.map(({ event }) => event)).toEqual(['insert', 'update', 'delete']);
    });

    test('are the active pupils of the class, by name', async () => {
      const { members } = await wishes();
      expect(members.map(({ student }) => student)).toEqual(expect.arrayContaining(known.pupils));
      const names = members.map(({ student_name: name }) => name.toLowerCase());
      expect(names).toEqual(names.toSorted((x, y) => (x < y ? -1 : 1)));
    });

    test('what the class could not be divided by is refused, with who and what to do', async () => {
      const { members } = await wishes();
      const [a, b, c, d, e] = members;
      if (!a || !b || !c || !d || !e) throw new Error('a class of five pupils is needed');
      await keep(a.student, b.student, 'Together');
      await keep(b.student, c.student, 'Together');
      expect(await refusal(a.student, c.student, 'Apart')).toMatch(
        new RegExp(`^417 Kept together are ${a.student_name}, ${b.student_name}, ${c.student_name}\\.`),
      );
      await keep(c.student, d.student, 'Apart');
      expect(await refusal(a.student, d.student, 'Together')).toMatch(
        new RegExp(`^417 ${c.student_name} and ${d.student_name} would come together and are kept apart\\.`),
      );
      await keep(c.student, d.student, '');
      const most = Math.ceil(members.length / Math.ceil(members.length / 4));
      if (most > 3) await keep(c.student, d.student, 'Together');
      const more = most > 3 ? e : d;
      expect(await refusal(a.student, more.student, 'Together')).toMatch(
        new RegExp(`^417 .*: together ${most + 1}, and a group of this class holds ${most}\\.`),
      );
    });

    test('nobody with the own self, nobody who is not in the class, and in no group of somebody else', async () => {
      const [a = '', b = ''] = known.pupils;
      expect(await refusal(a, a, 'Apart')).toMatch(/^417 Choose two pupils\./);
      expect(await refusal('', b, 'Apart')).toMatch(/^417 Choose two pupils\./);
      expect(await refusal(a, 'nobody', 'Apart')).toMatch(/^417 These two are not both in the class\./);
      expect(await refusal(a, b, 'Never')).toMatch(/^417 There is no such wish\./);
      await expect(
        place.admin.call(KEEP, { name: 'nothing', student: a, other: b, wish: 'Apart' }),
      ).rejects.toMatchObject({ status: 403 });
    });
  });
});

/** What the Desk would show of a refused request. */
function saidIn(body: string): string {
  const { _server_messages: messages } = z.object({ _server_messages: z.string() }).parse(JSON.parse(body));
  const said = z.array(z.string()).parse(JSON.parse(messages));
  return said.map((one) => z.object({ message: z.string() }).parse(JSON.parse(one)).message).join(' ');
}
