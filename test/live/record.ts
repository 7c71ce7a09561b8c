/**
 * Records one example of every call of the contract on a real site, into `fixtures/contract/`.
 *
 * `node test/live/record.ts`, with FRAPPE_URL and ADMIN_KEY of an Administrator and SIDECAR_ENV, the file that
 * `bench education-ai connect` wrote. It makes a few records of its own, answers only about those are kept, and
 * they are deleted in the end. A sidecar that is connected meanwhile is taken over and has to resync.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { METHOD_PREFIX, type MethodName } from '../../sidecar/erpnext/contract.ts';
import {
  insightItem,
  makeRecords,
  OURS,
  otherItems,
  removeRecords,
  settingItems,
  type Made,
} from './examples.ts';
import { MISSING_SITE, siteOfEnvironment, type LiveSite } from './site.ts';

const FOLDER = 'fixtures/contract';

const Answer = z.object({ message: z.unknown().optional(), error: z.unknown().optional() });

const admin = siteOfEnvironment();
const file = process.env['SIDECAR_ENV'];
if (!admin || !file) throw new Error(`${MISSING_SITE}, and SIDECAR_ENV (the file that connect wrote)`);
const env = parseEnv(readFileSync(file, 'utf8'));
const headers = {
  ...admin.headers,
  authorization: `token ${env['FRAPPE_API_KEY']}:${env['FRAPPE_API_SECRET']}`,
};

/** Calls a method and writes what was said; the file's name is the method's, with a suffix for further examples. */
async function record(
  method: MethodName,
  request: object,
  suffix = '',
  keep: (response: unknown) => unknown = (response) => response,
): Promise<unknown> {
  const answer = await fetch(`${admin?.url}/api/method/${METHOD_PREFIX}${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  });
  const body = Answer.parse(await answer.json());
  const response = answer.ok ? keep(body.message) : { error: body.error };
  const text = JSON.stringify({ request, response, status: answer.status }, null, 1);
  writeFileSync(join(FOLDER, `${method}${suffix}.json`), `${text}\n`);
  console.log(`${method}${suffix}: ${answer.status}`);
  return response;
}

const Hello = z.object({ epoch: z.string(), token: z.string() });
const Pulled = z.looseObject({
  token: z.string(),
  events: z.array(z.looseObject({ id: z.int(), name: z.string() })),
});

async function recordAll(site: LiveSite, made: Made): Promise<void> {
  const who = { sidecar_version: '0.1.0', contract_versions: [1] };
  const { epoch, token } = Hello.parse(
    await record('hello', { ...who, epoch: null, token: null, take_over: true }),
  );
  await record('hello', { ...who, epoch, token, take_over: false }, '.continued');
  await record('hello', { ...who, epoch: null, token: null, take_over: false }, '.taken');
  await record('hello', { ...who, contract_versions: [99], epoch, token, take_over: false }, '.version');

  const ours = await makeRecords(site, made);
  const names = new Set(made.map(([, name]) => name));
  const only = (response: unknown): unknown => {
    const pulled = Pulled.parse(response);
    return { ...pulled, events: pulled.events.filter((event) => names.has(event.name)), pending: 0 };
  };
  const pulled = Pulled.parse(await record('pull', { epoch, token, ack: [], limit: 1000 }, '', only));
  const ack = pulled.events.map((event) => event.id);
  await record('pull', { epoch, token, ack, limit: 1000 }, '.acknowledged', only);
  await record('pull', { epoch, token: 'another', ack: [], limit: 1000 }, '.fenced');
  await record('pull', { epoch, token, ack: [], limit: 0 }, '.invalid');

  const student = ours['student'] ?? '';
  await record('snapshot', { epoch, doctype: 'Student', names: [student, 'gone-student'] });
  await record('snapshot', { epoch, doctype: 'Assessment Result', students: [student] }, '.students');
  const ofYear = { students: [student], academic_year: `${OURS} 2026` };
  await record('snapshot', { epoch, doctype: 'Assessment Result', ...ofYear }, '.year');
  await record('snapshot', { epoch, doctype: 'Student Group', students: [student] }, '.groups');
  const ofPupil = [{ doctype: 'Assessment Result', students: [student] }];
  await record('snapshot', { epoch, doctype: 'Student', names: [student], also: ofPupil }, '.also');
  const days = { from_date: '2026-11-16', to_date: '2026-11-16' };
  const lessons = { student_group: ours['group'], instructor: ours['instructor'], ...days, after: '' };
  await record('snapshot', { epoch, doctype: 'Course Schedule', lessons }, '.lessons');
  await record(
    'snapshot',
    { epoch, doctype: 'Academic Term', after: `${OURS} 2026` },
    '.after',
    (response) => ({
      ...z.looseObject({ rows: z.array(z.looseObject({ name: z.string() })) }).parse(response),
      rows: z
        .looseObject({ rows: z.array(z.looseObject({ name: z.string() })) })
        .parse(response)
        .rows.filter((row) => names.has(row.name)),
    }),
  );
  await record('snapshot', { epoch, doctype: 'User', names: ['Administrator'] }, '.invalid');
  await record('digest', { epoch, doctype: 'Academic Year', buckets: true });
  await record(
    'digest',
    { epoch, doctype: 'Student', modified_from: '2026-01-01 00:00:00', after: student.slice(0, -1) },
    '.rows',
    (response) => {
      const digest = z.looseObject({ rows: z.array(z.looseObject({ name: z.string() })) }).parse(response);
      return { ...digest, rows: digest.rows.filter((row) => names.has(row.name)), next: null };
    },
  );

  await record('write_back', { epoch, items: [insightItem(ours), ...otherItems(ours)] });
  const address = { target_doctype: 'Student', target: student, insight: 'attendance' };
  await record(
    'write_back',
    {
      epoch,
      items: [
        insightItem(ours),
        {
          ...insightItem(ours),
          address: { ...address, target: 'gone-student', course: '', student_group: '', academic_term: '' },
        },
        {
          kind: 'withdraw',
          revision: 5,
          address: { ...address, course: '', student_group: '', academic_term: '' },
        },
      ],
    },
    '.outcomes',
  );
  await record('write_back', { epoch, items: settingItems(ours) }, '.settings');
  await record('write_back', { epoch: 'another', items: [] }, '.fenced');
  await record('report', {
    epoch,
    checks: [
      {
        check: 'hourly',
        finished: '2026-11-16T10:00:00Z',
        examined: 100,
        found: 2,
        repaired: 1,
        details: [{ doctype: 'Student Attendance', found: 2, repaired: 1 }],
      },
    ],
    dead: [{ code: 'work.unknown_doctype', doctype: 'Example', name: 'example' }],
    lag_seconds: 0.5,
  });
  await record('report', { epoch, checks: [], dead: [], lag_seconds: 0 }, '.healed');
}

mkdirSync(FOLDER, { recursive: true });
const made: Made = [];
try {
  await recordAll(admin, made);
} finally {
  await removeRecords(admin, made);
}
