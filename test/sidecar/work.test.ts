import { describe, expect, test } from 'vitest';
import { AppError, ERRORS, asAppError, isErrorCode } from '../../sidecar/errors.ts';
import type { Claim } from '../../sidecar/store/work.ts';
import { MOST_ATTEMPTS } from '../../sidecar/store/work.ts';
import { backoff, judge } from '../../sidecar/work.ts';

function claims(count: number, attempts = 0): Claim[] {
  return Array.from({ length: count }, (_, index) => ({
    stage: 'fetch',
    kind: 'Student',
    name: `S-${index}`,
    seq: index,
    attempts,
    lease: 'x',
  }));
}

describe('a failure', () => {
  test('that is not the fault of the work is given back, whatever the batch', () => {
    for (const code of Object.keys(ERRORS).filter(isErrorCode)) {
      if (ERRORS[code].retry !== 'wait') continue;
      expect(judge(new AppError(code), claims(7, 7)), code).toBe('give back');
    }
  });

  test('for good is halved until one piece is alone, and that one is dead', () => {
    const error = new AppError('site.refused');
    expect(judge(error, claims(2000))).toBe('halve');
    expect(judge(error, claims(2))).toBe('halve');
    expect(judge(error, claims(1))).toBe('dead');
  });

  test('that may pass is tried again whole before the batch is taken apart', () => {
    const error = new AppError('site.failed');
    expect(judge(error, claims(50, 0))).toBe('later');
    expect(judge(error, claims(50, 1))).toBe('later');
    expect(judge(error, claims(50, 2))).toBe('halve');
    expect(judge(error, claims(1, 2))).toBe('later');
  });

  test('waits longer each time, some 18 minutes in all', () => {
    const waits = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, attempt) => backoff(attempt));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 60_000).toBeCloseTo(18, 0);
  });
});

describe('whatever is thrown', () => {
  test('is an error with a code: a database that is away, or a fault of ours', () => {
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const shutdown = Object.assign(new Error('terminating'), { code: '57P01' });
    const wrong = Object.assign(new Error('syntax'), { code: '42601' });
    expect([away, shutdown, wrong, 'text', null].map((thrown) => asAppError(thrown).code)).toEqual([
      'store.unreachable',
      'store.unreachable',
      'work.failed',
      'work.failed',
      'work.failed',
    ]);
  });
});
