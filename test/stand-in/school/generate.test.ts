import { describe, expect, test } from 'vitest';
import { addDays, weekday } from './days.ts';
import { text, type SchoolDocument } from './document.ts';
import { generateSchool } from './generate.ts';

const TODAY = '2026-11-23';
const school = generateSchool({ students: 300, seed: 7, today: TODAY });

function all(doctype: string, of = school): SchoolDocument[] {
  return of.documents.filter((document) => document.doctype === doctype);
}

function absences(pattern: string): string[] {
  const known = school.known.find((candidate) => candidate.pattern === pattern);
  return all('Student Attendance')
    .filter(({ values }) => values.student === known?.student && values.student_group === known?.studentGroup)
    .filter(({ values }) => values.status === 'Absent')
    .map((row) => text(row, 'date'));
}

function results(pattern: string): SchoolDocument[] {
  const known = school.known.find((candidate) => candidate.pattern === pattern);
  return all('Assessment Result').filter(({ values }) => values.student === known?.student);
}

describe('the demo school', () => {
  test('is the same school each time for the same size, seed and day', () => {
    expect(generateSchool({ students: 300, seed: 7, today: TODAY })).toEqual(school);
    expect(generateSchool({ students: 300, seed: 8, today: TODAY }).documents).not.toEqual(school.documents);
  });

  test('has 300 pupils, a year of daily attendance and twelve results for nearly everyone', () => {
    expect(all('Student')).toHaveLength(300);
    expect(all('Student Attendance').length).toBeGreaterThan(54_000);
    expect(all('Assessment Result').length).toBeGreaterThan(3_550);
    expect(all('Student Group')).toHaveLength(24);
  });

  test.each(['2026-01-02', '2026-05-31', '2027-02-28', '2028-02-29'])(
    'has a year behind it on %s',
    (today) => {
      const small = generateSchool({ students: 30, seed: 1, today });
      expect(small.calendar.schoolDays.length).toBeGreaterThanOrEqual(184);
      expect(small.calendar.schoolDays.at(-1)?.date).toSatisfy((day: string) => day < today);
      expect(small.known).toHaveLength(7);
    },
  );

  test('names no two records of a DocType alike, and no two pupils either', () => {
    const names = school.documents.map(({ doctype, name }) => `${doctype}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    const pupils = all('Student').map((student) => text(student, 'student_name'));
    expect(new Set(pupils).size).toBe(pupils.length);
  });

  test('links only to records that stand before it', () => {
    const links: Record<string, string> = {
      student: 'Student',
      student_group: 'Student Group',
      assessment_plan: 'Assessment Plan',
      course: 'Course',
      guardian: 'Guardian',
      instructor: 'Instructor',
      academic_term: 'Academic Term',
      assessment_criteria: 'Assessment Criteria',
      assessment_group: 'Assessment Group',
      room: 'Room',
      leave_application: 'Student Leave Application',
    };
    const seen = new Set<string>();
    const broken: string[] = [];
    for (const { doctype, name, values, children } of school.documents) {
      for (const row of [values, ...Object.values(children).flat()]) {
        for (const [field, target] of Object.entries(links)) {
          const value = row[field];
          const own = doctype === target;
          if (typeof value === 'string' && !own && !seen.has(`${target}/${value}`))
            broken.push(`${name}: ${field}`);
        }
      }
      seen.add(`${doctype}/${name}`);
    }
    expect(broken).toEqual([]);
  });

  test('keeps the rules of a real site: sums are exact, no attendance on holidays, no lesson twice', () => {
    for (const course of all('Course')) {
      expect(sum(course.children.assessment_criteria, 'weightage')).toBe(100);
    }
    for (const plan of all('Assessment Plan')) {
      expect(sum(plan.children.assessment_criteria, 'maximum_score')).toBe(
        plan.values.maximum_assessment_score,
      );
    }
    for (const result of all('Assessment Result')) {
      expect(sum(result.children.details, 'score')).toBe(result.values.total_score);
    }
    const closed = new Set(school.calendar.holidays.map((holiday) => holiday.date));
    expect(all('Student Attendance').filter((row) => closed.has(text(row, 'date')))).toEqual([]);
    const busy = all('Course Schedule').flatMap(({ values }) => {
      const at = `${values.schedule_date} ${values.from_time}`;
      return [`${values.instructor} ${at}`, `${values.student_group} ${at}`, `${values.room} ${at}`];
    });
    expect(new Set(busy).size).toBe(busy.length);
  });

  test('marks each pupil once on each school day since joining', () => {
    const rows = all('Student Attendance').map(({ values }) => `${values.student} ${values.date}`);
    expect(new Set(rows).size).toBe(rows.length);
    const missed = all('Student Attendance').filter(({ values }) => values.status === 'Absent').length;
    expect(missed / rows.length).toBeGreaterThan(0.02);
    expect(missed / rows.length).toBeLessThan(0.08);
  });

  test('has a pupil who misses Mondays, four of the last five', () => {
    const mondays = absences('mondays').filter((day) => weekday(day) === 0);
    expect(mondays).toHaveLength(6);
    expect(mondays.filter((day) => day >= addDays(TODAY, -35))).toHaveLength(4);
    expect(absences('mondays')).toHaveLength(9);
  });

  test('has a pupil absent on the last five school days, and one who came back after three weeks', () => {
    const days = school.calendar.schoolDays.map((day) => day.date);
    expect(absences('streak').slice(-5)).toEqual(days.slice(-5));
    expect(absences('returning')).toHaveLength(15);
    expect(absences('returning').at(-1)).toSatisfy((day: string) => day < (days.at(-30) ?? ''));
  });

  test('has a pupil whose Mathematics falls, one who lacks one criterion, and one who is new', () => {
    const falling = results('falling')
      .filter(({ values }) => values.course === 'Mathematics' && values.academic_term === '2026 (Term 2)')
      .map(({ values }) => Math.round((100 * Number(values.total_score)) / Number(values.maximum_score)));
    expect(falling).toHaveLength(4);
    expect(falling).toEqual([...falling].sort((a, b) => b - a));
    const gaps = results('gap').flatMap(({ children }) => children.details ?? []);
    for (const { assessment_criteria: criterion, score, maximum_score: maximum } of gaps) {
      const share = Number(score) / Number(maximum);
      if (criterion === 'Linear Equations') expect(share).toBeLessThan(0.3);
      else expect(share).toBeGreaterThan(0.6);
    }
    expect(results('new')).toEqual([]);
  });

  test('leaves one test of each class without results, so that there is something to enter', () => {
    const marked = new Set(all('Assessment Result').map(({ values }) => values.assessment_plan));
    expect(all('Assessment Plan').filter((plan) => !marked.has(plan.name))).toHaveLength(12);
  });
});

function sum(rows: SchoolDocument['children'][string] | undefined, field: string): number {
  return (rows ?? []).reduce((total, row) => total + Number(row[field]), 0);
}
