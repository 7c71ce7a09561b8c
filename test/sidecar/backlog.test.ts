/** Thousands of changes at once, as an import or a night without the sidecar leaves them. */
import { describe, expect, test } from 'vitest';
import { firstDue, nextDue } from '../../sidecar/store/work.ts';
import { lineForEachTest } from './school-line.ts';
import { attendance, result } from './school.ts';

const here = lineForEachTest();

function submitDays(count: number): void {
  for (let n = 0; n < count; n += 1)
    here.line.site.submit('Student Attendance', `NEW-${n}`, attendance('S-1', '2026-11-20', 'Absent'));
}

async function pullAll(): Promise<void> {
  here.line.intake.pullNow();
  while (await here.line.runOnce('intake'));
}

describe('a backlog', { timeout: 30_000 }, () => {
  test('is fetched before those it is about are analysed, so that each is analysed once', async () => {
    await here.line.settle();
    submitDays(3000);
    await pullAll();
    expect(await here.line.runOnce('sync')).toBe(true);
    // a page of 2,000 is stored and its pupil is dirty; the next thousand comes first
    expect(await here.line.stage('analysis').take('too early')).toBeNull();
    expect(await here.line.stage('analysis').nextDue()).toBeNull();
    expect(await here.line.runOnce('sync')).toBe(true);
    expect(await here.line.runOnce('analysis')).toBe(true);
  });

  test('has waited already: it is due at once, a result still before attendance', async () => {
    await here.line.settle();
    submitDays(1500);
    here.line.site.submit('Assessment Result', 'RES-NEW', result('S-1', 1, 12));
    here.line.site.outbox.unshift(...here.line.site.outbox.splice(-1));
    await pullAll();
    const now = here.line.clock.now();
    expect(await firstDue(here.store.db, ['fetch'], now)).toEqual({
      stage: 'fetch',
      kind: 'Assessment Result',
    });
    expect(await here.line.runOnce('sync')).toBe(true);
    expect(await firstDue(here.store.db, ['fetch'], now)).toMatchObject({ kind: 'Student Attendance' });
  });

  test('is none where there are few: attendance waits for its second', async () => {
    await here.line.settle();
    submitDays(10);
    await pullAll();
    expect(await nextDue(here.store.db, ['fetch'])).toBe(here.line.clock.now() + 1000);
  });
});
