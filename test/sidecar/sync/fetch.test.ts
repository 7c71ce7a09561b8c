/** A pupil who is read again by name: what is asked, and what of the answer is written. */
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { place } from '../../../sidecar/control.ts';
import { WATCHED } from '../../../sidecar/erpnext/watched.ts';
import { lineForEachTest } from '../school-line.ts';
import { DAYS } from '../school.ts';

const here = lineForEachTest();
beforeEach(() => here.line.settle());

const ATTENDANCE = `ATT-${DAYS[3]}-S-2`;
const KINDS = WATCHED.filter(({ student }) => student !== null)
  .map(({ doctype }) => doctype)
  .sort();

async function readAgain(...names: string[]): Promise<void> {
  await place(here.store, { kind: 'students', names }, here.line.clock.now());
  await here.line.settle(1_000);
}

/** Which transaction wrote each day of a pupil last. */
async function writtenBy(student: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; by: string }>`
    select name, xmin::text as by from mirror_student_attendance where student = ${student}`.execute(
    here.store.db,
  );
  return new Map(rows.map(({ name, by }) => [name, by]));
}

async function statusOf(name: string): Promise<unknown> {
  const { rows } = await sql<{ status: string }>`
    select status from mirror_student_attendance where name = ${name}`.execute(here.store.db);
  return rows[0]?.status;
}

test('what the mirror holds as it is, is not written again', async () => {
  const before = await writtenBy('S-2');
  expect(before.size).toBeGreaterThan(1);
  await readAgain('S-2');
  expect(await writtenBy('S-2')).toEqual(before);
});

test('of many records the one that differs is written', async () => {
  const before = await writtenBy('S-2');
  here.line.site.sql('Student Attendance', ATTENDANCE, { status: 'Leave' });
  await readAgain('S-2');
  expect(await statusOf(ATTENDANCE)).toBe('Leave');
  const after = await writtenBy('S-2');
  expect([...after].filter(([name, by]) => before.get(name) !== by).map(([name]) => name)).toEqual([
    ATTENDANCE,
  ]);
});

test('a record that was edited in the mirror by hand is mended', async () => {
  const told = await statusOf(ATTENDANCE);
  await sql`update mirror_student_attendance set status = 'Leave' where name = ${ATTENDANCE}`.execute(
    here.store.db,
  );
  await readAgain('S-2');
  expect(await statusOf(ATTENDANCE)).toBe(told);
});

test('a record that was read in an earlier first load counts as seen in this one', async () => {
  await sql`update mirror_student_attendance set seen = -1 where name = ${ATTENDANCE}`.execute(here.store.db);
  await readAgain('S-2');
  const { rows } = await sql<{ seen: number; load: number }>`
    select m.seen, s.load from mirror_student_attendance m, state s where m.name = ${ATTENDANCE}`.execute(
    here.store.db,
  );
  expect(rows[0]?.seen).toBe(rows[0]?.load);
});

test('thirty pupils take six requests: all that is about one comes in one', async () => {
  const asked: string[][] = [];
  here.line.site.before = (method, { doctype, also }) => {
    if (method === 'snapshot') asked.push([doctype ?? '', ...(also ?? []).map((one) => one.doctype)].sort());
  };
  const strangers = Array.from({ length: 27 }, (_, at) => `N-${at}`);
  await readAgain('S-1', 'S-2', 'S-3', ...strangers);
  expect(asked).toEqual(Array.from({ length: 6 }, () => KINDS));
});

test('a pupil who is read again is analysed once, when all has come: before, no warning could be told', async () => {
  await place(here.store, { kind: 'students', names: ['S-2'] }, here.line.clock.now());
  const { rows } = await sql<{ stage: string }>`
    select distinct stage from work where seq > done_seq and due_at <= ${here.line.clock.now()}`.execute(
    here.store.db,
  );
  expect(rows).toEqual([{ stage: 'fetch_of' }]);
});

test('an answer in which a kind is missing or out of its place is stored by no kind, and asked for again', async () => {
  const { site } = here.line;
  const whole = site.snapshot.bind(site);
  const told = await statusOf(ATTENDANCE);
  site.sql('Student Attendance', ATTENDANCE, { status: 'Leave' });
  site.snapshot = async (request) => {
    const answer = await whole(request);
    return answer.also === undefined ? answer : { ...answer, also: answer.also.toReversed() };
  };
  await readAgain('S-2');
  expect(await statusOf(ATTENDANCE)).toBe(told);
  site.snapshot = whole;
  await here.line.settle(60_000);
  expect(await statusOf(ATTENDANCE)).toBe('Leave');
});
