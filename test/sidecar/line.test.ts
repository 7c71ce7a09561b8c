/** The promises of the sync protocol, end to end: outbox to insight, with everything that can go wrong between. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { SHAPES } from '../../sidecar/store/mirror/shape.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { readState } from '../../sidecar/store/state.ts';
import { deadWork } from '../../sidecar/store/work.ts';
import { embeddedStore, wipe } from './databases.ts';
import { FakeSite } from './fake-site.ts';
import { createLine, type Line } from './line.ts';
import { DAYS, PUPILS, TERM, addSchool, attendance, result } from './school.ts';

let store: Store;
let line: Line;

beforeAll(async () => {
  store = await embeddedStore();
}, 60_000);
beforeEach(async () => {
  await wipe(store);
  line = createLine(store);
  addSchool(line.site);
});
afterAll(() => store.close());

/** What the site was told and still holds, by address. */
function held(site: FakeSite): Map<string, string> {
  const entries = [...site.insights].filter(([, { values }]) => values !== null);
  return new Map(entries.map(([address, { values }]) => [address, JSON.stringify(values)]));
}

async function mirrored(): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const shape of SHAPES) {
    const names = [...(line.site.documents.get(shape.doctype)?.keys() ?? [])];
    const found = await readDocuments(store.db, shape, [...names, ...PUPILS, 'S-9', 'Math', '8B']);
    tables[shape.doctype] = [...found.values()]
      .map(({ name, modified, docstatus, rowSum, children }) => ({
        name,
        modified,
        docstatus,
        rowSum,
        children,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return tables;
}

/** What a database that never knew anything else would hold and say. */
async function fromScratch(site: FakeSite) {
  const mirror = await mirrored();
  const insights = held(site);
  await wipe(store);
  site.insights.clear();
  site.epoch = null;
  line = createLine(store, site);
  await line.settle();
  return { before: { mirror, insights }, after: { mirror: await mirrored(), insights: held(site) } };
}

describe('a first load', () => {
  test('ends with an insight for every pupil and class, and nothing left to do', async () => {
    await line.settle();
    const addresses = [...held(line.site).keys()].join('\n');
    for (const pupil of PUPILS) expect(addresses).toContain(pupil);
    expect(addresses).toContain('"insight":"class"');
    expect((await readState(store.db)).loaded).toBe(true);
    expect(await deadWork(store.db)).toEqual([]);
  });

  test('goes on where a kill left it and asks for no page twice', async () => {
    line.site.pageSize = 7;
    await line.pair();
    for (let step = 0; step < 12; step += 1) await line.round();
    const asked = () =>
      line.site.requests.filter(({ method, size }) => method === 'snapshot' && size === 0).length;
    const before = asked();
    const site = line.site;
    line = createLine(store, site);
    await line.settle();
    const pages = [...site.documents.values()].reduce(
      (sum, rows) => sum + Math.max(1, Math.ceil(rows.size / 7)),
      0,
    );
    const empty = SHAPES.length - site.documents.size;
    expect(before).toBeGreaterThan(3);
    expect(asked()).toBe(pages + empty);
  });

  test('analyses nothing before everything is loaded', async () => {
    line.site.pageSize = 7;
    await line.pair();
    for (let step = 0; step < 10; step += 1) await line.round();
    expect((await readState(store.db)).loaded).toBe(false);
    expect(line.site.written).toEqual([]);
  });

  test('removes what the site no longer has', async () => {
    await line.settle();
    line.site.documents.get('Student')?.delete('S-4');
    line.site.documents.get('Assessment Result')?.delete('RES-1-S-4');
    line.site.epoch = null;
    await line.settle();
    const student = SHAPES.find((shape) => shape.doctype === 'Student');
    expect(student && (await readDocuments(store.db, student, ['S-4'])).size).toBe(0);
    expect([...held(line.site).keys()].join('\n')).not.toMatch(/"S-4"|RES-1-S-4/);
  });

  test('gets past a page that the site cannot answer: one name is dead, the rest are there', async () => {
    line.site.before = (method, { doctype, names }) => {
      if (method !== 'snapshot' || doctype !== 'Assessment Result') return;
      if (names === undefined || names.includes('RES-2-S-2')) throw new AppError('site.failed');
    };
    await line.settle(3_600_000);
    expect(await deadWork(store.db)).toMatchObject([{ name: 'RES-2-S-2', code: 'site.failed' }]);
    expect([...held(line.site).keys()].join('\n')).toContain('RES-2-S-3');
  });
});

describe('a change', () => {
  test('of one result changes what is said about the pupil', async () => {
    await line.settle();
    line.site.written.length = 0;
    line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    line.site.outbox.reverse();
    await line.settle(0);
    expect(line.site.written.map((item) => JSON.stringify(item.address)).join()).toContain('RES-5');
  });

  test('of many rows at once costs few requests', async () => {
    await line.settle();
    line.site.requests.length = 0;
    for (let index = 0; index < 300; index += 1) {
      line.site.submit(
        'Student Attendance',
        `NEW-${index}`,
        attendance('S-3', DAYS[index % 40] ?? '', 'Present'),
      );
    }
    await line.settle(5_000);
    expect(line.site.requests.filter(({ method }) => method === 'snapshot')).toHaveLength(1);
  });

  test('that says nothing new writes nothing', async () => {
    await line.settle();
    line.site.written.length = 0;
    line.site.requests.length = 0;
    line.site.raise('Assessment Result', 'RES-1-S-1');
    line.site.save('Course', 'Mathematics');
    await line.settle();
    expect(line.site.written).toEqual([]);
    expect(line.site.requests.filter(({ method }) => method === 'write_back')).toEqual([]);
  });

  test('of a threshold in AI Settings is looked at again for everybody', async () => {
    await line.settle();
    line.site.written.length = 0;
    line.site.settings = { ...line.site.settings, attendance_watch_rate: 99, attendance_act_rate: 98 };
    await line.settle();
    expect(line.site.written.length).toBeGreaterThan(0);
  });

  test('of a DocType that nobody knows is dead work, acknowledged, and stops nothing', async () => {
    await line.settle();
    line.site.raise('Spaceship', 'X');
    line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    await line.settle();
    await line.settle();
    expect(await deadWork(store.db)).toMatchObject([{ kind: 'Spaceship', code: 'work.unknown_doctype' }]);
    expect(line.site.outbox).toEqual([]);
    expect([...held(line.site).keys()].join()).toContain('RES-5');
  });

  test('of a document that is gone when it is asked for removes it and what was said of it', async () => {
    await line.settle();
    line.site.remove('Assessment Result', 'RES-4-S-1');
    await line.settle();
    expect([...held(line.site).keys()].join()).not.toContain('RES-4-S-1');
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
      await line.settle();
      const before = held(line.site);
      for (const [address, text] of before)
        if ((doctype === 'Student' ? address + text : address).includes(JSON.stringify(name)))
          line.site.insights.delete(address);
      expect(held(line.site).size).toBeLessThan(before.size);
      line.site.raise(doctype, name, 'delete');
      line.site.raise(doctype, name, 'insert');
      await line.settle();
      expect(held(line.site)).toEqual(before);
    },
  );

  test('of a pupil taken in again is about every record of that pupil, also those that came or went meanwhile', async () => {
    await line.settle();
    line.site.save('Student Attendance', 'ATT-NEW', attendance('S-1', DAYS[0] ?? '', 'Absent'), {
      docstatus: 1,
      silent: true,
    });
    line.site.sqlDelete('Assessment Result', 'RES-4-S-1');
    line.site.raise('Student', 'S-1', 'insert');
    await line.settle();
    const { before, after } = await fromScratch(line.site);
    expect(before).toEqual(after);
  });
});

describe('a name', () => {
  test('that changes takes along every record that pointed to it', async () => {
    await line.settle();
    line.site.rename('Student', 'S-1', 'S-9');
    await line.settle();
    const addresses = [...held(line.site).keys()].join('\n');
    expect(addresses).toContain('"S-9"');
    expect(addresses).not.toContain('"S-1"');
    const { before, after } = await fromScratch(line.site);
    expect(before).toEqual(after);
  });

  test('that is merged into another gives its records to that one', async () => {
    await line.settle();
    line.site.rename('Student', 'S-1', 'S-2');
    await line.settle();
    const { before, after } = await fromScratch(line.site);
    expect(before).toEqual(after);
  });

  test('that is given to another at once keeps nothing of the first', async () => {
    await line.settle();
    line.site.rename('Student Group', '8A', '8A of last year');
    line.site.save('Student Group', '8A', { academic_term: TERM, disabled: 0, students: [] });
    await line.settle();
    const { before, after } = await fromScratch(line.site);
    expect(before).toEqual(after);
  });

  test('that changes only in case is another document', async () => {
    await line.settle();
    line.site.rename('Student Group', '8A', '8a');
    await line.settle();
    const { before, after } = await fromScratch(line.site);
    expect(before).toEqual(after);
  });

  test('of a pupil who is taken in again brings back the records that raised no event', async () => {
    await line.settle();
    const away = new Map(line.site.documents);
    for (const doctype of ['Student', 'Student Attendance', 'Assessment Result']) {
      const rows = [...(away.get(doctype) ?? [])].filter(
        ([name, row]) => name !== 'S-1' && row['student'] !== 'S-1',
      );
      line.site.documents.set(doctype, new Map(rows));
    }
    line.site.raise('Student', 'S-1');
    await line.settle();
    expect([...held(line.site).keys()].join()).not.toContain('RES-1-S-1');
    line.site.documents.clear();
    for (const [doctype, rows] of away) line.site.documents.set(doctype, rows);
    line.site.raise('Student', 'S-1');
    await line.settle();
    expect([...held(line.site).keys()].join()).toContain('RES-1-S-1');
  });
});

describe('the pairing', () => {
  test('after the database was lost: the same insights again', async () => {
    await line.settle();
    const { before, after } = await fromScratch(line.site);
    expect(after).toEqual(before);
    expect(after.insights.size).toBeGreaterThan(10);
  });

  test('after the site was restored from an old copy: everything is sent anew', async () => {
    await line.settle();
    const whole = held(line.site);
    line.site.insights.clear();
    line.site.epoch = null;
    await line.settle();
    expect(held(line.site)).toEqual(whole);
  });

  test('a site that is away costs nothing and loses nothing', async () => {
    await line.settle();
    line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    line.site.before = () => {
      throw new AppError('site.unreachable');
    };
    for (let attempt = 0; attempt < 30; attempt += 1) {
      line.clock.advance(1000);
      await line.round();
    }
    line.site.before = () => undefined;
    await line.settle();
    expect(await deadWork(store.db)).toEqual([]);
    expect([...held(line.site).keys()].join()).toContain('RES-5');
  });
});

describe('an item that the site refuses', () => {
  test('does not hold up the others, and is dead with a code when it never passes', async () => {
    line.site.refuse = (item) =>
      JSON.stringify(item.address).includes('RES-2-S-2') ? 'fields.refused' : null;
    await line.settle(3_600_000);
    const addresses = [...held(line.site).keys()].join('\n');
    expect(addresses).toContain('RES-2-S-3');
    expect(addresses).not.toContain('RES-2-S-2');
    expect(await deadWork(store.db)).toMatchObject([{ stage: 'send' }]);
  });

  test('because its target left meanwhile is no failure', async () => {
    line.site.refuse = (item) => (JSON.stringify(item.address).includes('RES-2-S-2') ? 'target.gone' : null);
    await line.settle();
    expect(await deadWork(store.db)).toEqual([]);
  });
});

test('whatever is lost, doubled or cut on the way, mirror and insights end as if it had not been', async () => {
  const change = fc.record({
    do: fc.constantFrom('result', 'absence', 'remove', 'rename', 'leave'),
    pupil: fc.constantFrom(...PUPILS),
    number: fc.integer({ min: 0, max: 19 }),
    trouble: fc.constantFrom('none', 'answer lost', 'away', 'failing', 'killed', 'doubled'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 3, maxLength: 8 }), async (changes) => {
      await wipe(store);
      line = createLine(store);
      addSchool(line.site);
      await line.settle();
      for (const [index, each] of changes.entries()) {
        apply(line.site, each, index);
        let troubles = each.trouble === 'none' ? 0 : 2;
        const strike = (wanted: string) => (method: string) => {
          if (troubles === 0 || method === 'hello' || each.trouble !== wanted) return;
          troubles -= 1;
          throw new AppError(wanted === 'failing' ? 'site.failed' : 'site.unreachable');
        };
        line.site.before = each.trouble === 'away' ? strike('away') : strike('failing');
        line.site.after = strike('answer lost');
        if (each.trouble === 'doubled') line.site.raise('Student', each.pupil);
        for (let step = 0; step < each.number % 4; step += 1) await line.round();
        if (each.trouble === 'killed') line = createLine(store, line.site);
        line.clock.advance(each.number * 100);
      }
      line.site.before = () => undefined;
      line.site.after = () => undefined;
      await line.settle(600_000);
      const { before, after } = await fromScratch(line.site);
      expect(before).toEqual(after);
      expect(await deadWork(store.db)).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);

function apply(site: FakeSite, change: { do: string; pupil: string; number: number }, index: number): void {
  const { pupil, number } = change;
  if (change.do === 'result')
    site.submit('Assessment Result', `RES-X-${index}`, result(pupil, 1 + (number % 4), number));
  if (change.do === 'absence') {
    site.submit(
      'Student Attendance',
      `ATT-${DAYS[number]}-${pupil}`,
      attendance(pupil, DAYS[number] ?? '', 'Absent'),
    );
  }
  if (change.do === 'remove') site.remove('Assessment Result', `RES-1-${pupil}`);
  if (change.do === 'leave') site.save('Student', pupil, { student_name: pupil, enabled: 0 });
  if (change.do === 'rename' && site.documents.get('Student')?.has(pupil) === true) {
    site.rename('Student', pupil, `${pupil}-${index}`);
  }
}
