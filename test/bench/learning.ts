/**
 * Learning from the finished terms of a school of 10,000 pupils on PostgreSQL, with the sidecar's own stage and thread:
 * how long it takes from the claim to the stored model, and the most memory that this process ever held.
 */
import { sql } from 'kysely';
import { systemClock } from '../../sidecar/clock.ts';
import { learnTouch } from '../../sidecar/due.ts';
import { learnInThread } from '../../sidecar/learner.ts';
import { learningStage } from '../../sidecar/learn.ts';
import { readModel } from '../../sidecar/store/models.ts';
import type { Db } from '../../sidecar/store/tables.ts';
import { touch } from '../../sidecar/store/work.ts';
import { Wake } from '../../sidecar/wake.ts';
import { atMost, printed, type Figure } from '../live/bench/figure.ts';
import { SETTINGS } from '../sidecar/fake-site.ts';
import { testDatabases } from '../sidecar/databases.ts';

const MOST_SECONDS = 60;
const MOST_MEGABYTES = 512;
const PUPILS = 10_000;
const CLASS = 25;
const TERMS = 2;
const COURSES = 2;
const TESTS = 6;
const SCHOOL_DAYS = 100;

export async function learning(): Promise<Figure[]> {
  const database = testDatabases().find(({ title }) => title === 'PostgreSQL');
  if (database === undefined) throw new Error('this bench needs the programs of a PostgreSQL server');
  const store = await database.start();
  try {
    await fill(store.db);
    await touch(store.db, [learnTouch(0)]);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const stage = learningStage({
      store,
      clock: systemClock,
      learner: learnInThread,
      wake: new Wake(),
      analyseWake: new Wake(),
    });
    const batch = await stage.take('bench');
    await batch?.run(batch.claims);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const model = await readModel(store.db);
    return [
      atMost('learning from 10,000 pupils', seconds, MOST_SECONDS, 's'),
      atMost(
        'memory of the process at its peak',
        process.resourceUsage().maxRSS / 1024,
        MOST_MEGABYTES,
        'MB',
      ),
      printed('of it time of a processor', `${((user + system) / 1e6).toFixed(1)} s`),
      printed('finished courses of pupils learned from', String(model?.learned.pupil_terms)),
      printed('what speaks', String(model?.learned.rung)),
    ];
  } finally {
    await database.stop(store);
  }
}

/** A number from 0 to 1 that follows from a text: the database's own chance, the same each time. */
const chance = (text: string) => sql.raw(`((hashtext(${text})::bigint + 2147483648) / 4294967296.0)`);
const OWN = sql.raw('name, modified, docstatus, row_sum, own_sum, bucket, seen');
const own = (name: string, day: string) => sql.raw(`${name}, ${day} || ' 08:00:00', 1, 0, 0, 0, 1`);

/** Two finished terms; what a pupil earns follows half from the pupil and half from the day. */
async function fill(db: Db): Promise<void> {
  const from = sql.raw(`(date '2025-01-06' + 182 * (t - 1))`);
  const groupOf = `'G-' || t || '-' || (s / ${CLASS})`;
  await sql`update state set loaded = true, time_zone = 'UTC', settings = ${JSON.stringify(SETTINGS)}`.execute(
    db,
  );
  await sql`insert into mirror_academic_term (${OWN}, academic_year, term_start_date, term_end_date)
    select ${own("'T-' || t", "'2025-01-01'")}, '2025', ${from}::text, (${from} + 126)::text
    from generate_series(1, ${sql.lit(TERMS)}) t`.execute(db);
  await sql`insert into mirror_student (${OWN}, enabled)
    select ${own("'S-' || s", "'2025-01-01'")}, 1 from generate_series(0, ${sql.lit(PUPILS - 1)}) s`.execute(
    db,
  );
  const classes = sql`generate_series(1, ${sql.lit(TERMS)}) t, generate_series(0, ${sql.lit(PUPILS - 1)}) s`;
  await sql`insert into mirror_student_group (${OWN}, academic_term)
    select distinct ${own(groupOf, "'2025-01-01'")}, 'T-' || t from ${classes}`.execute(db);
  await sql`insert into mirror_student_group__students (parent, idx, student, active)
    select ${sql.raw(groupOf)}, s % ${sql.lit(CLASS)}, 'S-' || s, 1 from ${classes}`.execute(db);
  const tests = sql`generate_series(1, ${sql.lit(COURSES)}) c, generate_series(1, ${sql.lit(TESTS)}) p`;
  const plan = `${groupOf} || '-' || c || '-' || p`;
  const day = sql.raw(`(date '2025-01-06' + 182 * (t - 1) + 18 * p)::text`);
  await sql`insert into mirror_assessment_plan
      (${OWN}, course, student_group, academic_term, schedule_date, maximum_assessment_score)
    select ${own(plan, "'2025-01-01'")}, 'C-' || c, ${sql.raw(groupOf)}, 'T-' || t, ${day}, 20
    from ${classes}, ${tests} where s % ${sql.lit(CLASS)} = 0`.execute(db);
  const mark = sql`least(20, round((4 + 14 * (${chance("'a' || s")} + ${chance("s || 'b' || t || c || p")}) / 2)::numeric))`;
  await sql`insert into mirror_assessment_result (${OWN}, student, assessment_plan, course, student_group,
      academic_term, total_score, maximum_score)
    select ${own(`'R-' || t || '-' || s || '-' || c || '-' || p`, `(date '2025-01-06' + 182 * (t - 1) + 18 * p)::text`)},
      'S-' || s, ${sql.raw(plan)}, 'C-' || c, ${sql.raw(groupOf)}, 'T-' || t, ${mark}, 20
    from ${classes}, ${tests} where ${chance("'m' || s || t || c || p")} > 0.1`.execute(db);
  await sql`insert into mirror_student_attendance (${OWN}, student, date, student_group, status)
    select ${own(`'A-' || t || '-' || s || '-' || d`, "'2025-01-01'")}, 'S-' || s, (${from} + d)::text, ${sql.raw(groupOf)},
      case when ${chance("'d' || s || t || d")} < 0.06 then 'Absent' else 'Present' end
    from ${classes}, generate_series(0, ${sql.lit(SCHOOL_DAYS - 1)}) d where t = 1`.execute(db);
  await sql`analyze`.execute(db);
}
