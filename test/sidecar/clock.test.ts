import { assert as check, date, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTimeZone, siteDay, startOfSiteDay, systemClock } from '../../sidecar/clock.ts';
import { Gong, Loops, Wake } from '../../sidecar/wake.ts';
import { testClock } from './clock.ts';

describe("the site's day", () => {
  test('is the calendar day where the school is', () => {
    const moment = Date.UTC(2026, 10, 22, 22, 30);
    expect(siteDay(moment, 'UTC')).toBe('2026-11-22');
    expect(siteDay(moment, 'Asia/Amman')).toBe('2026-11-23');
    expect(siteDay(moment, 'America/Lima')).toBe('2026-11-22');
  });

  test('begins at midnight there, also where the clock changes', () => {
    const zones = [
      'UTC',
      'Asia/Amman',
      'Asia/Kolkata',
      'America/New_York',
      'Europe/Berlin',
      'Pacific/Auckland',
      'Africa/Cairo',
      'America/Havana',
    ];
    const days = date({ min: new Date('2020-01-02'), max: new Date('2035-12-30'), noInvalidDate: true });
    check(
      property(days, constantFrom(...zones), (day, zone) => {
        const text = day.toISOString().slice(0, 10);
        const start = startOfSiteDay(text, zone);
        expect(siteDay(start, zone)).toBe(text);
        expect(siteDay(start - 1, zone)).not.toBe(text);
      }),
    );
  });

  test.each([
    ['leaves out midnight', 'Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z'],
    ['leaves out midnight', 'America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['shows midnight twice', 'Asia/Amman', '2021-10-29', '2021-10-28T21:00:00.000Z'],
  ])('begins once, where a clock %s: %s, %s', (_what, zone, day, begins) => {
    expect(new Date(startOfSiteDay(day, zone)).toISOString()).toBe(begins);
  });

  test('cannot be told in a zone that nobody knows', () => {
    expect([isTimeZone('Asia/Kolkata'), isTimeZone('Moon/Base')]).toEqual([true, false]);
  });
});

const isEnd = (seen: number) => seen === 0;

describe('the bell', () => {
  test('rung while nobody waits is heard by the next who waits', async () => {
    const wake = new Wake();
    wake.ring();
    await wake.wait(1_000_000, testClock(), new AbortController().signal);
  });

  test('ends a wait, and so do time and the end of the process', async () => {
    const clock = testClock();
    const wake = new Wake();
    const stopping = new AbortController();
    const rung = wake.wait(1000, clock, stopping.signal);
    wake.ring();
    await rung;
    const timed = wake.wait(1000, clock, stopping.signal);
    clock.advance(1000);
    await timed;
    const ended = wake.wait(1000, clock, stopping.signal);
    stopping.abort();
    await ended;
  });

  test('tells that nothing is under way when the last loop falls asleep, and not before', async () => {
    const clock = testClock();
    const loops = new Loops();
    const { signal } = new AbortController();
    let looks = 0;
    const look = () => Promise.resolve((looks += 1));
    const followed = loops.atRest.follow(look, (seen) => seen === 2, 1_000, clock, signal);
    loops.awake();
    loops.awake();
    loops.asleep();
    await new Promise(setImmediate);
    expect(looks).toBe(1);
    loops.asleep();
    expect(await followed).toBe(2);
  });

  test('is heard by everybody who follows, also while they look', async () => {
    const clock = testClock();
    const gong = new Gong();
    const { signal } = new AbortController();
    let left = 2;
    const look = async () => {
      const seen = left;
      left -= 1;
      // What ends while it is being counted is no longer in the count.
      if (seen > 0) gong.ring();
      return Promise.resolve(seen);
    };
    expect(await gong.follow(look, isEnd, 1000, clock, signal)).toBe(0);
    const others = [1, 2].map(() => gong.follow(() => Promise.resolve(left), isEnd, 1000, clock, signal));
    left = 0;
    gong.ring();
    expect(await Promise.all(others)).toEqual([0, 0]);
  });

  test('says after a while what was seen, whatever there is still to come', async () => {
    const clock = testClock();
    const seen = new Gong().follow(
      () => Promise.resolve(7),
      () => false,
      1000,
      clock,
      new AbortController().signal,
    );
    await Promise.resolve();
    clock.advance(1000);
    expect(await seen).toBe(7);
  });

  test('the real clock gives up sleeping when told to', async () => {
    const stopping = new AbortController();
    const asleep = systemClock.sleep(1_000_000, stopping.signal);
    stopping.abort();
    await asleep;
    await systemClock.sleep(1_000_000, stopping.signal);
  });
});
