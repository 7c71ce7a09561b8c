/** The statements that run all day find their rows by an index in a school of 10,000 pupils. */
import { CompiledQuery, sql, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetTold, readUnsent, storeInsights } from '../../../sidecar/store/insights.ts';
import { documentsLinkingTo, readDocuments } from '../../../sidecar/store/mirror/documents.ts';
import { mirrorShape } from '../../../sidecar/store/mirror/shape.ts';
import type { Store } from '../../../sidecar/store/open.ts';
import { readResults } from '../../../sidecar/store/records-result.ts';
import { readStudentRecords } from '../../../sidecar/store/records-student.ts';
import type { Db } from '../../../sidecar/store/tables.ts';
import { claim, finish, firstDue, nextDue } from '../../../sidecar/store/work.ts';
import { testDatabases } from '../databases.ts';
import { fillLargeSchool, LARGE_TABLES } from './large-school.ts';

const NOW = 1_000_000;
const PUPILS = ['L-1', 'L-2', 'L-3'];
const FETCHING = ['relink', 'fetch', 'fetch_of'] as const;
const held = { stage: 'analyse', kind: 'student', name: 'L-1', seq: 1, attempts: 0, lease: 'mine' } as const;
const claims = { stage: 'analyse', limit: 50, now: NOW, leaseMs: 60_000, lease: 'mine' } as const;
const ID = '00000000-0000-4000-8000-000000000001';

/** What runs, the index it uses, and another that would stand in for that one. */
const HOT: { title: string; run: (db: Db) => Promise<unknown>; index: string; other?: string }[] = [
  { title: 'claiming work', run: (db) => claim(db, claims), index: 'work_due' },
  {
    title: 'what to fetch first',
    run: (db) => firstDue(db, FETCHING, NOW),
    index: 'work_due',
    other: 'work_pkey',
  },
  { title: 'when to fetch again', run: (db) => nextDue(db, FETCHING), index: 'work_due', other: 'work_pkey' },
  { title: 'ending a run', run: (db) => finish(db, [held]), index: 'work_pkey' },
  {
    title: 'the records of a batch of pupils',
    run: (db) => readStudentRecords(db, PUPILS),
    index: 'mirror_student_attendance_student_idx',
  },
  {
    title: 'what was written in a group',
    run: (db) => readResults(db, { groups: [{ studentGroup: 'L-1', academicTerm: 'L-1' }] }),
    index: 'mirror_assessment_result_student_group_idx',
  },
  {
    title: 'documents that link to a name',
    run: (db) => documentsLinkingTo(db, PUPILS),
    index: 'mirror_student_attendance_student_idx',
  },
  {
    title: 'documents by name',
    run: (db) => readDocuments(db, mirrorShape('Student Group')!, PUPILS),
    index: 'mirror_student_group_pkey',
  },
  { title: 'insights to send', run: (db) => readUnsent(db, [ID]), index: 'ai_insights_pkey' },
  {
    title: 'what a run leaves to say',
    run: (db) => storeInsights(db, [{ owner: { kind: 'student', student: 'L-1' }, produced: [] }], 9, NOW),
    index: 'idx_insights_owner',
  },
  {
    title: 'what was said of results that came anew',
    run: (db) => forgetTold(db, 'Assessment Result', ['L-1', 'L-2']),
    index: 'idx_insights_target',
  },
  {
    title: 'what was said of pupils who came anew, of themselves and in their classes',
    run: (db) => forgetTold(db, 'Student', ['L-1', 'L-2']),
    index: 'idx_insights_owner',
  },
];

class RolledBack extends Error {}

describe.each(testDatabases())('on $title', (database) => {
  let store: Store;
  beforeAll(async () => {
    store = await database.start();
    await fillLargeSchool(store.db);
  }, 120_000);
  afterAll(() => database.stop(store), 60_000);

  /** The plans of all that `run` asks of the database, one text each; nothing of it stays. */
  async function plansOf(run: (db: Db) => Promise<unknown>, dropped: string[] = []): Promise<string[]> {
    const asked: CompiledQuery[] = [];
    const recorder: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        asked.push(store.db.getExecutor().compileQuery(node, queryId));
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    const plans: string[] = [];
    const looked = store.transaction(async (tx) => {
      await run(tx.withPlugin(recorder));
      for (const index of dropped) await dropIndex(tx, index);
      for (const { sql: text, parameters } of asked) {
        const explain = CompiledQuery.raw(`explain ${text}`, [...parameters]);
        const { rows } = await tx.executeQuery<Record<string, string>>(explain);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
      throw new RolledBack();
    });
    await expect(looked).rejects.toThrow(RolledBack);
    return plans;
  }

  test.each(HOT)('$title reads no large table whole', async ({ run, index }) => {
    const plans = await plansOf(run);
    expect(wholeTables(plans), plans.join('\n')).toEqual([]);
    expect(plans.join('\n')).toContain(index);
  });

  test.each(HOT)('$title would read one whole, were it not for $index', async ({ run, index, other }) => {
    const dropped = other === undefined ? [index] : [index, other];
    expect(wholeTables(await plansOf(run, dropped))).not.toEqual([]);
  });
});

/** A key goes with its constraint. */
async function dropIndex(tx: Db, index: string): Promise<void> {
  if (!index.endsWith('_pkey')) await sql`drop index ${sql.ref(index)}`.execute(tx);
  else
    await sql`alter table ${sql.table(index.replace(/_pkey$/, ''))} drop constraint ${sql.ref(index)}`.execute(
      tx,
    );
}

function wholeTables(plans: string[]): string[] {
  return plans
    .flatMap((plan) => [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table!))
    .filter((table) => LARGE_TABLES.includes(table));
}
