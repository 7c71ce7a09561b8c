import { anything, assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import {
  readEvidence,
  readInstructor,
  readProgram,
  readStudent,
} from '../../client_scripts/panels/answers.ts';
import { readCourse } from '../../client_scripts/panels/class-answers.ts';
import { readConflict, readSave } from '../../client_scripts/panels/setting-answers.ts';
import { daysAbsent, enrolled, lina, mathematics, teacher } from './answers.ts';
import { conflict, decided, preferences } from './setting-answers.ts';

test('an answer of this version is read without loss', () => {
  const answered = { ...lina, acted: [{ title: 'Attendance', insights: ['a1'], on: '2026-11-20' }] };
  expect(readStudent(answered)).toEqual({ ...answered, rule: lina.rule.map(({ text }) => text) });
  const { not_listed: _counts, ...shown } = mathematics;
  expect(readCourse(mathematics)).toEqual(shown);
  expect(readEvidence(daysAbsent)).toEqual(daysAbsent);
  expect(readInstructor(teacher)).toMatchObject(teacher);
  expect(readProgram(enrolled)).toMatchObject(enrolled);
  expect(readConflict(conflict)).toEqual({ ...conflict, moved: false });
  expect(readConflict(decided)).toEqual({ ...decided, moved: false });
  expect(readSave({ moved: true, settings: [preferences] })).toEqual({
    moved: true,
    settings: [preferences],
  });
});

test('an answer of another version shows less, never nothing', () => {
  expect(readStudent({ state: 'ready' })).toMatchObject({ why: [], headline: null, chart: null, steps: [] });
  expect(readStudent({ ...lina, why: 'later a table', chart: { kind: 'sankey' } })).toMatchObject({
    headline: lina.headline,
    why: [],
    chart: null,
  });
});

test('an answer without a known state is refused', () => {
  expect(readStudent({ ...lina, state: 'dreaming' })).toBeNull();
  expect(readStudent(null)).toBeNull();
  expect(readEvidence('<html>')).toBeNull();
});

test('whatever a site answers, reading it never throws', () => {
  assert(
    property(anything(), (message) => {
      readStudent(message);
      readCourse(message);
      readEvidence(message);
      readConflict(message);
      readSave({ settings: message });
      readConflict({ state: 'open', key: message, values: message, decided: message });
      readStudent({ state: 'ready', why: message, chart: message, heading: message, headline: message });
    }),
  );
});
