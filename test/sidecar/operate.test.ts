import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { generateSchool } from '../stand-in/school/generate.ts';
import { freePort, startSidecar, type SidecarProcess } from '../stand-in/sidecar-process.ts';
import { startStandIn, type StandIn } from '../stand-in/stand-in.ts';
import { SEALING_KEY } from './databases.ts';

const school = generateSchool({ students: 20, seed: 7, today: new Date().toISOString().slice(0, 10) });
const folder = mkdtempSync(join(tmpdir(), 'education-ai-cli-'));
const envFile = join(folder, 'sidecar.env');

let standIn: StandIn;
let environment: Record<string, string>;

beforeAll(async () => {
  standIn = await startStandIn({ school });
  environment = {
    ...standIn.environment,
    SEALING_KEY: SEALING_KEY.toString('base64'),
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort(0)),
  };
  const lines = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
  writeFileSync(envFile, lines.join('\n'));
}, 60_000);
afterAll(async () => {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a person types, and sees. */
async function cli(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['sidecar/cli.ts', '--env', envFile, ...words]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...said };
}

const namesOf = (wanted: string) =>
  school.documents.filter(({ doctype }) => doctype === wanted).map(({ name }) => name);
const pupils = namesOf('Student');
const guardians = namesOf('Guardian');

const Batch = z.object({
  success: z.array(z.object({ student: z.object({ name: z.string() }), assessments: z.array(z.unknown()) })),
  failed: z.array(z.object({ name: z.string(), code: z.string() })),
});
const Lessons = z.array(z.object({ name: z.string() }));
const TOLD = {
  session_date: '2026-11-20',
  interaction_duration: 12,
  questions_asked: 4,
  concepts_explored: ['Fractions'],
  help_requests: 1,
  independence_score: 0.5,
};

/** The same promises whether a sidecar runs and holds the database, or none does. */
function commands(name: string): void {
  test('sync reads every document of a DocType again and says how many differed', async () => {
    const { code, out } = await cli('sync', '--doctype', 'Student', 'Course');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+ examined, 0 differed, 0 repaired$/m);
    expect(Number(/^(\d+) examined/m.exec(out)?.[1])).toBeGreaterThanOrEqual(pupils.length);
  });

  test('sync finds what SQL changed without a trace', async () => {
    // no insight depends on a guardian's name: the command has no class to wait for
    const guardian = standIn.site.records.get('Guardian', guardians[0] ?? '');
    if (guardian === undefined) throw new Error('no guardian');
    standIn.site.records.change(guardian, { guardian_name: `Changed while ${name}` }, true);
    const { out } = await cli('sync', '--doctype', 'Guardian');
    expect(out).toContain(', 1 differed, 1 repaired');
  });

  test('sync student says for whom it went well and for whom not', async () => {
    const { code, out } = await cli('sync', 'student', ...pupils.slice(0, 3), 'EDU-STU-NOBODY');
    expect(out).toContain('work.no_document\tEDU-STU-NOBODY');
    expect(out).toContain('3 done, 1 failed');
    expect(code).toBe(1);
  });

  test('show student prints what the site has about each pupil, and who is not there', async () => {
    const [pupil = ''] = pupils;
    const { code, out } = await cli('show', 'student', pupil, 'EDU-STU-NOBODY', '--year', '2026-27');
    const { success, failed } = Batch.parse(JSON.parse(out));
    expect(success.map(({ student }) => student.name)).toEqual([pupil]);
    expect(success[0]?.assessments.length).toBeGreaterThan(0);
    expect(failed).toEqual([{ name: 'EDU-STU-NOBODY', code: 'work.no_document' }]);
    expect(code).toBe(1);
  });

  test('show schedule prints the lessons of an instructor, and names what is not there', async () => {
    const taught = namesOf('Course Schedule').filter(
      (lesson) => standIn.site.records.get('Course Schedule', lesson)?.values['instructor'] === 'Ada Berg',
    );
    const { code, out } = await cli('show', 'schedule', '--instructor', 'Ada Berg');
    expect(code).toBe(0);
    expect(Lessons.parse(JSON.parse(out)).map((lesson) => lesson.name)).toHaveLength(taught.length);
    const unknown = await cli('show', 'schedule', '--group', 'No Such Group');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('The site has no such document');
  });

  test('write stores a session with the tutor once, and a profile whose preferences are proposed', async () => {
    const file = join(folder, `${name}.json`);
    const [, pupil = ''] = pupils;
    writeFileSync(file, JSON.stringify({ ...TOLD, session: name, student: pupil }));
    expect((await cli('write', 'engagement', file)).out).toBe('stored\n');
    expect((await cli('write', 'engagement', file)).out).toBe('unchanged\n');
    expect(standIn.site.records.get('AI Engagement Log', name)?.values['student']).toBe(pupil);
    writeFileSync(file, JSON.stringify({ student: pupil, preferences: { contact_first: 'guardian' } }));
    expect((await cli('write', 'profile', file)).out).toBe('proposed\n');
  });

  test('check runs the check of that name', async () => {
    const { code, out } = await cli('check', 'daily');
    expect(code).toBe(0);
    expect(out).toContain('0 differed, 0 repaired');
  });

  test('dead-letters lists what was given up', async () => {
    expect((await cli('dead-letters')).out).toContain('0 given up');
  });

  test('backup writes a file that nobody else may read, and never over another', async () => {
    const file = join(folder, `${name}.backup`);
    expect((await cli('backup', file)).code).toBe(0);
    expect((await cli('backup', file)).code).toBe(1);
  });
}

describe('where no sidecar runs', { timeout: 60_000 }, () => {
  commands('alone');

  test('restore puts the backup back, and the next start loads everything anew', async () => {
    rmSync(join(folder, 'data'), { recursive: true });
    expect((await cli('restore', join(folder, 'alone.backup'))).out).toContain('restored');
    // the site takes a restored sidecar for another one, and would have it wait for a minute
    standIn.site.pairing.lastSeen = null;
    expect((await cli('check', 'daily')).out).toContain('0 differed');
  });
});

describe('where a sidecar runs and holds the database', { timeout: 60_000 }, () => {
  let sidecar: SidecarProcess;
  beforeAll(async () => {
    sidecar = await startSidecar(environment, join(folder, 'data'), Number(environment['PORT']));
    await vi.waitUntil(async () => (await sidecar.health())?.ready === true, {
      timeout: 60_000,
      interval: 100,
    });
  }, 60_000);
  afterAll(() => sidecar.stop());

  commands('running');

  test('its control answers nobody without the key', async () => {
    const at = `http://127.0.0.1:${environment['PORT']}/control`;
    for (const headers of [{}, { authorization: 'Bearer guessed' }])
      expect((await fetch(`${at}/dead`, { headers })).status).toBe(401);
  });
});

test(
  'a file that cannot be written says where it is wrong, and never what stands there',
  { timeout: 30_000 },
  async () => {
    const file = join(folder, 'wrong.json');
    const said = async (kind: string, content: string) => {
      writeFileSync(file, content);
      const { code, err } = await cli('write', kind, file);
      expect(code).toBe(1);
      expect(err).not.toContain('Haddad');
      return err;
    };
    expect(await said('engagement', '{"session": Haddad')).toContain('is not JSON');
    const wrong = {
      ...TOLD,
      session: 's',
      student: 'Lina Haddad',
      session_date: 'Haddad',
      help_requests: -1,
    };
    const err = await said('engagement', JSON.stringify({ ...wrong, studnet: 'Lina Haddad' }));
    expect(err).toContain('session_date: ');
    expect(err).toContain('help_requests: ');
    expect(err).toContain('studnet');
    const preferences = { student: 'Lina Haddad', preferences: { contact_first: 'Haddad' } };
    expect(await said('profile', JSON.stringify(preferences))).toContain('preferences.contact_first: ');
    expect(await said('profile', JSON.stringify({ student: 'Lina Haddad' }))).toContain('learning_profile');
  },
);

test('a wrong word is named, with what is possible', { timeout: 30_000 }, async () => {
  expect((await cli('check', 'yearly')).err).toContain('Allowed choices are hourly, daily, weekly, monthly');
  expect((await cli('sync', '--doctype', 'Spaceship')).err).toContain('not watched: Spaceship');
  expect((await cli('sync', '--since', 'yesterday')).err).toContain('YYYY-MM-DD');
  expect((await cli('show', 'schedule', '--from', 'monday')).err).toContain('--from: write it as YYYY-MM-DD');
  expect((await cli('show', 'schedule')).err).toContain('at least one of');
});
