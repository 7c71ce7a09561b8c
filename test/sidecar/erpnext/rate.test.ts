import { describe, expect, test } from 'vitest';
import { createRate } from '../../../sidecar/erpnext/rate.ts';
import { testClock, type TestClock } from '../clock.ts';

/** How many of these turns have come by now. */
async function come(turns: Promise<void>[]): Promise<number> {
  let count = 0;
  for (const turn of turns) void turn.then(() => (count += 1));
  await new Promise((resolve) => setImmediate(resolve));
  return count;
}

const asked = (count: number, ask: () => Promise<void>) => Array.from({ length: count }, ask);

async function pass(clock: TestClock, ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 100) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('live requests', () => {
  test('may follow each other twenty times at once, then five a second', async () => {
    const clock = testClock();
    const rate = createRate(300, clock);
    const turns = asked(40, () => rate.turn(false));
    expect(await come(turns)).toBe(20);
    await pass(clock, 2000);
    expect(await come(turns)).toBe(30);
  });

  test('never wait behind a first load', async () => {
    const clock = testClock();
    const rate = createRate(300, clock);
    void Promise.all(asked(1000, () => rate.turn(true)));
    for (let second = 0; second < 30; second += 1) {
      await pass(clock, 1000);
      expect(await come(asked(2, () => rate.turn(false)))).toBe(2);
    }
  });
});

describe('a first load', () => {
  test('takes what live requests leave, and no more than its share a minute', async () => {
    const clock = testClock();
    const rate = createRate(300, clock);
    const turns = asked(1000, () => rate.turn(true));
    await pass(clock, 60_000);
    const inMinute = await come(turns);
    expect(inMinute).toBeGreaterThan(250);
    expect(inMinute).toBeLessThanOrEqual(310);
  });

  test('slows down while the site is slow, never stops, and comes back', async () => {
    const clock = testClock();
    const rate = createRate(300, clock);
    const perMinute = async () => {
      const turns = asked(400, () => rate.turn(true));
      await pass(clock, 60_000);
      return come(turns);
    };
    rate.answered('page', 100);
    for (let time = 0; time < 10; time += 1) rate.answered('page', 2000);
    const slow = await perMinute();
    expect(slow).toBeGreaterThanOrEqual(25);
    expect(slow).toBeLessThanOrEqual(40);
  });

  test('is not slowed by a question that always takes long', async () => {
    const clock = testClock();
    const rate = createRate(300, clock);
    for (let time = 0; time < 10; time += 1) rate.answered('large page', 2000);
    const turns = asked(400, () => rate.turn(true));
    await pass(clock, 60_000);
    expect(await come(turns)).toBeGreaterThan(250);
  });
});

test('without a limit nothing waits', async () => {
  const rate = createRate(0, testClock());
  expect(await come(asked(5000, () => rate.turn(true)))).toBe(5000);
});

test('a clock that is set back stops nothing for long', async () => {
  const clock = testClock();
  const rate = createRate(300, clock);
  await rate.turn(true);
  clock.advance(-3_600_000);
  const turns = asked(20, () => rate.turn(true));
  await pass(clock, 10_000);
  expect(await come(turns)).toBe(20);
});
