/** What holds for any records at all. */
import { assert as check, constantFrom, integer, property, shuffledSubarray, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { analyseCohort } from '../../../sidecar/analysis/cohort.ts';
import { groupAttendance } from '../../../sidecar/analysis/group.ts';
import type { AttendanceRow, StudentRecords } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { AssessmentInsightValues, InsightAddress, InsightValues } from '../../../sidecar/erpnext/contract.ts';
import { anyAttendance, anyClass, anyPupil } from './any-records.ts';
import { attendance, cohort, day, pupil, results, SETTINGS, TERM, TODAY, weekdays } from './pupil.ts';
import { codes } from './said.ts';
import { watchful } from './taught.ts';

const read = (records: StudentRecords, today = TODAY) => analyseStudent(records, SETTINGS, today);

const LEVELS = ['steady', 'watch', 'act'];

function attendanceOf(rows: AttendanceRow[]) {
  return read(pupil({ attendance: rows })).insights[0]?.values;
}

const shuffled = <T>(rows: readonly T[]) =>
  shuffledSubarray([...rows], { minLength: rows.length, maxLength: rows.length });

/**
 * The level by rate and streak alone, 0-2. The trend and the weekday compare a pupil with the same pupil: there a
 * better past can make today stand out.
 */
function absoluteLevel(rows: AttendanceRow[]): number {
  const said = codes(attendanceOf(rows)?.reasons ?? []);
  if (said.includes('attendance.streak') || said.includes('rule.attendance_low')) return 2;
  const rate = attendanceOf(rows)?.reasons.find(({ code }) => code.startsWith('attendance.rate'))?.params[
    'rate'
  ];
  return Number(rate ?? 100) < SETTINGS.attendance_watch_rate ? 1 : 0;
}

describe('any pupil', () => {
  test('is answered in the shape of the contract', () => {
    check(
      property(anyPupil, (records) => {
        const { insights, assessments } = read(records);
        for (const { address, values } of insights) {
          InsightAddress.parse(address);
          InsightValues.parse(values);
        }
        for (const { values } of assessments) AssessmentInsightValues.parse(values);
        expect(assessments).toHaveLength(new Set(records.results.map((row) => row.name)).size);
      }),
    );
  });

  test('the order of rows does not matter', () => {
    const both = anyPupil.chain((records) =>
      tuple(shuffled(records.attendance), shuffled(records.results), shuffled(records.terms)).map(
        ([rows, tests, terms]) => [records, { ...records, attendance: rows, results: tests, terms }] as const,
      ),
    );
    check(
      property(both, ([records, other]) => {
        expect(JSON.stringify(read(other))).toBe(JSON.stringify(read(records)));
      }),
    );
  });

  test('clarity keeps the order of levels', () => {
    check(
      property(anyPupil, (records) => {
        for (const { values } of read(records).insights) {
          const { level, clarity } = values;
          expect(clarity >= 67 ? 'act' : clarity >= 34 ? 'watch' : 'steady').toBe(level);
        }
      }),
    );
  });

  test('an interval lies within 0 and 100 and rests on at least three tests', () => {
    check(
      property(anyPupil, (records) => {
        for (const { values } of read(records).assessments) {
          if (values.predicted_next === null) continue;
          const { low, high, tests } = values.predicted_next;
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(100);
          expect(low).toBeLessThanOrEqual(high);
          expect(tests).toBeGreaterThanOrEqual(3);
        }
      }),
    );
  });

  test('nobody is flagged before 15 school days or 3 tests', () => {
    check(
      property(anyPupil, constantFrom(...weekdays(TERM.from, '2026-09-18')), (records, today) => {
        const few = { ...records, terms: pupil().terms, results: records.results.slice(0, 2) };
        for (const { values } of read(few, today).insights) expect(values.level).toBe('steady');
      }),
    );
  });

  test.each([
    ['the rule', null],
    ['a forecast', watchful],
  ])('until the announced day the same records say the same, by %s', (_, learned) => {
    const said = (records: StudentRecords, today: string) =>
      analyseStudent(records, SETTINGS, today, learned);
    check(
      property(anyPupil, integer({ min: 0, max: 40 }), integer({ min: 1, max: 20 }), (records, at, ahead) => {
        const first = said(records, addDays(TODAY, at));
        const later = addDays(TODAY, at + ahead);
        if (first.validUntil !== null && later >= first.validUntil) return;
        const second = said(records, later);
        expect(second.insights).toEqual(first.insights);
        expect(second.assessments).toEqual(first.assessments);
        expect(second.fields).toEqual(first.fields);
      }),
      { numRuns: 500 },
    );
  });
});

describe('attendance', () => {
  test('a further present day never raises what rate and streak say', () => {
    const enough = anyAttendance.filter((rows) => rows.every((row) => row.lesson === null));
    check(
      property(enough, (rows) => {
        const known = rows.filter((row) => row.date < TODAY);
        if (codes(attendanceOf(known)?.reasons ?? []).includes('data.too_little')) return;
        expect(absoluteLevel([...known, day(TODAY, 'Present')])).toBeLessThanOrEqual(absoluteLevel(known));
      }),
    );
  });

  test('an absence that becomes approved leave never raises the rate’s level', () => {
    check(
      property(anyAttendance, integer({ min: 0, max: 60 }), (rows, at) => {
        const [before, after] = [
          rows,
          rows.map((row, i) => (i === at ? { ...row, status: 'Leave' as const } : row)),
        ].map((list) => attendanceOf(list));
        if (rows[at]?.status !== 'Absent' || after?.confidence === 'little') return;
        const low = (values: typeof before) => codes(values?.reasons ?? []).includes('rule.attendance_low');
        expect(Number(low(after))).toBeLessThanOrEqual(Number(low(before)));
      }),
    );
  });

  test('more absences never make the level lower, all else present', () => {
    const days = weekdays(TERM.from, TODAY);
    check(
      property(integer({ min: 0, max: 58 }), (count) => {
        const levels = [count, count + 1].map((absences) =>
          LEVELS.indexOf(
            attendanceOf(attendance(days, (_, i) => (i >= 59 - absences ? 'Absent' : 'Present')))?.level ??
              '',
          ),
        );
        expect(levels[1]).toBeGreaterThanOrEqual(levels[0] ?? 0);
      }),
    );
  });

  test('the rate of a class lies between those of its pupils', () => {
    check(
      property(anyAttendance, anyAttendance, (a, b) => {
        const rows = [
          ...a.map((row) => ({ ...row, lesson: null, student: 'A' })),
          ...b.map((row) => ({ ...row, lesson: null, student: 'B' })),
        ];
        const rate = (pupils: string[]) =>
          groupAttendance({ studentGroup: 'G8', academicTerm: TERM.name, pupils, attendance: rows }, TODAY)
            .rate;
        const [own, other, both] = [rate(['A']), rate(['B']), rate(['A', 'B'])];
        if (own === null || other === null || both === null) return;
        expect(both).toBeGreaterThanOrEqual(Math.min(own, other));
        expect(both).toBeLessThanOrEqual(Math.max(own, other));
      }),
    );
  });
});

describe('marks', () => {
  test('better marks never lower the interval', () => {
    const marks = tuple(
      integer({ min: 10, max: 80 }),
      integer({ min: 10, max: 80 }),
      integer({ min: 10, max: 80 }),
    );
    check(
      property(marks, integer({ min: 0, max: 20 }), (list, more) => {
        const [before, after] = [list, list.map((mark) => mark + more)].map(
          (row) =>
            read(pupil({ results: results(row), cohorts: [cohort(60, 3)] })).assessments.at(-1)?.values
              .predicted_next,
        );
        expect(after?.low).toBeGreaterThanOrEqual(before?.low ?? 101);
        expect(after?.high).toBeGreaterThanOrEqual(before?.high ?? 101);
      }),
    );
  });

  test('the next mark lies in the 80% interval about eight times in ten', () => {
    const random = seeded(20261120);
    let inside = 0;
    const pupils = 4000;
    for (let i = 0; i < pupils; i += 1) {
      const level = 60 + 10 * normal(random);
      const marks = Array.from({ length: 5 }, () => Math.round(level + 7 * normal(random)));
      const interval = read(
        pupil({ results: results(marks.slice(0, 4)), cohorts: [cohort(60, 4)] }),
      ).assessments.at(-1)?.values.predicted_next;
      const next = marks[4] ?? 0;
      if (interval && next >= interval.low && next <= interval.high) inside += 1;
    }
    expect(inside / pupils).toBeGreaterThan(0.78);
    expect(inside / pupils).toBeLessThan(0.86);
  });
});

describe('any class', () => {
  test('is answered in the shape of the contract, in whole percent, whatever the order of rows', () => {
    const both = anyClass.chain((records) =>
      tuple(shuffled(records.results), shuffled(records.pupils), shuffled(records.plans)).map(
        ([rows, pupils, plans]) => [records, { ...records, results: rows, pupils, plans }] as const,
      ),
    );
    check(
      property(both, ([records, other]) => {
        const analysis = analyseCohort(records, SETTINGS, TODAY);
        if (analysis.insight !== null) {
          InsightAddress.parse(analysis.insight.address);
          InsightValues.parse(analysis.insight.values);
        }
        const { plans, criteria, between, within } = analysis.figures;
        const numbers = [
          ...plans.map((plan) => plan.mean),
          ...criteria.map((row) => row.percent),
          between,
          within,
        ];
        for (const number of numbers) expect(number === null || Number.isInteger(number)).toBe(true);
        for (const { count } of [...plans, ...criteria]) expect(count).toBeGreaterThanOrEqual(5);
        expect(JSON.stringify(analyseCohort(other, SETTINGS, TODAY))).toBe(JSON.stringify(analysis));
      }),
    );
  });
});

/** Mulberry32: a small generator with a fixed seed, so that the simulation is the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
