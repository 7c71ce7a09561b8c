import { describe, expect, test } from 'vitest';
import type { Response } from '../../../sidecar/erpnext/contract.ts';
import { sortEvents } from '../../../sidecar/intake/pull.ts';

type Event = Response<'pull'>['events'][number];

const event = (doctype: string, name: string, newName: string | null = null): Event => ({
  id: 1,
  doctype,
  name,
  event: 'update',
  new_name: newName,
});

describe('an event', () => {
  test('is a touch of its document; where it was renamed, of the new name and of what links to either', () => {
    const { touches, dead } = sortEvents([event('Topic', 'A', 'B'), event('Course', 'Maths')], 0);
    expect(touches.map(({ stage, name }) => [stage, name])).toEqual([
      ['fetch', 'A'],
      ['relink', 'A'],
      ['fetch', 'B'],
      ['relink', 'B'],
      ['fetch', 'Maths'],
    ]);
    expect(dead).toEqual([]);
  });

  test('of a pupil who comes anew, or under another name, asks for every record of that pupil, once the pupil is read', () => {
    const asked = (one: ReturnType<typeof event>) =>
      sortEvents([one], 0).touches.filter(({ stage, dueAt }) => stage === 'fetch_of' && dueAt === 5000);
    expect(
      asked({ ...event('Student', 'S-1'), event: 'insert' }).map(({ kind, name }) => [kind, name]),
    ).toEqual(
      expect.arrayContaining([
        ['Student Attendance', 'S-1'],
        ['Assessment Result', 'S-1'],
      ]),
    );
    expect(new Set(asked(event('Student', 'S-1', 'S-2')).map(({ name }) => name))).toEqual(new Set(['S-2']));
    expect(asked(event('Student', 'S-1'))).toEqual([]);
    expect(asked({ ...event('Course', 'Maths'), event: 'insert' })).toEqual([]);
  });

  test('is due by what it is: a result at once, attendance after 1 s, master data after 5 s (rule 15)', () => {
    const doctypes = ['Assessment Result', 'Student Attendance', 'Student'];
    const { touches } = sortEvents(
      doctypes.map((doctype) => event(doctype, 'X')),
      1000,
    );
    expect(touches.map(({ dueAt }) => dueAt)).toEqual([1000, 2000, 6000]);
  });

  test('of an unknown DocType or with an impossible name is dead work, not an obstacle (rule 9)', () => {
    const { touches, dead } = sortEvents([event('Spaceship', 'X'), event('Course', 'a\0b')], 0);
    expect(touches).toEqual([]);
    expect(dead).toEqual([
      { kind: 'Spaceship', name: 'X', code: 'work.unknown_doctype' },
      { kind: 'Course', name: 'a\uFFFDb', code: 'work.impossible_name' },
    ]);
  });
});
