import { beforeEach, expect, test, vi } from 'vitest';
import { ago, day, moment } from '../../client_scripts/panels/when.ts';
import { FakeDesk } from './fake-desk.ts';

let desk: FakeDesk;

beforeEach(() => {
  desk = new FakeDesk();
  vi.stubGlobal('frappe', desk.frappe);
  vi.setSystemTime('2026-11-23T10:00:00Z');
});

test('a day is said with its weekday, and its year only where it is another', () => {
  expect(day('2026-11-20')).toBe('Fri 20 Nov');
  expect(day('2025-11-20')).toBe('Thu 20 Nov 2025');
});

test('the month comes first for a reader whose dates have it first', () => {
  vi.spyOn(desk.frappe.datetime, 'get_user_date_fmt').mockReturnValue('mm/dd/yyyy');
  expect(day('2026-11-20')).toBe('Fri Nov 20');
});

test("a moment of the site is said in the reader's time zone, whatever the browser's is", () => {
  vi.spyOn(desk.frappe.datetime, 'convert_to_user_tz').mockReturnValue('2026-11-19 01:20:00');
  expect(moment('2026-11-18 14:20:00.000001')).toBe('Thu 19 Nov, 01:20');
});

test('a moment that the Desk cannot call an age is said as a day', () => {
  vi.spyOn(desk.frappe.datetime, 'prettyDate').mockReturnValue('');
  expect(ago('2026-11-18 14:20:00')).toBe('Wed 18 Nov, 14:20');
});

test('a language the browser does not know, or a date that is none, is no failure', () => {
  desk.frappe.boot.lang = 'not a language';
  expect(day('2026-11-20')).toContain('20');
  expect(day('soon')).toBe('soon');
});
