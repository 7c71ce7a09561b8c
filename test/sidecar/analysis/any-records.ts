/** Records as a school might really hold them, drawn at random: gaps, dirt, habits, and plain disorder. */
import { array, boolean, constantFrom, integer, oneof, option, record, tuple } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type {
  AttendanceRow,
  CohortFigures,
  CohortRecords,
  CourseRecords,
  CriterionScore,
  PeerRecords,
  InstructorRecords,
  ResultRow,
  Step,
  StudentRecords,
} from '../../../sidecar/analysis/records.ts';
import { cohort, isMonday, pupil, results, TERM, TODAY, weekdays } from './pupil.ts';
import { schoolClass } from './school-class.ts';

const days = weekdays(TERM.from, '2026-11-27');

/** How often a pupil is absent, on Mondays, lately, and on the very last days; how often on leave or unrecorded. */
const habit = record({
  absent: constantFrom(0, 2, 10, 30),
  mondays: constantFrom(0, 0, 60),
  lately: constantFrom(0, 0, 30),
  streak: constantFrom(0, 0, 0, 7),
  leave: constantFrom(0, 5),
  missing: constantFrom(0, 0, 5, 90),
});

export const anyAttendance: Arbitrary<AttendanceRow[]> = tuple(
  habit,
  array(tuple(integer({ min: 0, max: 99 }), integer({ min: 0, max: 99 })), {
    minLength: days.length,
    maxLength: days.length,
  }),
  boolean(),
).map(([shape, dice, lessons]) =>
  days.flatMap((date, i): AttendanceRow[] => {
    const [first, second] = dice[i] ?? [0, 0];
    if (second < shape.missing) return [];
    const chance = shape.absent + (isMonday(date) ? shape.mondays : 0) + (i > 40 ? shape.lately : 0);
    const absent = first < chance || (date <= TODAY && i >= 59 - shape.streak);
    const status = absent ? 'Absent' : second < shape.missing + shape.leave ? 'Leave' : 'Present';
    return [{ name: `ATT-${date}`, date, status, studentGroup: 'G8', lesson: lessons ? `L-${date}` : null }];
  }),
);

const anyDetails: Arbitrary<CriterionScore[]> = array(
  record({
    criterion: constantFrom('Linear Equations', 'Geometry', 'كسور', `"><b>'{rate}`),
    score: integer({ min: -1, max: 14 }),
    maximum: constantFrom(0, 10, 10, 10, 12.5),
  }),
  { maxLength: 4 },
);

export const anyResults: Arbitrary<ResultRow[]> = array(
  record({
    mark: integer({ min: 0, max: 110 }),
    maximum: constantFrom(20, 20, 20, 20, 0),
    plan: integer({ min: 1, max: 9 }),
    course: constantFrom('Mathematics', 'Mathematics', 'Mathematics', '😀'.repeat(70)),
    date: constantFrom(...days),
    term: constantFrom(TERM.name, TERM.name, TERM.name, '2025-26 (Term 3)', ''),
    title: constantFrom('Test', '', '<script>'),
    details: anyDetails,
  }),
  { maxLength: 14 },
).map((rows) =>
  rows.flatMap(({ mark, maximum, plan, course, date, term, title, details }, i) =>
    results([mark], () => ({
      name: `RES-${i}`,
      plan: `PLAN-${plan}`,
      maximum,
      course,
      date,
      academicTerm: term,
      title,
      details,
    })),
  ),
);

const anyCohort: Arbitrary<CohortFigures> = record({
  mean: integer({ min: 20, max: 90 }),
  tests: integer({ min: 0, max: 7 }),
  pupils: constantFrom(3, 26),
  spread: option(tuple(integer({ min: 0, max: 20 }), integer({ min: 1, max: 20 }))),
}).map(({ mean, tests, pupils, spread }) =>
  cohort(mean, tests, { pupils, between: spread?.[0] ?? null, within: spread?.[1] ?? null }),
);

/** Marks of one course that go somewhere: enough tests to be read, with whole details. */
const steadyMarks: Arbitrary<ResultRow[]> = record({
  start: integer({ min: 30, max: 95 }),
  step: integer({ min: -18, max: 12 }),
  tests: integer({ min: 3, max: 7 }),
  weak: integer({ min: 0, max: 10 }),
}).map(({ start, step, tests, weak }) =>
  results(
    Array.from({ length: tests }, (_, i) => Math.min(100, Math.max(0, start + i * step))),
    () => ({
      details: [
        { criterion: 'Linear Equations', score: weak, maximum: 10 },
        { criterion: 'Geometry', score: 7, maximum: 10 },
      ],
    }),
  ),
);

/** Runs beside the current term, and is over before it. */
const LONG_TERM = { name: '2025-26 (Term 3)', from: '2026-04-01', to: '2026-12-04' };

export const anyPupil: Arbitrary<StudentRecords> = record({
  attendance: anyAttendance,
  results: oneof(anyResults, steadyMarks),
  cohorts: array(anyCohort, { maxLength: 1 }),
  terms: constantFrom<StudentRecords['terms']>(pupil().terms, [], [LONG_TERM, TERM]),
  left: option(constantFrom('2026-06-30', '2026-11-10', '2026-12-01')),
  classRate: option(integer({ min: 50, max: 100 })),
  classMode: constantFrom('day' as const, 'lesson' as const),
  program: option(
    array(record({ course: constantFrom('Mathematics', 'Physics'), required: boolean() }), { maxLength: 3 }),
  ),
  steps: constantFrom<Step[]>(
    [],
    [],
    [
      { course: '', day: '2026-10-14' },
      { course: 'Mathematics', day: '2026-10-20' },
      { course: '', day: '2026-11-10' },
    ],
  ),
}).map(({ classRate, classMode, program, steps, ...more }) =>
  pupil({
    ...more,
    followUps: { reviewed: 0, acted: steps.length, dismissed: 0, steps },
    programs: program === null ? [] : [{ name: 'PE-1', courses: program, taken: [] }],
    groupAttendance: [
      { studentGroup: 'G8', academicTerm: TERM.name, mode: classMode, rate: classRate, days: 59, pupils: 26 },
    ],
  }),
);

export const anyClass: Arbitrary<CohortRecords> = record({
  pupils: integer({ min: 0, max: 14 }),
  start: integer({ min: 30, max: 80 }),
  step: integer({ min: -8, max: 8 }),
  tests: integer({ min: 0, max: 6 }),
  width: integer({ min: 0, max: 25 }),
  hard: integer({ min: 0, max: 9 }),
  term: constantFrom(TERM.name, TERM.name, ''),
}).map(({ pupils, start, step, tests, width, hard, term }) => ({
  ...schoolClass(
    Array.from({ length: pupils }, (_, i) =>
      Array.from({ length: tests }, (__, test) =>
        i === test ? null : start + step * test + ((i * 7) % (width + 1)),
      ),
    ),
    (mark) => [
      { criterion: 'Linear Equations', score: hard, maximum: 10 },
      { criterion: 'Geometry', score: mark / 10, maximum: 10 },
    ],
  ),
  academicTerm: term,
}));

const anyFigures: Arbitrary<CohortFigures> = record({
  means: array(integer({ min: 20, max: 90 }), { maxLength: 6 }),
  pupils: constantFrom(3, 26),
  group: constantFrom('G8', 'O1', 'O2', 'O3', 'O4'),
}).map(({ means, pupils, group }) =>
  cohort(60, 0, {
    studentGroup: group,
    pupils,
    plans: means.map((mean, i) => ({ plan: `P${i}`, date: `2026-10-0${i + 1}`, mean, count: 26 })),
  }),
);

export const anyInstructor: Arbitrary<InstructorRecords> = record({
  lessons: array(
    record({
      date: constantFrom(...days),
      minutes: option(integer({ min: 1, max: 120 })),
      taken: boolean(),
    }),
    { maxLength: 60 },
  ),
  figures: option(anyFigures),
  others: array(anyFigures, { maxLength: 6 }),
  saved: array(array(constantFrom(...days), { maxLength: 5 }), { maxLength: 6 }),
  active: constantFrom(true, true, true, false),
}).map(({ lessons, figures, others, saved, active }) => ({
  instructor: 'Ada Berg',
  active,
  terms: [TERM],
  lessons,
  classes: [
    {
      course: 'Mathematics',
      studentGroup: 'G8',
      academicTerm: TERM.name,
      pupils: 5,
      plans: saved.map((dates, i) => ({ plan: `P${i}`, date: days[i * 5] ?? TODAY, saved: dates })),
      figures,
      others,
    },
  ],
}));

const anyPart = record({
  criterion: constantFrom('Geometry', 'Linear Equations', 'Fractions'),
  percent: integer({ min: 0, max: 100 }),
  count: integer({ min: 5, max: 40 }),
  spread: option(integer({ min: 0, max: 40 })),
  discrimination: option(integer({ min: -10, max: 10 }).map((tenths) => tenths * 10)),
}).map((part) => (part.count < 20 ? { ...part, discrimination: null } : part));

export const anyCourse: Arbitrary<CourseRecords> = record({
  topics: array(constantFrom('Geometry', 'geometry ', 'Vectors'), { maxLength: 3 }),
  material: boolean(),
  criteria: array(constantFrom('Geometry', 'Fractions'), { maxLength: 2 }),
  classes: array(array(anyPart, { maxLength: 3 }), { maxLength: 4 }),
}).map(({ topics, material, criteria, classes }) => ({
  course: 'Mathematics',
  topics: topics.map((topic) => ({
    topic,
    description: null,
    contents: material ? [{ type: 'Article' as const, name: topic, title: null, url: null }] : [],
  })),
  criteria,
  cohorts: classes.map((parts, i) => cohort(60, 2, { studentGroup: `G${i}`, criteria: parts })),
}));

const anyShare = oneof(constantFrom(0, 2, 9, 10), integer({ min: 0, max: 10 }));

/** A group with its results in two courses of two parts each; some of its pupils have left, some have no result. */
export const anyGroup: Arbitrary<PeerRecords> = record({
  pupils: integer({ min: 0, max: 17 }),
  left: integer({ min: 0, max: 3 }),
  late: integer({ min: 0, max: 3 }),
  shares: array(array(anyShare, { minLength: 4, maxLength: 4 }), { minLength: 80, maxLength: 80 }),
  weeks: integer({ min: 0, max: 5 }),
  wishes: array(
    record({ one: integer({ min: 0, max: 17 }), two: integer({ min: 0, max: 17 }), together: boolean() }),
    { maxLength: 6 },
  ),
  term: constantFrom(TERM.name, TERM.name, ''),
}).map(({ pupils, left, late, shares, weeks, wishes, term }) => {
  const names = Array.from({ length: pupils }, (_, i) => `S${i}`);
  const written = (at: number, week: number) => shares[(at * 7 + week) % shares.length] ?? [];
  return {
    studentGroup: 'G8',
    academicTerm: term,
    pupils: names.slice(Math.min(left, pupils)),
    wishes: wishes
      .filter(({ one, two }) => one !== two)
      .map(({ one, two, together }) => ({ student: `S${one}`, other: `S${two}`, together })),
    results: names.slice(0, pupils - Math.min(late, pupils)).flatMap((student, at) =>
      ['Mathematics', 'Physics'].flatMap((course, which) =>
        results(
          Array.from({ length: weeks }, () => 0),
          (week) => ({
            name: `RES-${student}-${course}-${week}`,
            plan: `${course}-${week}`,
            student,
            course,
            academicTerm: term,
            details: ['Linear Equations', 'Geometry'].map((criterion, part) => ({
              criterion,
              score: written(at, week)[which * 2 + part] ?? 0,
              maximum: 10,
            })),
          }),
        ),
      ),
    ),
  };
});
