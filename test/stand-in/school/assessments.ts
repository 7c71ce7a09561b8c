/**
 * Plans and results. A mark is made of the school's level in the course, the class, the test, the pupil's
 * ability (in general and in this course), how hard each criterion is, and luck; scores are half points, so
 * that sums are exact.
 */
import curriculum from '../../../fixtures/school/curriculum.json' with { type: 'json' };
import { schoolDay, type Calendar } from './calendar.ts';
import { document, type SchoolDocument } from './document.ts';
import { testGroup } from './masters.ts';
import type { Pupil, SchoolClass } from './people.ts';
import { plantedGap, plantedPercent } from './planted.ts';
import { random } from './random.ts';
import { roomOf } from './staff.ts';

interface Test {
  course: string;
  level: number;
  term: number;
  /** 1 for the course's first test of the term. */
  number: number;
  week: number;
  /** Hour of the day: after the lessons, one for each course, so that two tests of a class never overlap. */
  hour: number;
  criteria: { name: string; maximum: number; difficulty: number }[];
  maximum: number;
}

export interface Assessments {
  plans: SchoolDocument[];
  results: SchoolDocument[];
}

const SPREAD = { ability: 9, course: 5, class: 3, test: 3, criterion: 6, luck: 5 };

export function assessments(
  seed: number,
  calendar: Calendar,
  classes: SchoolClass[],
  groupOf: (schoolClass: SchoolClass, term: number) => string,
): Assessments {
  const plans: SchoolDocument[] = [];
  const results: SchoolDocument[] = [];
  for (const { test, marked } of tests(calendar)) {
    for (const home of classes) {
      const date = marked
        ? schoolDay(calendar, test.term, test.week, 1 + (home.index % 4))
        : (calendar.schoolDays.at(-1)?.date ?? calendar.year.from);
      const plan = assessmentPlan(plans.length + 1, test, home, groupOf(home, test.term), calendar, date);
      plans.push(plan);
      if (!marked) continue;
      for (const pupil of home.pupils) {
        const scores = scoresOf(seed, test, home, pupil);
        if (scores !== null) results.push(assessmentResult(results.length + 1, plan, test, pupil, scores));
      }
    }
  }
  return { plans, results };
}

/** Every test of the year in order of its date, and last the one whose results nobody has entered yet. */
function tests(calendar: Calendar): { test: Test; marked: boolean }[] {
  const all = curriculum.courses.flatMap((course, at) => {
    const counted = new Map<number, number>();
    const make = (term: number, week: number, points: Record<string, number | undefined>): Test => {
      const number = (counted.get(term) ?? 0) + 1;
      counted.set(term, number);
      const criteria = course.criteria.flatMap(({ name, difficulty }) => {
        const maximum = points[name];
        return maximum === undefined ? [] : [{ name, difficulty, maximum }];
      });
      const maximum = criteria.reduce((sum, criterion) => sum + criterion.maximum, 0);
      return {
        course: course.name,
        level: course.level,
        term,
        number,
        week,
        hour: 14 + at,
        criteria,
        maximum,
      };
    };
    const marked = course.tests.map(({ term, week, points }) => ({
      test: make(term, week, { ...points }),
      marked: true,
    }));
    const lastWeek = calendar.schoolDays.at(-1)?.week ?? 0;
    return course.unmarked_test
      ? [...marked, { test: make(2, lastWeek, { ...course.unmarked_test.points }), marked: false }]
      : marked;
  });
  return all.sort((a, b) => a.test.term - b.test.term || a.test.week - b.test.week);
}

function assessmentPlan(
  number: number,
  test: Test,
  home: SchoolClass,
  group: string,
  calendar: Calendar,
  date: string,
): SchoolDocument {
  return document(
    'Assessment Plan',
    `EDU-ASP-${date.slice(0, 4)}-${String(number).padStart(5, '0')}`,
    {
      student_group: group,
      assessment_name: `${test.course} Test ${test.number}`,
      assessment_group: testGroup(test.term, test.number),
      grading_scale: curriculum.grading_scale.name,
      course: test.course,
      program: home.grade,
      academic_year: calendar.year.name,
      academic_term: calendar.terms[test.term - 1]?.name ?? '',
      schedule_date: date,
      room: roomOf(home),
      from_time: `${test.hour}:00:00`,
      to_time: `${test.hour}:45:00`,
      maximum_assessment_score: test.maximum,
    },
    {
      docstatus: 1,
      children: {
        assessment_criteria: test.criteria.map(({ name, maximum }) => ({
          assessment_criteria: name,
          maximum_score: maximum,
        })),
      },
    },
  );
}

/** Points per criterion in the order of the test; null where the pupil has no result. */
function scoresOf(seed: number, test: Test, home: SchoolClass, pupil: Pupil): number[] | null {
  const planned =
    pupil.pattern === null ? null : plantedPercent(pupil.pattern, test.course, test.term, test.number);
  if (pupil.pattern !== null && planned === null) return null;
  // a known pupil stands to each criterion as the class does, so that only what is planted stands out
  const shared =
    test.criteria.reduce((sum, { difficulty, maximum }) => sum + difficulty * maximum, 0) / test.maximum;
  const target = planned === null ? null : planned + shared;
  const usual = target ?? levelOf(seed, test, home, pupil);
  return test.criteria.map(({ name, difficulty, maximum }) => {
    const gap = pupil.pattern === null ? null : plantedGap(pupil.pattern, name);
    const own = target === null ? ownSide(seed, test, pupil, name) : 0;
    const percent = gap ?? usual - difficulty + own;
    return Math.round((Math.min(100, Math.max(0, percent)) / 100) * maximum * 2) / 2;
  });
}

function levelOf(seed: number, test: Test, home: SchoolClass, pupil: Pupil): number {
  const effect = (deviation: number, ...about: (string | number)[]): number =>
    random(seed, ...about).normal(deviation);
  return (
    test.level +
    effect(SPREAD.ability, 'ability', pupil.index) +
    effect(SPREAD.course, 'ability', pupil.index, test.course) +
    effect(SPREAD.class, 'class', home.index, test.course) +
    effect(SPREAD.test, 'test', test.course, test.term, test.number)
  );
}

function ownSide(seed: number, test: Test, pupil: Pupil, criterion: string): number {
  return (
    random(seed, 'criterion', pupil.index, criterion).normal(SPREAD.criterion) +
    random(seed, 'luck', pupil.index, test.course, test.term, test.number, criterion).normal(SPREAD.luck)
  );
}

function assessmentResult(
  number: number,
  plan: SchoolDocument,
  test: Test,
  pupil: Pupil,
  scores: number[],
): SchoolDocument {
  const { values } = plan;
  const total = scores.reduce((sum, score) => sum + score, 0);
  return document(
    'Assessment Result',
    `EDU-RES-${plan.name.slice(8, 12)}-${String(number).padStart(5, '0')}`,
    {
      assessment_plan: plan.name,
      student: pupil.name,
      student_name: pupil.fullName,
      student_group: values.student_group ?? null,
      course: test.course,
      program: values.program ?? null,
      academic_year: values.academic_year ?? null,
      academic_term: values.academic_term ?? null,
      assessment_group: values.assessment_group ?? null,
      grading_scale: values.grading_scale ?? null,
      maximum_score: test.maximum,
      total_score: total,
      grade: grade((total / test.maximum) * 100),
    },
    {
      docstatus: 1,
      children: {
        details: test.criteria.map(({ name, maximum }, at) => {
          const score = scores[at] ?? 0;
          return {
            assessment_criteria: name,
            maximum_score: maximum,
            score,
            grade: grade((score / maximum) * 100),
          };
        }),
      },
    },
  );
}

/** The grade of a percentage, as the site works it out: the highest threshold that was reached. */
export function grade(percent: number): string {
  const reached = curriculum.grading_scale.intervals
    .filter((interval) => percent >= interval.threshold)
    .sort((a, b) => b.threshold - a.threshold);
  return reached[0]?.grade_code ?? '';
}
