/** When the site is asked: at once for what somebody waits for, at its leisure for what comes by the hundred. */
import { beforeEach, expect, test } from 'vitest';
import { nextDue } from '../../../sidecar/store/work.ts';
import { lineForEachTest } from '../school-line.ts';
import { DAYS, attendance } from '../school.ts';

const here = lineForEachTest();
let asked: number[];

beforeEach(async () => {
  const { line } = here;
  await line.settle();
  asked = [];
  line.site.before = (method) => {
    if (method === 'pull') asked.push(line.clock.now());
  };
  line.clock.advance(5_000);
  line.intake.pullNow();
  await line.round();
  asked = [];
});

/** Second by second, with five absences in each. */
async function pass(seconds: number, absences = 5): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (let n = 0; n < absences; n += 1) submit(`${second}-${n}`);
    if (absences > 0) here.line.intake.pullSoon();
    await here.line.round();
    here.line.clock.advance(1_000);
  }
}

function submit(name: string): void {
  here.line.site.submit('Student Attendance', name, attendance('S-3', DAYS[name.length] ?? '', 'Present'));
}

test('one absence is pulled at once', async () => {
  here.line.clock.advance(1_000);
  submit('one');
  here.line.intake.pullSoon();
  const now = here.line.clock.now();
  await here.line.round();
  expect(asked).toEqual([now]);
});

test('an absence waits its second from the question on, however long the answer takes (rule 15)', async () => {
  const { line } = here;
  line.clock.advance(1_000);
  submit('one');
  const now = line.clock.now();
  line.site.before = (method) => {
    if (method === 'pull') line.clock.advance(700);
  };
  line.intake.pullSoon();
  const batch = await line.intake.take('lease');
  await batch?.run([]);
  expect(await nextDue(line.store.db, ['fetch'])).toBe(now + 1_000);
});

test(
  '300 absences in a minute are pulled every five seconds, and every one of them',
  { timeout: 30_000 },
  async () => {
    await pass(60);
    await pass(6, 0);
    expect(asked.length).toBeLessThanOrEqual(16);
    const { site } = here.line;
    site.before = () => undefined;
    await here.line.settle(0);
    expect(site.outbox).toEqual([]);
  },
);

test('a result in the middle of them is pulled at once', async () => {
  await pass(8);
  const before = asked.length;
  here.line.intake.pullNow();
  await here.line.round();
  expect(asked.length).toBe(before + 1);
});

test('a clock that was set back holds up nothing', async () => {
  await pass(3);
  here.line.clock.advance(-3_600_000);
  const before = asked.length;
  here.line.intake.pullSoon();
  await here.line.round();
  expect(asked.length).toBe(before + 1);
});
