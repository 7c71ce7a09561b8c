/** Cortez and Silva's two Portuguese schools as mirror rows, and how well the last period's grade is foreseen. */
import { join } from 'node:path';
import { z } from 'zod';
import { addDays } from '../analysis/calendar.ts';
import { foldOf } from '../analysis/model/random.ts';
import { mean } from '../analysis/percent.ts';
import { classOnDay } from '../analysis/risk/class-day.ts';
import { courseCohorts } from '../analysis/risk/course-cohort.ts';
import type { CourseCohort, MirrorRows } from '../analysis/risk/course-cohort.ts';
import { finalMarkOf, finalMarkValues, trainFinalMark } from '../analysis/risk/final-mark.ts';
import type { FinalCase } from '../analysis/risk/final-mark.ts';
import { pupilOnDay } from '../analysis/risk/pupil-day.ts';
import { BARS } from './bars.ts';
import type { Line } from './bars.ts';
import { readTable } from './table.ts';

const Row = z.object({
  failures: z.coerce.number(),
  absences: z.coerce.number(),
  G1: z.coerce.number(),
  G2: z.coerce.number(),
  G3: z.coerce.number(),
});
type Uci = z.infer<typeof Row>;

const SUBJECTS = [
  { file: 'student-mat.csv', subject: 'mathematics' },
  { file: 'student-por.csv', subject: 'Portuguese' },
] as const;
const START = '2005-09-01';
const SCHOOL_DAYS = 100;
const MAXIMUM = 20;
/** The day of the year up to which rows are read, and what is known of the periods by then. */
const STAGES = [
  { day: 100, known: 'no period grade' },
  { day: 140, known: 'first period grade' },
  { day: 180, known: 'both period grades' },
] as const;
const GRADES = [
  { key: 'G1', day: 130 },
  { key: 'G2', day: 170 },
  { key: 'G3', day: 220 },
] as const;
const SETTINGS = { pass_mark: 50, minimum_group_size: 5, grace_days: 0 };
const FOLDS = 10;
/** As the paper did with 20: one way of parting 395 pupils moves the error by up to .05. */
const RUNS = 5;

export const UCI_PROTOCOL = [
  'UCI: final grade (0-20) from failures, absences and earlier grades only, 10 folds by pupil, 5 ways of parting them.',
  'Absences of the year stand on its first days: the data do not date them.',
];

export function evaluateUci(folder: string): Line[] {
  return SUBJECTS.flatMap(({ file, subject }) => {
    const rows = readTable(join(folder, file), ';', Row);
    const cohorts = courseCohorts(uciRows(rows, subject));
    return STAGES.flatMap(({ day, known }) => {
      const { error, covered } = foreseen(casesOf(cohorts, rows, addDays(START, day)));
      const name = `${subject}, ${known}`;
      return [
        { figure: `UCI RMSE, ${name}`, value: error, bar: BARS.uci[name], better: 'lower' as const },
        {
          figure: `UCI coverage of 80% intervals less 80%, either way, ${name}`,
          value: Math.abs(covered - 0.8),
          bar: 0.03,
          better: 'lower' as const,
        },
      ];
    });
  });
}

interface Foreseen {
  error: number;
  covered: number;
}

/** Means over RUNS ways of parting the pupils. */
function foreseen(cases: readonly FinalCase[]): Foreseen {
  const runs = Array.from({ length: RUNS }, (_, run) => foreseenOnce(cases, run + 1));
  return {
    error: mean(runs.map(({ error }) => error)),
    covered: mean(runs.map(({ covered }) => covered)),
  };
}

/** Out-of-fold error in grade points, and the share of grades inside their intervals. */
function foreseenOnce(cases: readonly FinalCase[], foldSeed: number): Foreseen {
  let squares = 0;
  let inside = 0;
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isOut = (row: FinalCase): boolean => foldOf(row.student, FOLDS, foldSeed) === fold;
    const model = trainFinalMark(cases.filter((row) => !isOut(row)));
    for (const row of cases.filter(isOut)) {
      const { mark, low, high } = finalMarkOf(model, row.values);
      squares += (((mark - row.final) * MAXIMUM) / 100) ** 2;
      inside += low <= row.final && row.final <= high ? 1 : 0;
    }
  }
  return { error: Math.sqrt(squares / cases.length), covered: inside / cases.length };
}

function casesOf(cohorts: readonly CourseCohort[], rows: readonly Uci[], day: string): FinalCase[] {
  return cohorts.flatMap((cohort) => {
    const group = classOnDay(cohort, day, SETTINGS);
    return cohort.pupils.map((pupil) => ({
      student: pupil.student,
      values: finalMarkValues(pupilOnDay(pupil, group, day, SETTINGS.pass_mark)),
      final: ((rows[Number(pupil.student)]?.G3 ?? 0) * 100) / MAXIMUM,
    }));
  });
}

function uciRows(rows: readonly Uci[], subject: string): MirrorRows {
  const names = rows.map((_, i) => String(i));
  const shared = { course: subject, student_group: subject, academic_term: subject };
  return {
    academicTerms: [
      { name: subject, academic_year: '2005', term_start_date: START, term_end_date: addDays(START, 240) },
    ],
    students: names.map((name) => ({
      name,
      enabled: 1,
      joining_date: null,
      date_of_leaving: null,
      modified: START,
    })),
    studentGroups: [{ name: subject, students: names.map((student) => ({ student })) }],
    programEnrollments: rows.flatMap(({ failures }, i) =>
      Array.from({ length: failures + 1 }, (_, attempt) => ({
        name: `${i} ${attempt}`,
        student: String(i),
        academic_year: attempt === 0 ? '2005' : 'earlier',
        academic_term: attempt === 0 ? subject : `earlier ${attempt}`,
        enrollment_date: addDays(START, -365 * attempt),
        docstatus: 1,
        modified: START,
        courses: [{ course: subject }],
      })),
    ),
    assessmentPlans: GRADES.map(({ key, day }) => ({
      ...shared,
      name: key,
      schedule_date: addDays(START, day),
      maximum_assessment_score: MAXIMUM,
    })),
    assessmentResults: rows.flatMap((row, i) =>
      GRADES.map(({ key, day }) => ({
        name: `${key} ${i}`,
        student: String(i),
        assessment_plan: key,
        total_score: row[key],
        maximum_score: MAXIMUM,
        creation: addDays(START, day),
      })),
    ),
    studentAttendance: rows.flatMap(({ absences }, i) =>
      Array.from({ length: SCHOOL_DAYS }, (_, day) => ({
        name: `${i} ${day}`,
        student: String(i),
        date: addDays(START, day),
        status: day < absences ? ('Absent' as const) : ('Present' as const),
        student_group: subject,
        course_schedule: null,
      })),
    ),
  };
}
