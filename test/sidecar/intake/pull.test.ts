import { describe, expect, test } from 'vitest';
import { sortEvents } from '../../../sidecar/intake/pull.ts';

const event = (doctype: string, name: string, newName: string | null = null) => ({
  id: 1,
  doctype,
  name,
  event: 'update' as const,
  new_name: newName,
});

describe('an event', () => {
  test('is a touch of its document; where it was renamed, of the new name and of what links to either', () => {
    const { touches, dead } = sortEvents([event('Student', 'S-1', 'S-2'), event('Course', 'Maths')], 0);
    expect(touches.map(({ stage, name }) => [stage, name])).toEqual([
      ['fetch', 'S-1'],
      ['relink', 'S-1'],
      ['fetch', 'S-2'],
      ['relink', 'S-2'],
      ['fetch', 'Maths'],
    ]);
    expect(dead).toEqual([]);
  });

  test('is due by what it is: a result at once, attendance after 1 s, master data after 5 s', () => {
    const doctypes = ['Assessment Result', 'Student Attendance', 'Student'];
    const { touches } = sortEvents(
      doctypes.map((doctype) => event(doctype, 'X')),
      1000,
    );
    expect(touches.map(({ dueAt }) => dueAt)).toEqual([1000, 2000, 6000]);
  });

  test('of an unknown DocType or with an impossible name is dead work, not an obstacle', () => {
    const { touches, dead } = sortEvents([event('Spaceship', 'X'), event('Course', 'a\0b')], 0);
    expect(touches).toEqual([]);
    expect(dead).toEqual([
      { kind: 'Spaceship', name: 'X', code: 'work.unknown_doctype' },
      { kind: 'Course', name: 'a\uFFFDb', code: 'work.impossible_name' },
    ]);
  });
});
