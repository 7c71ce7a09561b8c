import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { progress } from '../../../sidecar/control.ts';
import { readDocuments } from '../../../sidecar/store/mirror/documents.ts';
import { mirrorShape } from '../../../sidecar/store/mirror/shape.ts';
import type { CheckKind } from '../../../sidecar/store/checks.ts';
import { touch } from '../../../sidecar/store/work.ts';
import { checkTouches } from '../../../sidecar/sync/timetable.ts';
import { lineForEachTest } from '../school-line.ts';
import { DAYS, PUPILS, TERM, attendance, result } from '../school.ts';

const here = lineForEachTest();
beforeEach(() => here.line.settle());

const MINUTE_MS = 60_000;
const ATTENDANCE = `ATT-${DAYS[3]}-S-2`;

/** Runs a check of every DocType now, and everything that follows from it; what it reported. */
async function check(kind: CheckKind) {
  here.line.site.reports.length = 0;
  await touch(here.store.db, checkTouches(kind, here.line.clock.now()));
  await here.line.settle(5 * MINUTE_MS);
  here.line.clock.advance(MINUTE_MS);
  await here.line.round();
  const [report, ...more] = told(kind);
  expect(more).toEqual([]);
  return { found: report?.found, repaired: report?.repaired, examined: report?.examined ?? 0 };
}

/** What the site was told of checks of this kind. */
function told(kind: CheckKind) {
  return here.line.site.reports.flatMap(({ checks }) => checks).filter((each) => each.check === kind);
}

async function mirrored(doctype: string, name: string) {
  const shape = mirrorShape(doctype);
  return shape === undefined ? undefined : (await readDocuments(here.store.db, shape, [name])).get(name);
}

const NONE = { found: 0, repaired: 0 };
const ONE = { found: 1, repaired: 1 };

describe('on a site where every change was told, a check finds nothing', () => {
  test.each(['hourly', 'daily', 'weekly', 'monthly'] as const)('%s', async (kind) => {
    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    here.line.site.rename('Student', 'S-1', 'S-9');
    expect(await check(kind)).toMatchObject(NONE);
    expect(await check(kind)).toMatchObject(NONE);
  });
});

/** One record of today, and a check that has seen it: what is older is behind the watermark. */
async function checkedToday(): Promise<void> {
  here.line.site.submit('Student Attendance', 'ATT-TODAY', attendance('S-4', '2026-11-23', 'Present'));
  await here.line.settle();
  await check('hourly');
}

describe('the hourly check', () => {
  beforeEach(checkedToday);

  test('finds a change whose outbox row vanished, and the insights follow', async () => {
    here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
    here.line.site.outbox.length = 0;
    here.line.site.written.length = 0;
    expect(await check('hourly')).toMatchObject(ONE);
    expect(here.line.site.written.map((item) => JSON.stringify(item.address)).join()).toContain('RES-5');
    expect(await check('hourly')).toMatchObject(NONE);
  });

  test('finds attendance that a leave application rewrote without an event', async () => {
    here.line.site.sql('Student Attendance', ATTENDANCE, {
      status: 'Leave',
      modified: '2026-11-23 09:00:00.5',
    });
    expect(await check('hourly')).toMatchObject(ONE);
    expect((await mirrored('Student Attendance', ATTENDANCE))?.fields['status']).toBe('Leave');
  });

  test('finds a row that was deleted by SQL, which no time of a change tells', async () => {
    here.line.site.sqlDelete('Student Attendance', ATTENDANCE);
    expect(await check('hourly')).toMatchObject(ONE);
    expect(await mirrored('Student Attendance', ATTENDANCE)).toBeUndefined();
  });

  test('asks only for what changed since the last one', async () => {
    here.line.site.requests.length = 0;
    expect((await check('hourly')).examined).toBeLessThan(60);
    expect(here.line.site.requests.filter(({ method }) => method === 'snapshot')).toEqual([]);
  });
});

test('who waits for a check reads what the site was told of it, and of the next one only what that finds', async () => {
  const counts = () => progress(here.store, { kind: 'check', check: 'daily' }, here.line.clock);
  here.line.site.sql('Student Attendance', ATTENDANCE, { status: 'Leave' });
  const { examined } = await check('daily');
  expect(await counts()).toMatchObject({ ...ONE, examined });
  await touch(here.store.db, checkTouches('daily', here.line.clock.now()));
  expect(await counts()).toMatchObject({ ...NONE, examined: 0 });
  expect(await check('daily')).toMatchObject({ ...NONE, examined });
  expect(await counts()).toMatchObject({ ...NONE, examined });
});

describe('the daily check', () => {
  test('finds a bulk SQL update that leaves the time of the change alone (rule 19)', async () => {
    await checkedToday();
    for (const day of DAYS.slice(0, 5))
      here.line.site.sql('Student Attendance', `ATT-${day}-S-3`, { status: 'Absent' });
    expect(await check('hourly')).toMatchObject(NONE);
    expect(await check('daily')).toMatchObject({ found: 5, repaired: 5 });
    expect((await mirrored('Student Attendance', `ATT-${DAYS[0]}-S-3`))?.fields['status']).toBe('Absent');
  });

  test('finds a rename that nobody told, with every record that points to it', async () => {
    here.line.site.rename('Student', 'S-1', 'S-9');
    here.line.site.outbox.length = 0;
    const { found, repaired } = await check('daily');
    expect(found).toBeGreaterThan(1);
    expect(repaired).toBe(found);
    expect(await mirrored('Student', 'S-1')).toBeUndefined();
    expect(await mirrored('Student', 'S-9')).toBeDefined();
    expect(await check('daily')).toMatchObject(NONE);
  });

  test('comes 15 minutes after a first load, for transactions that were open across its beginning', async () => {
    here.line.site.sql('Student Group', '8A', { academic_term: TERM, disabled: 1 });
    here.line.site.reports.length = 0;
    await here.line.settle(20 * MINUTE_MS);
    here.line.clock.advance(MINUTE_MS);
    await here.line.round();
    expect(told('daily')).toMatchObject([ONE]);
  });
});

describe('the weekly check', () => {
  test('finds a mirror row that was edited by hand (rule 19)', async () => {
    await sql`update mirror_student_attendance set status = 'Absent' where name = ${ATTENDANCE}`.execute(
      here.store.db,
    );
    expect(await check('daily')).toMatchObject(NONE);
    expect(await check('weekly')).toMatchObject(ONE);
    expect((await mirrored('Student Attendance', ATTENDANCE))?.fields['status']).toBe('Present');
  });

  test('finds a child row that was taken out of the mirror by hand', async () => {
    await sql`delete from mirror_student_group__students where student = 'S-2'`.execute(here.store.db);
    expect(await check('weekly')).toMatchObject(ONE);
    expect((await mirrored('Student Group', '8A'))?.children['students']).toHaveLength(PUPILS.length);
  });
});

describe('the monthly check', () => {
  test('finds an insight whose evidence was cancelled, and has it worked out anew', async () => {
    const [cancelled, absent] = [`ATT-${DAYS[0]}-S-1`, `ATT-${DAYS[5]}-S-1`];
    here.line.site.sql('Student Attendance', cancelled, { docstatus: 2 });
    await check('daily');
    await sql`
      update ai_insights set insight_data = replace(insight_data::text, ${absent}, ${cancelled})::jsonb,
        content = 'as it was before' where owner_name = 'S-1'`.execute(here.store.db);
    expect(await check('monthly')).toMatchObject(ONE);
    const said = await here.store.db.selectFrom('ai_insights').select('insight_data').execute();
    expect(JSON.stringify(said)).toContain(absent);
    expect(JSON.stringify(said)).not.toContain(cancelled);
    expect(await check('monthly')).toMatchObject(NONE);
  });

  test('asks again for both ends of a link that leads nowhere', async () => {
    await sql`delete from mirror_student where name = 'S-2'`.execute(here.store.db);
    expect(await check('monthly')).toMatchObject(ONE);
    expect(await mirrored('Student', 'S-2')).toBeDefined();
  });

  test('says nothing of a dead link that the site has itself', async () => {
    here.line.site.sqlDelete('Student', 'S-2');
    await check('hourly');
    await check('monthly');
    expect(await check('monthly')).toMatchObject(NONE);
  });
});

test('a change that comes while a check runs is no drift', async () => {
  await touch(here.store.db, checkTouches('daily', here.line.clock.now()));
  here.line.site.submit('Assessment Result', 'RES-5', result('S-2', 4, 3));
  const waiting = here.line.site.outbox.splice(0);
  for (let step = 0; step < 60; step += 1) await here.line.round();
  here.line.site.outbox.push(...waiting);
  here.line.site.reports.length = 0;
  await here.line.settle(5 * MINUTE_MS);
  here.line.clock.advance(MINUTE_MS);
  await here.line.round();
  expect(told('daily')).toMatchObject([NONE]);
});
