import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { SnapshotRow } from '../../sidecar/erpnext/contract.ts';
import { WATCHED, type WatchedField } from '../../sidecar/erpnext/watched.ts';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

type Given = z.output<typeof SnapshotRow>;

const SHAPES: Record<WatchedField['type'], RegExp> = {
  text: /^string$/,
  link: /^string$/,
  number: /^number$/,
  check: /^[01]$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}:\d{2}$/,
  datetime: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/,
  opened: /^value,base,seen$/,
};

const NULLS: Record<WatchedField['type'], string> = {
  text: 'string',
  link: 'string',
  number: 'number',
  check: '0',
  date: '2026-01-01',
  time: '00:00:00',
  datetime: '2026-01-01 00:00:00',
  opened: 'value,base,seen',
};

const LESSONS = { student_group: null, instructor: null, from_date: null, to_date: null, after: '' };

describe.each(PLACES)('snapshot and digest on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
  });
  afterAll(() => place.close());

  async function everything(doctype: string): Promise<Given[]> {
    const rows: Given[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page: { rows: Given[]; next: string | null } = await sidecar.call('snapshot', {
        epoch,
        doctype,
        after,
      });
      rows.push(...page.rows);
      after = page.next;
    }
    return rows;
  }

  test.each(WATCHED)('$doctype gives its listed fields and no other, each in its shape', async (watched) => {
    const { rows } = await sidecar.call('snapshot', { epoch, doctype: watched.doctype, after: '' });
    const fields = watched.fields.map((field) => field.name);
    const children = watched.children.map((child) => child.field);
    const expected = ['name', 'modified', 'docstatus', 'row_sum', ...fields, ...children].sort();
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual(expected);
      for (const field of watched.fields) expect(shown(field, row[field.name])).toMatch(SHAPES[field.type]);
      for (const child of watched.children) {
        const given = row[child.field];
        for (const line of Array.isArray(given) ? given : []) {
          expect(Object.keys(line).sort()).toEqual(child.fields.map((field) => field.name).sort());
        }
      }
    }
  });

  test('pages by name hold every document once', async () => {
    const rows = await everything('Student');
    const names = rows.map((row) => row.name);
    expect(new Set(names).size).toBe(names.length);
    const excluded = await place.admin.list('AI Exclusion', { fields: ['name', 'target_student'] });
    const left = new Set(excluded.map((row) => row['target_student']));
    const there = (await place.admin.list('Student')).map((student) => student.name);
    expect([...names].sort()).toEqual(there.filter((name) => !left.has(name)).sort());
  });

  test('a name that is not there is gone, and so is one that differs only in case (rule 13)', async () => {
    const { group } = await steadyPupil(place.admin);
    const names = [group, 'gone', group.toLowerCase()];
    const answer = await sidecar.call('snapshot', { epoch, doctype: 'Student Group', names });
    expect(answer.gone.sort()).toEqual(['gone', group.toLowerCase()].sort());
    expect(answer.rows.map((row) => row.name)).toEqual([group]);
    const other = await sidecar.call('snapshot', {
      epoch,
      doctype: 'Student Group',
      names: [group.toLowerCase()],
    });
    // returned as itself: the sidecar stores it under the name that it has
    expect(other.rows.map((row) => row.name)).toEqual([group]);
  });

  test('of some pupils it gives exactly the rows that point to them', async () => {
    const { student } = await steadyPupil(place.admin);
    const { rows } = await sidecar.call('snapshot', {
      epoch,
      doctype: 'Assessment Result',
      students: [student],
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row['student']))).toEqual(new Set([student]));
    expect(
      await sidecar.refused('snapshot', { epoch, doctype: 'Course', students: [student] }),
    ).toMatchObject({
      status: 422,
      code: 'contract.invalid',
    });
  });

  test('several questions in one request are answered as each by itself, in their order', async () => {
    const { student } = await steadyPupil(place.admin);
    const questions = [
      { doctype: 'Student', names: [student, 'gone'] },
      { doctype: 'Assessment Result', students: [student] },
      { doctype: 'Student Group', students: [student] },
    ];
    const [first, ...also] = questions;
    const { also: others, ...page } = await sidecar.call('snapshot', { epoch, ...first!, also });
    const alone = [];
    for (const question of questions) alone.push(await sidecar.call('snapshot', { epoch, ...question }));
    expect([page, ...(others ?? [])]).toEqual(alone);
  });

  test.each([
    [
      'a question among others that names nothing',
      { doctype: 'Course', names: [], also: [{ doctype: 'Topic' }] },
    ],
    ['further questions that are none', { doctype: 'Course', names: [], also: [] }],
    ['what is not watched', { doctype: 'User', names: ['Administrator'] }],
    ['nothing asked for', { doctype: 'Course' }],
    ['two ways of asking', { doctype: 'Course', after: '', names: ['Art'] }],
    ['a year without pupils', { doctype: 'Assessment Result', after: '', academic_year: '2026' }],
    ['a year of what has none', { doctype: 'Course Enrollment', students: ['x'], academic_year: '2026' }],
    ['a timetable of what is none', { doctype: 'Course', lessons: LESSONS }],
    ['lessons on no day', { doctype: 'Course Schedule', lessons: { ...LESSONS, to_date: 'today' } }],
    ['more names than a page', { doctype: 'Course', names: Array.from({ length: 51 }, (_, at) => `${at}`) }],
  ])('%s is refused', async (_what, request) => {
    expect(await sidecar.refused('snapshot', { epoch, ...request })).toMatchObject({
      status: 422,
      code: 'contract.invalid',
    });
  });

  test('a digest counts and sums the very rows that a snapshot gives (rule 19)', async () => {
    const rows = await everything('Course');
    const digest = await sidecar.call('digest', { epoch, doctype: 'Course', buckets: true });
    expect(digest.count).toBe(rows.length);
    expect(digest.newest).toBe(
      rows
        .map((row) => row.modified)
        .sort()
        .at(-1),
    );
    const sum = rows.reduce((total, row) => total + row.row_sum, 0);
    expect(digest.buckets?.reduce((total, bucket) => total + bucket.sum, 0)).toBe(sum);
    const bucket = digest.buckets?.[0]?.bucket ?? 0;
    const inBucket = await sidecar.call('digest', { epoch, doctype: 'Course', bucket });
    expect(inBucket.rows).toHaveLength(digest.buckets?.[0]?.count ?? 0);
    for (const row of inBucket.rows ?? []) {
      expect(rows.find((one) => one.name === row.name)?.row_sum).toBe(row.row_sum);
    }
  });

  test('a change moves the row sum and the modified time, and a digest from then on lists it', async () => {
    const [before] = (await sidecar.call('snapshot', { epoch, doctype: 'Topic', names: ['Geometry'] })).rows;
    const topic = await place.admin.get('Topic', 'Geometry');
    await place.admin.update('Topic', 'Geometry', { topic_content: [] });
    const [after] = (await sidecar.call('snapshot', { epoch, doctype: 'Topic', names: ['Geometry'] })).rows;
    expect(after?.row_sum).not.toBe(before?.row_sum);
    const digest = await sidecar.call('digest', { epoch, doctype: 'Topic', modified_from: after?.modified });
    expect(digest.rows?.map((row) => row.name)).toContain('Geometry');
    const content = topic['topic_content'];
    const rows = Array.isArray(content) ? content : [];
    await place.admin.update('Topic', 'Geometry', {
      topic_content: rows.map(({ content_type: type, content: name }) => ({
        content_type: type,
        content: name,
      })),
    });
    const [again] = (await sidecar.call('snapshot', { epoch, doctype: 'Topic', names: ['Geometry'] })).rows;
    expect(again?.row_sum).toBe(before?.row_sum);
  });
});

/** What of a value is compared: its kind, or its digits where the form matters. Null is allowed everywhere. */
function shown(field: WatchedField, value: unknown): string {
  if (value === null) return NULLS[field.type];
  if (field.type === 'text' || field.type === 'link' || field.type === 'number') return typeof value;
  if (field.type === 'opened' && typeof value === 'object') return Object.keys(value).join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value;
}
