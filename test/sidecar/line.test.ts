/** The promises of the sync protocol, end to end: from the outbox to the insight. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../sidecar/errors.ts';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { SHAPES } from '../../sidecar/store/mirror/shape.ts';
import { readState } from '../../sidecar/store/state.ts';
import { deadWork } from '../../sidecar/store/work.ts';
import { held, lineForEachTest } from './school-line.ts';
import { DAYS, PUPILS, TERM, attendance, result } from './school.ts';

const here = lineForEachTest();

const Groups = z.object({
  reasons: z.array(
    z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
  ),
});

describe('a first load', () => {
  test('ends with an insight for every pupil, class and group, and nothing left to do', async () => {
    await here.line.settle();
    const addresses = [...held(here.line.site).keys()].join('\n');
    for (const pupil of PUPILS) expect(addresses).toContain(pupil);
    expect(addresses).toContain('"insight":"class"');
    expect(addresses).toContain('"insight":"group"');
    expect((await readState(here.store.db)).loaded).toBe(true);
    expect(await deadWork(here.store.db)).toEqual([]);
  });

  test('goes on where a kill left it and asks for no page twice (rule 18)', async () => {
    here.line.site.pageSize = 7;
    await here.line.pair();
    for (let step = 0; step < 12; step += 1) await here.line.round();
    const asked = () =>
      here.line.site.requests.filter(({ method, size }) => method === 'snapshot' && size === 0).length;
    const before = asked();
    const { site } = here.line;
    here.restart();
    await here.line.settle();
    const pages = [...site.documents.values()].reduce(
      (sum, rows) => sum + Math.max(1, Math.ceil(rows.size / 7)),
      0,
    );
    const empty = SHAPES.length - site.documents.size;
    expect(before).toBeGreaterThan(3);
    expect(asked()).toBe(pages + empty);
  });

  test('analyses nothing before everything is loaded (rule 18)', async () => {
    here.line.site.pageSize = 7;
    await here.line.pair();
    for (let step = 0; step < 10; step += 1) await here.line.round();
    expect((await readState(here.store.db)).loaded).toBe(false);
    expect(here.line.site.written).toEqual([]);
  });

  test('removes what the site no longer has (rule 18)', async () => {
    await here.line.settle();
    here.line.site.documents.get('Student')?.delete('S-4');
    here.line.site.documents.get('Assessment Result')?.delete('RES-1-S-4');
    here.line.site.epoch = null;
    await here.line.settle();
    const student = SHAPES.find((shape) => shape.doctype === 'Student');
    expect(student && (await readDocuments(here.store.db, student, ['S-4'])).size).toBe(0);
    expect([...held(here.line.site).keys()].join('\n')).not.toMatch(/"S-4"|RES-1-S-4/);
  });

  test('gets past a page that the site cannot answer: one name is dead, the rest are there (rule 11)', async () => {
    here.line.site.before = (method, { doctype, names }) => {
      if (method !== 'snapshot' || doctype !== 'Assessment Result') return;
      if (names === undefined || names.includes('RES-2-S-2')) throw new AppError('site.failed');
    };
    await here.line.settle(3_600_000);
    expect(await deadWork(here.store.db)).toMatchObject([{ name: 'RES-2-S-2', code: 'site.failed' }]);
    expect([...held(here.line.site).keys()].join('\n')).toContain('RES-2-S-3');
  });
});

describe('a change', () => {
  test('of one result changes what is said about the pupil', async () => {
    await here.line.settle();
    here.line.site.written.length = 0;
    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    here.line.site.outbox.reverse();
    await here.line.settle(0);
    expect(here.line.site.written.map((item) => JSON.stringify(item.address)).join()).toContain('RES-5');
  });

  test('of whom a teacher keeps apart changes the groups within a minute, and nothing else', async () => {
    const { site } = here.line;
    for (const pupil of ['S-5', 'S-6']) {
      site.save('Student', pupil, { student_name: pupil, enabled: 1, joining_date: '2026-09-01' });
      for (const plan of [1, 2])
        site.submit('Assessment Result', `RES-${plan}-${pupil}`, result(pupil, plan, 12));
    }
    const students = [...PUPILS, 'S-5', 'S-6'].map((student) => ({ student, active: 1 }));
    site.save('Student Group', '8A', { academic_term: TERM, disabled: 0, students });
    await here.line.settle();
    const groups = () =>
      [...held(site)]
        .filter(([address]) => address.includes('"insight":"group"'))
        .flatMap(([, values]) => Groups.parse(JSON.parse(values)).reasons)
        .filter(({ code }) => code === 'peer.three')
        .map(({ params }) => [params['a'], params['b'], params['c']]);
    const [first, second] = groups();
    expect([first, second]).toHaveLength(2);
    site.written.length = 0;
    const pair = { target_student: first?.[0] ?? '', other_student: first?.[1] ?? '' };
    site.save('AI Peer Wish', 'W-1', { student_group: '8A', ...pair, wish: 'Apart' });
    await here.line.settle(60_000);
    expect(groups().filter((group) => Object.values(pair).every((pupil) => group.includes(pupil)))).toEqual(
      [],
    );
    expect(site.written.map(({ address }) => JSON.stringify(address))).toEqual([
      expect.stringContaining('"insight":"group"'),
    ]);
  });

  test('of many rows at once costs few requests (rule 10)', async () => {
    await here.line.settle();
    here.line.site.requests.length = 0;
    for (let index = 0; index < 300; index += 1) {
      here.line.site.submit(
        'Student Attendance',
        `NEW-${index}`,
        attendance('S-3', DAYS[index % 40] ?? '', 'Present'),
      );
    }
    await here.line.settle(5_000);
    expect(here.line.site.requests.filter(({ method }) => method === 'snapshot')).toHaveLength(1);
  });

  test('that says nothing new writes nothing', async () => {
    await here.line.settle();
    here.line.site.written.length = 0;
    here.line.site.requests.length = 0;
    here.line.site.raise('Assessment Result', 'RES-1-S-1');
    here.line.site.save('Course', 'Mathematics');
    await here.line.settle();
    expect(here.line.site.written).toEqual([]);
    expect(here.line.site.requests.filter(({ method }) => method === 'write_back')).toEqual([]);
  });

  test('of a threshold in AI Settings is looked at again for everybody', async () => {
    await here.line.settle();
    here.line.site.written.length = 0;
    here.line.site.settings = {
      ...here.line.site.settings,
      attendance_watch_rate: 99,
      attendance_act_rate: 98,
    };
    await here.line.settle();
    expect(here.line.site.written.length).toBeGreaterThan(0);
  });

  test('of a DocType that nobody knows is dead work, acknowledged, and stops nothing', async () => {
    await here.line.settle();
    here.line.site.raise('Spaceship', 'X');
    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    await here.line.settle();
    await here.line.settle();
    expect(await deadWork(here.store.db)).toMatchObject([
      { kind: 'Spaceship', code: 'work.unknown_doctype' },
    ]);
    expect(here.line.site.outbox).toEqual([]);
    expect([...held(here.line.site).keys()].join()).toContain('RES-5');
  });

  test('of a document that is gone when it is asked for removes it and what was said of it', async () => {
    await here.line.settle();
    here.line.site.remove('Assessment Result', 'RES-4-S-1');
    await here.line.settle();
    expect([...held(here.line.site).keys()].join()).not.toContain('RES-4-S-1');
  });

  test.each([
    ['Student', 'S-1'],
    ['Assessment Result', 'RES-4-S-1'],
    ['Student Group', '8A'],
    ['Course', 'Mathematics'],
    ['Academic Term', TERM],
  ])(
    'of a %s that went and came back before it was missed is said again, since the site erased it',
    async (doctype, name) => {
      await here.line.settle();
      const before = held(here.line.site);
      for (const [address, text] of before)
        if ((doctype === 'Student' ? address + text : address).includes(JSON.stringify(name)))
          here.line.site.insights.delete(address);
      expect(held(here.line.site).size).toBeLessThan(before.size);
      here.line.site.raise(doctype, name, 'delete');
      here.line.site.raise(doctype, name, 'insert');
      await here.line.settle();
      expect(held(here.line.site)).toEqual(before);
    },
  );

  test('of a pupil taken in again is about every record of that pupil, also those that came or went meanwhile', async () => {
    await here.line.settle();
    here.line.site.save('Student Attendance', 'ATT-NEW', attendance('S-1', DAYS[0] ?? '', 'Absent'), {
      docstatus: 1,
      silent: true,
    });
    here.line.site.sqlDelete('Assessment Result', 'RES-4-S-1');
    here.line.site.raise('Student', 'S-1', 'insert');
    await here.line.settle();
    const { before, after } = await here.fromScratch();
    expect(before).toEqual(after);
  });
});

describe('a name', () => {
  test('that changes takes along every record that pointed to it (rule 12)', async () => {
    await here.line.settle();
    here.line.site.rename('Student', 'S-1', 'S-9');
    await here.line.settle();
    const addresses = [...held(here.line.site).keys()].join('\n');
    expect(addresses).toContain('"S-9"');
    expect(addresses).not.toContain('"S-1"');
    const { before, after } = await here.fromScratch();
    expect(before).toEqual(after);
  });

  test('that is merged into another gives its records to that one (rule 12)', async () => {
    await here.line.settle();
    here.line.site.rename('Student', 'S-1', 'S-2');
    await here.line.settle();
    const { before, after } = await here.fromScratch();
    expect(before).toEqual(after);
  });

  test('that is given to another at once keeps nothing of the first', async () => {
    await here.line.settle();
    here.line.site.rename('Student Group', '8A', '8A of last year');
    here.line.site.save('Student Group', '8A', { academic_term: TERM, disabled: 0, students: [] });
    await here.line.settle();
    const { before, after } = await here.fromScratch();
    expect(before).toEqual(after);
  });

  test('that changes while there is less to say takes along what is to be withdrawn there', async () => {
    await here.line.settle();
    const { site } = here.line;
    const marks = () => [...held(site).keys()].filter((each) => /"S-[19]","insight":"marks"/.test(each));
    expect(marks()).toHaveLength(1);
    site.rename('Student', 'S-1', 'S-9');
    for (const name of site.documents.get('Assessment Result')?.keys() ?? [])
      if (name.endsWith('-S-1')) {
        site.sqlDelete('Assessment Result', name);
        site.raise('Assessment Result', name, 'delete');
      }
    await here.line.settle();
    expect(marks()).toEqual([]);
    const { before, after } = await here.fromScratch();
    expect(before).toEqual(after);
  });

  test('that changes and changes back is spoken of as if nothing had been', async () => {
    await here.line.settle();
    const before = held(here.line.site);
    here.line.site.rename('Student', 'S-1', 'S-9');
    await here.line.settle();
    here.line.site.rename('Student', 'S-9', 'S-1');
    await here.line.settle();
    expect(held(here.line.site)).toEqual(before);
  });

  test('that changes only in case is another document', async () => {
    await here.line.settle();
    here.line.site.rename('Student Group', '8A', '8a');
    await here.line.settle();
    const { before, after } = await here.fromScratch();
    expect(before).toEqual(after);
  });

  test('of a pupil who is taken in again brings back the records that raised no event', async () => {
    await here.line.settle();
    const away = new Map(here.line.site.documents);
    for (const doctype of ['Student', 'Student Attendance', 'Assessment Result']) {
      const rows = [...(away.get(doctype) ?? [])].filter(
        ([name, row]) => name !== 'S-1' && row['student'] !== 'S-1',
      );
      here.line.site.documents.set(doctype, new Map(rows));
    }
    here.line.site.raise('Student', 'S-1');
    await here.line.settle();
    expect([...held(here.line.site).keys()].join()).not.toContain('RES-1-S-1');
    here.line.site.documents.clear();
    for (const [doctype, rows] of away) here.line.site.documents.set(doctype, rows);
    here.line.site.raise('Student', 'S-1');
    await here.line.settle();
    expect([...held(here.line.site).keys()].join()).toContain('RES-1-S-1');
  });
});
