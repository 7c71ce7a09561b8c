import { beforeEach, describe, expect, test } from 'vitest';
import {
  recordEngagement,
  studentAssessments,
  studentBatch,
  studentDetails,
  type Desk,
} from '../../../sidecar/erpnext/operations.ts';
import type { StudentBatch } from '../../../sidecar/erpnext/records.ts';
import { AppError, ERRORS, isErrorCode, type ErrorCode } from '../../../sidecar/errors.ts';
import { FakeSite } from '../fake-site.ts';

const PUPILS = Array.from({ length: 20 }, (_, at) => `S-${at + 1}`);
const SESSION = {
  session: 'one',
  student: 'S-1',
  session_date: '2026-11-20',
  interaction_duration: 12,
  questions_asked: 4,
  concepts_explored: [],
  help_requests: 0,
  independence_score: 1,
};

let site: FakeSite;
let desk: Desk;
let slept: number[];

beforeEach(async () => {
  site = new FakeSite();
  const who = { sidecar_version: '0', contract_versions: [1], take_over: false };
  const { epoch } = await site.hello({ ...who, epoch: null, token: null });
  slept = [];
  const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  desk = { site, clock, epoch: () => Promise.resolve(epoch) };
  for (const name of PUPILS) {
    site.save('Student', name, {
      student_name: `Pupil ${name}`,
      enabled: 1,
      joining_date: null,
      date_of_leaving: null,
      ai_preferences_settings: null,
    });
  }
});

/** The site fails so many times with this code, then answers. */
function failing(code: ErrorCode, times = Infinity): () => number {
  let tried = 0;
  site.before = () => {
    tried += 1;
    if (tried <= times) throw new AppError(code);
  };
  return () => tried;
}

const PASSES = [
  'site.unreachable',
  'site.timeout',
  'site.busy',
  'site.failed',
  'site.malformed',
  'site.fenced',
] as const;
const STAYS = Object.keys(ERRORS)
  .filter(isErrorCode)
  .filter((code) => !PASSES.some((one) => one === code));

describe('an operation', () => {
  test.each(PASSES)('is asked again, at most twice, where %s may be over in a moment', async (code) => {
    const tried = failing(code, 2);
    expect(await studentAssessments(desk, ['S-1'], null)).toEqual([]);
    expect(tried()).toBe(3);
    expect(slept).toHaveLength(2);
    const again = failing(code, 3);
    await expect(studentAssessments(desk, ['S-1'], null)).rejects.toMatchObject({ code });
    expect(again()).toBe(3);
  });

  test.each(STAYS)('is not asked again after %s, which no pause mends', async (code) => {
    const tried = failing(code);
    await expect(studentAssessments(desk, ['S-1'], null)).rejects.toMatchObject({ code });
    expect(tried()).toBe(1);
    expect(slept).toEqual([]);
  });

  test('whose answer was lost on the way is written once', async () => {
    let lost = 0;
    site.after = (method) => {
      lost += 1;
      if (method === 'write_back' && lost === 1) throw new AppError('site.timeout');
    };
    expect(await recordEngagement(desk, 1, SESSION)).toBe('unchanged');
    expect(site.written).toHaveLength(1);
  });

  test.each([
    ['target.gone', 'work.no_document'],
    ['target.excluded', 'work.no_document'],
    ['write.failed', 'site.failed'],
  ])('that the site refuses with %s says %s', async (said, code) => {
    site.refuse = () => said;
    await expect(recordEngagement(desk, 1, SESSION)).rejects.toMatchObject({ code });
  });

  test('that is answered in another shape says where, and never what stood there', async () => {
    site.save('Student', 'S-1', { student_name: 'Lina Haddad', enabled: 'Lina Haddad' });
    const thrown: unknown = await studentDetails(desk, ['S-1']).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'site.malformed' });
    expect(thrown).toHaveProperty('detail', expect.stringContaining('enabled'));
    expect(JSON.stringify(thrown)).not.toContain('Lina');
  });
});

function arrived({ success }: StudentBatch): string[] {
  return success.map(({ student }) => student.name).sort();
}

describe('of a batch', () => {
  const others = PUPILS.filter((name) => name !== 'S-7');

  test('a pupil at whom the site fails costs the others nothing', async () => {
    site.before = (_method, { names = [] }) => {
      if (names.includes('S-7')) throw new AppError('site.failed');
    };
    const batch = await studentBatch(desk, PUPILS, null);
    expect(batch.failed).toEqual([{ name: 'S-7', code: 'site.failed' }]);
    expect(arrived(batch)).toEqual([...others].sort());
  });

  test('a pupil whose record is of another shape costs the others nothing', async () => {
    site.sql('Student', 'S-7', { enabled: 'yes' });
    const batch = await studentBatch(desk, PUPILS, null);
    expect(batch.failed).toEqual([{ name: 'S-7', code: 'site.malformed' }]);
    expect(arrived(batch)).toEqual([...others].sort());
  });

  test('everybody fails with the code of a site that is away, which is asked as a whole only', async () => {
    const tried = failing('site.unreachable');
    const { success, failed } = await studentBatch(desk, PUPILS, null);
    expect(success).toEqual([]);
    expect(failed).toEqual(PUPILS.map((name) => ({ name, code: 'site.unreachable' })));
    expect(tried()).toBe(3);
  });

  test('a name that differs in case is another pupil', async () => {
    const { success, failed } = await studentBatch(desk, ['s-1'], null);
    expect(success).toEqual([]);
    expect(failed).toEqual([{ name: 's-1', code: 'work.no_document' }]);
  });

  test('a fault of our own is thrown and not counted as the pupil’s', async () => {
    site.before = () => {
      throw new TypeError('ours');
    };
    await expect(studentBatch(desk, ['S-1'], null)).rejects.toThrow('ours');
  });
});
