import { describe, expect, test } from 'vitest';
import { AppError } from '../../sidecar/errors.ts';
import { everythingHeld } from './everything-held.ts';
import { lineForEachTest } from './school-line.ts';

const here = lineForEachTest();

const MINUTE = 60_000;

/** The tables that mention a pupil, once for each row; `S-1` in `RES-1-S-2` is none. */
async function mentions(pupil: string): Promise<string[]> {
  const rows = (await everythingHeld(here.store)).filter((row) =>
    new RegExp(`(?<!RE)${pupil}(?!\\d)`).test(row),
  );
  return rows.map((row) => row.split(' ')[0] ?? '');
}

/** What an exclusion looks like from here: one event of the pupil, and all that points to the pupil is no longer there. */
function leaveOut(student: string): () => void {
  const { documents } = here.line.site;
  const before = new Map([...documents].map(([doctype, rows]) => [doctype, new Map(rows)]));
  for (const rows of documents.values()) {
    for (const [name, row] of rows) {
      const students = Array.isArray(row['students']) ? row['students'] : null;
      if (row['student'] === student || name === student) rows.delete(name);
      else if (students !== null)
        rows.set(name, { ...row, students: students.filter((member) => member['student'] !== student) });
    }
  }
  here.line.site.raise('Student', student);
  return () => {
    for (const [doctype, rows] of before) documents.set(doctype, rows);
    here.line.site.raise('Student', student);
    here.line.site.raise('Student Group', '8A');
  };
}

describe('a pupil who leaves', () => {
  test('leaves nothing behind in any table within a minute, and takes nobody else along', async () => {
    await here.line.settle();
    expect((await mentions('S-1')).length).toBeGreaterThan(50);
    const others = (await mentions('S-2')).length;
    leaveOut('S-1');
    await here.line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
    expect((await mentions('S-2')).length).toBeGreaterThan(others / 2);
  });

  test('goes also where the site can only be told later', async () => {
    await here.line.settle();
    const until = here.line.clock.now() + 10_000;
    here.line.site.before = (method) => {
      if (method === 'write_back' && here.line.clock.now() < until) throw new AppError('site.failed');
    };
    leaveOut('S-1');
    await here.line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
  });

  test('and comes back has everything again, as after a first load', async () => {
    await here.line.settle();
    const insights = new Map([...here.line.site.insights].map(([key, { values }]) => [key, values]));
    const takeIn = leaveOut('S-1');
    await here.line.settle(MINUTE);
    takeIn();
    await here.line.settle(MINUTE);
    const again = new Map([...here.line.site.insights].map(([key, { values }]) => [key, values]));
    expect(again).toEqual(insights);
  });

  test('goes also where an insight was already withdrawn before', async () => {
    await here.line.settle();
    for (const name of here.line.site.documents.get('Assessment Result')?.keys() ?? []) {
      if (name.endsWith('S-1')) here.line.site.remove('Assessment Result', name);
    }
    await here.line.settle(MINUTE);
    leaveOut('S-1');
    await here.line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
  });

  test('leaves no dead work', async () => {
    await here.line.settle();
    here.line.site.before = (method, request) => {
      if (method === 'snapshot' && !('names' in request)) throw new AppError('site.refused');
    };
    here.line.site.save('Student', 'S-9', { student_name: 'New', enabled: 1 });
    await here.line.settle();
    expect((await mentions('S-9')).filter((table) => table === 'work').length).toBeGreaterThan(5);
    here.line.site.remove('Student', 'S-9');
    await here.line.settle(MINUTE);
    expect(await mentions('S-9')).toEqual([]);
  });

  test('is erased also where the site cannot be told of each insight, once it says who is left out', async () => {
    await here.line.settle();
    here.line.site.refuse = (item) => (item.kind === 'withdraw' ? 'write.failed' : null);
    leaveOut('S-1');
    here.line.site.asked = { redrive: [], erase: ['S-1'] };
    await here.line.settle(MINUTE);
    here.line.clock.advance(MINUTE);
    await here.line.settle(MINUTE);
    expect(await mentions('S-1')).toEqual([]);
  });
});
