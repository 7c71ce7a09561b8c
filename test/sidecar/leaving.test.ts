import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { embeddedStore, wipe } from './databases.ts';
import { everythingHeld } from './everything-held.ts';
import { createLine, type Line } from './line.ts';
import { addSchool } from './school.ts';

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

const MINUTE = 60_000;

/** The tables that mention a pupil, once for each row; `S-1` in `RES-1-S-2` is none. */
async function mentions(pupil: string): Promise<string[]> {
  const rows = (await everythingHeld(store)).filter((row) => new RegExp(`(?<!RE)${pupil}(?!\\d)`).test(row));
  return rows.map((row) => row.split(' ')[0] ?? '');
}

/** What an exclusion looks like from here: one event of the pupil, and all that points to the pupil is no longer there. */
function leaveOut(student: string): () => void {
  const { documents } = line.site;
  const before = new Map([...documents].map(([doctype, rows]) => [doctype, new Map(rows)]));
  for (const rows of documents.values()) {
    for (const [name, row] of rows) {
      const students = Array.isArray(row['students']) ? row['students'] : null;
      if (row['student'] === student || name === student) rows.delete(name);
      else if (students !== null)
        rows.set(name, { ...row, students: students.filter((member) => member['student'] !== student) });
    }
  }
  line.site.raise('Student', student);
  return () => {
    for (const [doctype, rows] of before) documents.set(doctype, rows);
    line.site.raise('Student', student);
    line.site.raise('Student Group', '8A');
  };
}

describe('a pupil who leaves', () => {
  test('leaves nothing behind in any table within a minute, and takes nobody else along', async () => {
    await line.settle();
    expect((await mentions('S-1')).length).toBeGreaterThan(50);
    const others = (await mentions('S-2')).length;
    leaveOut('S-1');
    await line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
    expect((await mentions('S-2')).length).toBeGreaterThan(others / 2);
  });

  test('goes also where the site can only be told later', async () => {
    await line.settle();
    const until = line.clock.now() + 10_000;
    line.site.before = (method) => {
      if (method === 'write_back' && line.clock.now() < until) throw new AppError('site.failed');
    };
    leaveOut('S-1');
    await line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
  });

  test('and comes back has everything again, as after a first load', async () => {
    await line.settle();
    const insights = new Map([...line.site.insights].map(([key, { values }]) => [key, values]));
    const takeIn = leaveOut('S-1');
    await line.settle(MINUTE);
    takeIn();
    await line.settle(MINUTE);
    const again = new Map([...line.site.insights].map(([key, { values }]) => [key, values]));
    expect(again).toEqual(insights);
  });

  test('goes also where an insight was already withdrawn before', async () => {
    await line.settle();
    for (const name of line.site.documents.get('Assessment Result')?.keys() ?? []) {
      if (name.endsWith('S-1')) line.site.remove('Assessment Result', name);
    }
    await line.settle(MINUTE);
    leaveOut('S-1');
    await line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
  });

  test('leaves no dead work', async () => {
    await line.settle();
    line.site.before = (method, request) => {
      if (method === 'snapshot' && !('names' in request)) throw new AppError('site.refused');
    };
    line.site.save('Student', 'S-9', { student_name: 'New', enabled: 1 });
    await line.settle();
    expect((await mentions('S-9')).filter((table) => table === 'work').length).toBeGreaterThan(5);
    line.site.remove('Student', 'S-9');
    await line.settle(MINUTE);
    expect(await mentions('S-9')).toEqual([]);
  });

  test('is erased also where the site cannot be told of each insight, once it says who is left out', async () => {
    await line.settle();
    line.site.refuse = (item) => (item.kind === 'withdraw' ? 'write.failed' : null);
    leaveOut('S-1');
    line.site.asked = { redrive: [], erase: ['S-1'] };
    await line.settle(MINUTE);
    line.clock.advance(MINUTE);
    await line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
  });
});
