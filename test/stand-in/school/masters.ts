/** What a school has before it has people: year, terms, holidays, scale, criteria, topics, courses, programs. */
import curriculum from '../../../fixtures/school/curriculum.json' with { type: 'json' };
import type { Calendar } from './calendar.ts';
import { document, type SchoolDocument } from './document.ts';

export const ROOT_ASSESSMENT_GROUP = 'All Assessment Groups';

/** The Assessment Group of the nth test in a term: one criterion may be assessed once per course, group and this. */
export function testGroup(term: number, test: number): string {
  return `Term ${term} Test ${test}`;
}

/** In the order in which a site accepts them: what is linked to comes first. */
export function masters(calendar: Calendar): SchoolDocument[] {
  const { year, terms } = calendar;
  return [
    document(
      'Holiday List',
      calendar.holidayList,
      { holiday_list_name: calendar.holidayList, from_date: year.from, to_date: year.to },
      {
        children: {
          holidays: calendar.holidays.map(({ date, description }) => ({ holiday_date: date, description })),
        },
      },
    ),
    document('Academic Year', year.name, {
      academic_year_name: year.name,
      year_start_date: year.from,
      year_end_date: year.to,
    }),
    ...terms.map((term) =>
      document('Academic Term', term.name, {
        academic_year: year.name,
        term_name: term.label,
        term_start_date: term.from,
        term_end_date: term.to,
      }),
    ),
    ...assessmentGroups(),
    ...teaching(calendar),
  ];
}

/** Needs at least this many groups: the most tests any course has in one term, and one not yet marked. */
function assessmentGroups(): SchoolDocument[] {
  const names = new Set<string>();
  for (const course of curriculum.courses) {
    const perTerm = new Map<number, number>();
    for (const { term } of course.tests) perTerm.set(term, (perTerm.get(term) ?? 0) + 1);
    if (course.unmarked_test) perTerm.set(2, (perTerm.get(2) ?? 0) + 1);
    for (const [term, count] of perTerm) {
      for (let test = 1; test <= count; test++) names.add(testGroup(term, test));
    }
  }
  return [...names].sort().map((name) =>
    document('Assessment Group', name, {
      assessment_group_name: name,
      parent_assessment_group: ROOT_ASSESSMENT_GROUP,
      is_group: 0,
    }),
  );
}

function teaching(calendar: Calendar): SchoolDocument[] {
  const { courses, grades, grading_scale: scale } = curriculum;
  const criteria = courses.flatMap((course) => course.criteria);
  return [
    document(
      'Grading Scale',
      scale.name,
      { grading_scale_name: scale.name },
      { docstatus: 1, children: { intervals: scale.intervals } },
    ),
    ...criteria.map(({ name }) => document('Assessment Criteria', name, { assessment_criteria: name })),
    ...criteria.map(({ name, about }) =>
      document('Article', `${name}, a first look`, {
        title: `${name}, a first look`,
        author: 'Greenfield School',
        content: `<p>${about}</p>`,
        publish_date: calendar.year.from,
      }),
    ),
    ...criteria.map(({ name, about }) =>
      document(
        'Topic',
        name,
        { topic_name: name, description: about },
        { children: { topic_content: [{ content_type: 'Article', content: `${name}, a first look` }] } },
      ),
    ),
    ...courses.map((course) =>
      document(
        'Course',
        course.name,
        { course_name: course.name, description: course.description, default_grading_scale: scale.name },
        {
          children: {
            topics: course.criteria.map(({ name }) => ({ topic: name, topic_name: name })),
            assessment_criteria: course.criteria.map(({ name, weightage }) => ({
              assessment_criteria: name,
              weightage,
            })),
          },
        },
      ),
    ),
    ...grades.map((grade) =>
      document(
        'Program',
        grade,
        { program_name: grade },
        {
          children: {
            courses: courses.map(({ name }) => ({ course: name, course_name: name, required: 1 })),
          },
        },
      ),
    ),
  ];
}
