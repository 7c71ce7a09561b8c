/** Groups to learn together: what is said on known classes, and what holds of every class. */
import { assert as check, integer, property, shuffledSubarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitted, helped, improved } from '../../../sidecar/analysis/peers/grouping.ts';
import { peerGroups } from '../../../sidecar/analysis/peers/peer-groups.ts';
import { groupsByWeek } from '../../../sidecar/analysis/peers/weeks.ts';
import type { PeerRecords, ResultRow } from '../../../sidecar/analysis/records.ts';
import { MAX_PEER_PUPILS, MIN_PEER_PUPILS } from '../../../sidecar/analysis/thresholds.ts';
import { anyGroup } from './any-records.ts';
import { results, SETTINGS, TERM } from './pupil.ts';
import { codes, texts } from './said.ts';

const PARTS = ['Linear Equations', 'Geometry'];

/** Two tests of each pupil, `shares[i]` points of ten in either part; `more` changes single tests. */
function written(shares: Record<string, number[]>, tests = 2): ResultRow[] {
  return Object.entries(shares).flatMap(([student, points]) =>
    results(
      Array.from({ length: tests }, () => 0),
      (at) => ({
        name: `RES-${student}-${at}`,
        student,
        details: PARTS.map((criterion, part) => ({ criterion, score: points[part] ?? 0, maximum: 10 })),
      }),
    ),
  );
}

function group(shares: Record<string, number[]>, more: Partial<PeerRecords> = {}): PeerRecords {
  return {
    studentGroup: 'G8',
    academicTerm: TERM.name,
    pupils: Object.keys(shares),
    results: written(shares),
    wishes: [],
    ...more,
  };
}

const said = (records: PeerRecords) => peerGroups(records, SETTINGS)?.values.reasons ?? [];
const told = (records: PeerRecords) => texts(said(records), 'peer');
const groupsOf = ({ results: rows, pupils, academicTerm }: PeerRecords) =>
  groupsByWeek(rows, pupils, { terms: academicTerm !== '', need: MIN_PEER_PUPILS }).groups;

/** Dealt by name, all three strong ones (A, C, E) would be in one group and those who need them in the other. */
const SPLIT = { A: [9, 6], B: [2, 6], C: [9, 6], D: [3, 6], E: [9, 6], F: [4, 6] };

/** The split class, and one more test with these shares. */
const weeks = (last: Record<string, number[]>) => [
  ...written(SPLIT),
  ...written(last, 3).filter(({ plan }) => plan === 'PLAN-3'),
];

describe('what is said', () => {
  test('who is strong in a part is put together with who is not, and who could explain what to whom', () => {
    expect(told(group(SPLIT))).toEqual([
      'Pupils: B, C, E.',
      'Could be explained by C to B: 18 of 20 points beside 4 of 20, each in 2 tests or more.',
      'Pupils: A, D, F.',
      'Could be explained by A to D: 18 of 20 points beside 6 of 20, each in 2 tests or more.',
    ]);
  });

  test('the rows behind an explanation are the results of both', () => {
    expect(said(group(SPLIT))[1]?.evidence).toEqual({
      doctype: 'Assessment Result',
      names: ['RES-B-0', 'RES-B-1', 'RES-C-0', 'RES-C-1'],
    });
  });

  test('where two need the same part and nobody could explain it, they are to work on it together', () => {
    const none = Object.fromEntries(['A', 'B', 'C', 'D', 'E', 'F'].map((name) => [name, [6, 3]]));
    expect(told(group(none))).toContain(
      'To work on together: 3 of 3 under half of its points, and nobody here who could explain it.',
    );
  });

  test('of a class without strong and needy parts nothing is suggested', () => {
    const alike = Object.fromEntries(['A', 'B', 'C', 'D', 'E', 'F'].map((name) => [name, [6, 6]]));
    expect(codes(said(group(alike)))).toEqual([
      'peer.three',
      'peer.alike',
      'peer.three',
      'peer.alike',
      'note.peers',
    ]);
  });

  test('one test of a part, or five pupils, are too little, and the sentence says how much is needed', () => {
    expect(texts(said(group(SPLIT, { results: written(SPLIT, 1) })), 'too_little')).toEqual([
      'Pupils with two tests of the same part: 0 of 6 needed.',
    ]);
    const { F: _left, ...five } = SPLIT;
    expect(texts(said(group(five)), 'too_little')).toEqual([
      'Pupils with two tests of the same part: 5 of 6 needed.',
    ]);
    expect(peerGroups(group(SPLIT), { ...SETTINGS, minimum_group_size: 7 })?.values.confidence).toBe(
      'little',
    );
  });

  test('a class without results says nothing, one too large for groups says so', () => {
    expect(peerGroups(group({}), SETTINGS)).toBeNull();
    const many = Array.from({ length: MAX_PEER_PUPILS + 1 }, (_, i) => `S${i}`);
    expect(codes(said(group(SPLIT, { pupils: many })))).toEqual(['data.too_many_peers']);
  });

  test('an amended result counts in the place of the one it amends', () => {
    const amended = results([0], () => ({
      name: 'RES-A-0-1',
      student: 'A',
      details: PARTS.map((criterion) => ({ criterion, score: 0, maximum: 10 })),
    }));
    const before = written(SPLIT);
    expect(said(group(SPLIT, { results: [...before, ...amended] }))).not.toEqual(said(group(SPLIT)));
    expect(told(group(SPLIT, { results: [...before, ...amended] })).join()).not.toContain('explained by A');
  });
});

describe('from week to week', () => {
  test('a new week without a new pattern leaves every pupil in place', () => {
    expect(groupsOf(group(SPLIT, { results: weeks(SPLIT) }))).toEqual(groupsOf(group(SPLIT)));
  });

  test('two change places for three more parts explained, and not for two', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F'];
    /** Two tests in which all are alike, then two of new parts: A is strong in these and B is not. */
    const later = (parts: string[]) =>
      names.flatMap((student) =>
        results([0, 0, 0, 0], (at) => ({
          name: `RES-${student}-${at}`,
          student,
          details: (at < 2 ? ['Geometry'] : parts).map((criterion) => ({
            criterion,
            score: at < 2 ? 6 : ({ A: 9, B: 2 }[student] ?? 6),
            maximum: 10,
          })),
        })),
      );
    const dealt = [
      ['A', 'C', 'E'],
      ['B', 'D', 'F'],
    ];
    const of = (parts: string[]) => groupsOf({ ...group({}), pupils: names, results: later(parts) });
    expect(of(['Fractions', 'Statistics'])).toEqual(dealt);
    expect(of(['Fractions', 'Statistics', 'Vectors'])).toEqual([
      ['C', 'D', 'E'],
      ['A', 'B', 'F'],
    ]);
  });

  test('one pupil who catches up moves nobody', () => {
    const caughtUp = { ...SPLIT, F: [10, 6] };
    expect(groupsOf(group(SPLIT, { results: weeks(caughtUp) }))).toEqual(groupsOf(group(SPLIT)));
  });

  test('a newcomer joins a group and one who leaves leaves one: all others stay together', () => {
    const [first, second] = groupsOf(group(SPLIT));
    const joined = groupsOf(group(SPLIT, { pupils: [...Object.keys(SPLIT), 'NEW'] }));
    expect(joined.map((one) => one.filter((pupil) => pupil !== 'NEW'))).toEqual([first, second]);
    const seven = { ...SPLIT, G: [6, 6] };
    const before = groupsOf(group(seven));
    const after = groupsOf(group(seven, { pupils: Object.keys(SPLIT) }));
    expect(after).toEqual(before.map((one) => one.filter((pupil) => pupil !== 'G')));
  });
});

describe('of any class', () => {
  test('nobody is lost or twice in a group, and sizes are three and four', () => {
    check(
      property(anyGroup, (records) => {
        const groups = groupsOf(records);
        if (groups.length === 0) return;
        expect(groups.flat().sort()).toEqual([...records.pupils].sort());
        for (const one of groups) expect([3, 4]).toContain(one.length);
      }),
    );
  });

  test('the order of rows and of pupils changes nothing', () => {
    check(
      property(
        anyGroup.chain((records) =>
          shuffledSubarray(records.results, { minLength: records.results.length }).map((rows) => ({
            records,
            rows,
          })),
        ),
        ({ records, rows }) => {
          const wishes = records.wishes.map(({ student, other, together }) => ({
            student: other,
            other: student,
            together,
          }));
          const turned = {
            ...records,
            results: rows,
            pupils: records.pupils.toReversed(),
            wishes: wishes.toReversed(),
          };
          expect(peerGroups(turned, SETTINGS)).toEqual(peerGroups(records, SETTINGS));
        },
      ),
    );
  });

  test('a week in which every result is as before moves nobody', () => {
    check(
      property(anyGroup, (records) => {
        const again = records.results.map((result) => ({
          ...result,
          name: `${result.name}-again`,
          plan: `${result.plan}-again`,
          date: '2026-12-14',
        }));
        const before = groupsOf(records);
        if (before.length === 0) return;
        expect(groupsOf({ ...records, results: [...records.results, ...again] })).toEqual(before);
      }),
    );
  });

  test('an exchange never leaves fewer gaps explained, and each brings at least as many as asked', () => {
    check(
      property(anyGroup, integer({ min: 1, max: 3 }), (records, least) => {
        const { abilities } = groupsByWeek(records.results, records.pupils, { terms: true, need: 0 });
        const dealt = fitted([], records.pupils, abilities);
        const better = improved(dealt, abilities, least);
        const sum = (groups: string[][]) => groups.reduce((all, one) => all + helped(one, abilities), 0);
        const gained = sum(better) - sum(dealt);
        expect(gained === 0 || gained >= least).toBe(true);
      }),
    );
  });

  test('a pupil who leaves is in no group and in no sentence', () => {
    check(
      property(anyGroup, (records) => {
        const left = records.results
          .map(({ student }) => student)
          .filter((student) => !records.pupils.includes(student));
        const names = new Set(said(records).flatMap(({ params }) => Object.values(params)));
        for (const student of left) expect(names).not.toContain(student);
      }),
    );
  });
});
