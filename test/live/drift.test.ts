/**
 * Eight drifts planted on a real site and in the sidecar's own database, each found by the check that has to find it
 * at the latest, told in the Desk and repaired; and a clean site on which no check finds anything.
 *
 * The checks are run by `npm run cli -- check …`, which would come round by themselves. Pairs the site with a sidecar
 * of its own, and puts every record back as it was.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../sidecar/clock.ts';
import { readConfig } from '../../sidecar/config.ts';
import { createSite } from '../../sidecar/erpnext/client.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import { CHECKS } from '../../sidecar/store/checks.ts';
import type { Store } from '../../sidecar/store/open.ts';
import {
  check,
  checks,
  foundIn,
  newReport,
  reportsOf,
  saidOn,
  secondsSince,
  type Outcome,
} from './drift/desk.ts';
import { Cast, DAY, RESULT } from './drift/cast.ts';
import { editStatus, evidenceOf, mirrored, takeCancelled } from './drift/mirror.ts';
import { Ground } from './drift/ground.ts';
import { difference, holding } from './holding.ts';
import { connect, inDatabase, Sidecar, until } from './sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
const LIMIT_MS = 600_000;

/** What is said of a pupil, without the rate of the class: what was planted on classmates may move it. */
const besideTheClass = (said: Map<string, string>): string[] =>
  [...said.values()].map((text) => text.replaceAll(/class_rate\\*":\d+/g, '')).sort();

describe.skipIf(site === null || bench === null)(`planted drift (${MISSING_BENCH})`, () => {
  const admin = site!;
  const ground = new Ground(admin, bench!);
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-drift-'));
  const dir = (name: string): string => join(scratch, name);
  const options = { envFile: join(scratch, 'sidecar.env'), dataDir: dir('main'), port: 8794 };
  const lines: string[] = [];
  let sidecar: Sidecar;
  let before: Map<string, string>;
  let cast: Cast;

  async function start(name: string): Promise<void> {
    options.dataDir = dir(name);
    sidecar = Sidecar.start(options);
    await sidecar.ready(LIMIT_MS);
    await sidecar.idle(LIMIT_MS);
  }

  const database = (name: string) => ({
    databaseUrl: null,
    dataDir: dir(name),
    sealingKey: readConfig(options.envFile, {}).sealingKey,
  });

  async function inMain<T>(work: (store: Store) => Promise<T>): Promise<T> {
    try {
      return await inDatabase(sidecar, { ...options, dataDir: dir('main') }, work);
    } finally {
      await start('main');
    }
  }

  function note(drift: string, by: string, { repaired, told }: { repaired: number; told: number }): void {
    lines.push(
      `${drift}: found by ${by}, repaired after ${repaired.toFixed(1)} s, told after ${told.toFixed(1)} s`,
    );
  }

  /** The mirror has these as the site has them. */
  async function expectMirrored(doctype: string, names: string[]): Promise<void> {
    const { held, asked } = await inMain(async (store) => {
      const { epoch } = await store.db.selectFrom('state').select('epoch').executeTakeFirstOrThrow();
      return {
        held: await mirrored(store, doctype, names),
        asked: await door().snapshot({ epoch: epoch ?? '', doctype, names }),
      };
    });
    expect(held).toEqual(new Map(asked.rows.map((row) => [row.name, row.row_sum])));
  }

  const door = () => createSite(readConfig(options.envFile, {}), systemClock, createMetrics());

  beforeAll(async () => {
    await admin.update('AI Settings', 'AI Settings', { show: 1 });
    await connect(bench!, options.envFile);
    await start('main');
    before = await saidOn(admin);
    cast = await Cast.choose(admin);
    await sidecar.stop();
    cpSync(dir('main'), dir('yesterday'), { recursive: true });
    await start('main');
    // The first one after a load only notes where the next begins.
    await check(admin, options, 'hourly');
  }, LIMIT_MS);

  afterAll(async () => {
    console.log(lines.join('\n'));
    await sidecar?.kill();
    const left = await ground.undo();
    // What is said on the site follows from its records again.
    await start('afterwards');
    await sidecar.stop();
    rmSync(scratch, { recursive: true, force: true });
    expect(left, 'what was planted and could not be put back').toEqual([]);
    expect(difference(before, await saidOn(admin))).toEqual([]);
  }, LIMIT_MS);

  describe('on a clean site nothing is invented', () => {
    const outcomes = new Map<string, Outcome>();

    beforeAll(async () => {
      for (const [index, outcome] of (await checks(admin, options, CHECKS)).entries())
        outcomes.set(CHECKS[index] ?? '', outcome);
    }, LIMIT_MS);

    test.each(CHECKS)('%s', (kind) => {
      const outcome = outcomes.get(kind);
      expect(outcome).toMatchObject({ found: 0, details: [] });
      expect(outcome?.said).toMatch(/^[1-9]\d* examined, 0 differed, 0 repaired$/m);
    });
  });

  describe('the hourly check finds', () => {
    let unheard: string;
    let onLeave: string;
    let deleted: string;
    let outcome: Outcome;

    beforeAll(async () => {
      unheard = (await cast.newest('unheard', DAY)).name;
      await ground.keep('tabStudent Attendance', 'name', [unheard]);
      await ground.unheard(DAY, unheard, { status: 'Absent' });

      const day = await cast.newest('on leave', DAY);
      onLeave = day.name;
      await ground.keep('tabStudent Attendance', 'name', [onLeave]);
      const { name } = await admin.insert('Student Leave Application', {
        student: cast.pupil('on leave'),
        from_date: day['date'],
        to_date: day['date'],
        attendance_based_on: 'Student Group',
        student_group: day['student_group'],
        reason: 'Planted drift',
        docstatus: 1,
      });
      ground.made('tabStudent Leave Application', name);
      expect(await admin.get(DAY, onLeave)).toMatchObject({ status: 'Leave' });

      deleted = (await cast.newest('deleted', RESULT)).name;
      await ground.keep('tabAssessment Result Detail', 'parent', [deleted]);
      await ground.keep('tabAssessment Result', 'name', [deleted]);
      for (const [table, column] of [
        ['tabAssessment Result Detail', 'parent'],
        ['tabAssessment Result', 'name'],
      ])
        await ground.sql(`delete from \`${table}\` where \`${column}\` = %(name)s`, { name: deleted });
      outcome = await check(admin, options, 'hourly');
    }, LIMIT_MS);

    test('as many differences as were planted', () => {
      expect(outcome.said).toContain(', 3 differed, 3 repaired');
      expect(outcome.found).toBe(3);
    });

    test('a vanished outbox row', async () => {
      expect(foundIn(outcome, DAY)).toBe(2);
      await expectMirrored(DAY, [unheard]);
      expect(await cast.moved('unheard')).not.toEqual([]);
      note('a vanished outbox row', 'the hourly check', outcome);
    });

    test("a leave application's rewritten attendance", async () => {
      await expectMirrored(DAY, [onLeave]);
      expect(await cast.moved('on leave')).not.toEqual([]);
      note("a leave application's rewritten attendance", 'the hourly check', outcome);
    });

    test('a direct SQL delete', async () => {
      expect(foundIn(outcome, RESULT)).toBe(1);
      await expectMirrored(RESULT, [deleted]);
      expect(await cast.moved('deleted')).not.toEqual([]);
      note('a direct SQL delete', 'the hourly check', outcome);
    });
  });

  describe('the daily check finds', () => {
    let bulk: string[];
    let old: string;
    let renamed: string;
    let days: string[];
    let outcome: Outcome;

    beforeAll(async () => {
      bulk = await cast.days('bulk');
      await ground.keep('tabStudent Attendance', 'name', bulk);
      const statement = "update `tabStudent Attendance` set status = 'Absent' where name in %(names)s";
      await ground.sql(statement, { names: bulk });

      old = cast.pupil('renamed');
      renamed = `${old}-renamed`;
      days = await cast.days('renamed');
      await ground.rename('Student', old, renamed);
      outcome = await check(admin, options, 'daily');
    }, LIMIT_MS);

    test('a bulk SQL update that leaves `modified` alone', async () => {
      expect(foundIn(outcome, DAY)).toBeGreaterThanOrEqual(bulk.length);
      await expectMirrored(DAY, bulk);
      expect(await cast.moved('bulk')).not.toEqual([]);
      note('a bulk SQL update that leaves `modified` alone', 'the daily check', outcome);
    });

    test('a rename while the outbox was off, with every record that points to it', async () => {
      expect(foundIn(outcome, 'Student')).toBeGreaterThan(0);
      await expectMirrored('Student', [old, renamed]);
      await expectMirrored(DAY, days);
      const now = await saidOn(admin, renamed);
      expect(besideTheClass(now)).toEqual(besideTheClass(cast.saidBefore('renamed')));
      expect((await saidOn(admin, old)).size).toBe(0);
      note('a rename while the outbox was off', 'the daily check', outcome);
    });
  });

  test(
    'the weekly check finds a mirror row edited by hand',
    async () => {
      const { name } = await cast.newest('edited', DAY);
      await inMain((store) => editStatus(store, name, 'Absent'));
      const outcome = await check(admin, options, 'weekly');
      expect(outcome).toMatchObject({ found: 1, details: [{ doctype: DAY, found: 1, repaired: 1 }] });
      expect(await inMain((store) => mirrored(store, DAY, [name], 'status'))).toEqual(
        new Map([[name, 'Present']]),
      );
      expect(await cast.moved('edited')).toEqual([]);
      note('a mirror row edited by hand', 'the weekly check', outcome);
    },
    LIMIT_MS,
  );

  test(
    'the monthly check finds an insight whose evidence was cancelled',
    async () => {
      const pupil = cast.pupil('cancelled');
      const rests = await inMain((store) => evidenceOf(store, pupil, DAY));
      const [cancelled] = rests;
      if (cancelled === undefined) throw new Error('no insight of this pupil rests on a day');
      await ground.keep('tabStudent Attendance', 'name', [cancelled]);
      await ground.sql('update `tabStudent Attendance` set docstatus = 2 where name = %(name)s', {
        name: cancelled,
      });
      // The mirror has the row as it now is, and nobody has looked at what rests on it.
      await inMain((store) => takeCancelled(store, door(), DAY, cancelled));
      expect(await cast.moved('cancelled')).toEqual([]);
      const outcome = await check(admin, options, 'monthly');
      expect(outcome).toMatchObject({
        found: 1,
        details: [{ doctype: 'AI Insight', found: 1, repaired: 1 }],
      });
      expect(await inMain((store) => evidenceOf(store, pupil, DAY))).not.toContain(cancelled);
      expect(await cast.moved('cancelled')).not.toEqual([]);
      note('an insight whose evidence was cancelled', 'the monthly check', outcome);
    },
    LIMIT_MS,
  );

  test(
    "a sidecar database restored from yesterday is noticed at once, and both equal a clean first load's",
    async () => {
      await sidecar.stop();
      const kept = await holding(database('main'));
      const known = await reportsOf(admin, 'backfill');
      const began = performance.now();
      options.dataDir = dir('yesterday');
      sidecar = Sidecar.start(options);
      await until(LIMIT_MS, 'it is noticed', async () => (await sidecar.health())?.load != null);
      const noticed = secondsSince(began);
      await sidecar.ready(LIMIT_MS);
      await sidecar.idle(LIMIT_MS);
      const repaired = secondsSince(began);
      await newReport(admin, 'backfill', known);
      const told = secondsSince(began);
      await sidecar.stop();
      const says = await saidOn(admin);
      note('a sidecar database restored from yesterday', `hello after ${noticed.toFixed(1)} s`, {
        repaired,
        told,
      });
      await start('clean');
      await sidecar.stop();
      const clean = await holding(database('clean'));
      expect(clean.size).toBeGreaterThan(1000);
      expect(difference(await holding(database('yesterday')), clean)).toEqual([]);
      expect(difference(kept, clean)).toEqual([]);
      expect(difference(says, await saidOn(admin))).toEqual([]);
    },
    LIMIT_MS,
  );
});
