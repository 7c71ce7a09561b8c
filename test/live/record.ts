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
import { LiveSite, MISSING_SITE, siteOfEnvironment, type Document } from './site.ts';

const FOLDER = 'fixtures/contract';
const OURS = 'Example';

const Answer = z.object({ message: z.unknown().optional(), error: z.unknown().optional() });
type Made = [doctype: string, name: string][];

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

/** A class of one pupil with one test, one day of absence, and everything these need. */
async function makeRecords(site: LiveSite, made: Made): Promise<Record<string, string>> {
  const insert = async (doctype: string, values: Record<string, unknown>): Promise<Document> => {
    const document = await site.insert(doctype, values);
    made.unshift([doctype, document.name]);
    return document;
  };
  const year = await insert('Academic Year', {
    academic_year_name: `${OURS} 2026`,
    year_start_date: '2026-01-05',
    year_end_date: '2026-12-18',
  });
  const term = await insert('Academic Term', {
    academic_year: year.name,
    term_name: 'Term 2',
    term_start_date: '2026-07-20',
    term_end_date: '2026-12-18',
  });
  const criterion = await insert('Assessment Criteria', { assessment_criteria: `${OURS} Fractions` });
  const scale = await insert('Grading Scale', {
    grading_scale_name: `${OURS} Scale`,
    intervals: [
      { grade_code: 'A', threshold: 50 },
      { grade_code: 'B', threshold: 0 },
    ],
  });
  await site.update('Grading Scale', scale.name, { docstatus: 1 });
  const course = await insert('Course', {
    course_name: `${OURS} Mathematics`,
    default_grading_scale: scale.name,
    assessment_criteria: [{ assessment_criteria: criterion.name, weightage: 100 }],
  });
  const program = await insert('Program', {
    program_name: `${OURS} Program`,
    courses: [{ course: course.name, required: 1 }],
  });
  const student = await insert('Student', {
    first_name: 'Rosa',
    last_name: OURS,
    student_email_id: 'rosa@example.com',
    joining_date: '2026-01-05',
  });
  const group = await insert('Student Group', {
    student_group_name: `${OURS} Class`,
    academic_year: year.name,
    academic_term: term.name,
    group_based_on: 'Activity',
    program: program.name,
    students: [{ student: student.name, student_name: `Rosa ${OURS}`, active: 1, group_roll_number: 1 }],
  });
  const assessmentGroup = await insert('Assessment Group', {
    assessment_group_name: `${OURS} Tests`,
    parent_assessment_group: 'All Assessment Groups',
  });
  const plan = await insert('Assessment Plan', {
    student_group: group.name,
    assessment_name: `${OURS} Test`,
    assessment_group: assessmentGroup.name,
    grading_scale: scale.name,
    course: course.name,
    academic_year: year.name,
    academic_term: term.name,
    schedule_date: '2026-11-16',
    from_time: '09:00:00',
    to_time: '10:00:00',
    maximum_assessment_score: 20,
    assessment_criteria: [{ assessment_criteria: criterion.name, maximum_score: 20 }],
  });
  await site.update('Assessment Plan', plan.name, { docstatus: 1 });
  const result = await insert('Assessment Result', {
    assessment_plan: plan.name,
    student: student.name,
    details: [{ assessment_criteria: criterion.name, maximum_score: 20, score: 12.5 }],
  });
  await site.update('Assessment Result', result.name, { docstatus: 1 });
  const attendance = await insert('Student Attendance', {
    student: student.name,
    student_group: group.name,
    date: '2026-11-16',
    status: 'Absent',
  });
  await site.update('Student Attendance', attendance.name, { docstatus: 1 });
  const room = await insert('Room', { room_name: `${OURS} Room` });
  const instructor = await insert('Instructor', { instructor_name: `Ada ${OURS}` });
  await insert('Course Schedule', {
    student_group: group.name,
    course: course.name,
    instructor: instructor.name,
    room: room.name,
    schedule_date: '2026-11-16',
    from_time: '11:00:00',
    to_time: '12:00:00',
  });
  return {
    student: student.name,
    instructor: instructor.name,
    course: course.name,
    group: group.name,
    term: term.name,
    result: result.name,
    attendance: attendance.name,
    criterion: criterion.name,
  };
}

async function removeRecords(site: LiveSite, made: Made): Promise<void> {
  for (const [doctype, name] of made) {
    const document = await site.get(doctype, name);
    if (document['docstatus'] === 1) await site.update(doctype, name, { docstatus: 2 });
    const customer = document['customer'];
    await site.remove(doctype, name);
    if (typeof customer === 'string') await site.remove('Customer', customer);
  }
}

function insightItem(ours: Record<string, string>): object {
  const reason = {
    code: 'attendance.rate',
    about: '',
    params: { present: 47, days: 56, rate: 84, class_rate: 93 },
    evidence: { doctype: 'Student Attendance', names: [ours['attendance']] },
  };
  return {
    kind: 'insight',
    revision: 1,
    address: {
      target_doctype: 'Student',
      target: ours['student'],
      insight: 'attendance',
      course: '',
      student_group: '',
      academic_term: '',
    },
    values: {
      level: 'watch',
      clarity: 60,
      reasons: [reason],
      chart: {
        kind: 'line',
        code: 'chart.marks',
        labels: ['2026-11-16', '2026-11-17', '2026-11-18'],
        series: [{ code: 'chart.pupil', values: [71, null, 62] }],
      },
      confidence: 'sure',
      records_to: '2026-11-16',
      model_version: '1',
    },
  };
}

function otherItems(ours: Record<string, string>): object[] {
  return [
    {
      kind: 'assessment_insight',
      revision: 2,
      address: { assessment_result: ours['result'] },
      values: {
        student: ours['student'],
        course: ours['course'],
        ai_analysis: [],
        improvement_suggestions: [],
        learning_gaps: [{ criterion: ours['criterion'], score: 12.5, maximum: 20, class_percent: null }],
        predicted_next: { low: 45, high: 66, tests: 3 },
        confidence: 'fairly',
        model_version: '1',
      },
    },
    {
      kind: 'fields',
      revision: 3,
      address: { doctype: 'Student', name: ours['student'] },
      values: { ai_performance_insights: { level: 'watch' } },
    },
    {
      kind: 'engagement',
      revision: 4,
      address: { session: 'example-session' },
      values: {
        student: ours['student'],
        session_date: '2026-11-16',
        interaction_duration: 12,
        questions_asked: 4,
        concepts_explored: ['fractions'],
        help_requests: 1,
        independence_score: 0.5,
      },
    },
  ];
}

/** What the AI wants of settings that people edit too: merged objectives, and a question only a person decides. */
function settingItems(ours: Record<string, string>): object[] {
  const objectives = { objectives: [`${OURS} Fractions`] };
  const question = {
    kind: 'conflict',
    address: { doctype: 'Student', name: ours['student'], field: 'ai_preferences_settings' },
    values: { site: null, ai: 'guardian', base: null, rule: 'manual_review' },
  };
  const ask = (revision: number, key: string, site: string | null) => ({
    ...question,
    revision,
    address: { ...question.address, key },
    values: { ...question.values, site },
  });
  return [
    {
      kind: 'fields',
      revision: 6,
      address: { doctype: 'Course', name: ours['course'] },
      values: { ai_learning_objectives: { value: objectives, base: objectives } },
      seen: { ai_learning_objectives: '' },
    },
    ask(7, 'contact_first', null),
    ask(8, 'contact_first', 'student'),
    ask(9, 'no_such_key', null),
  ];
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
