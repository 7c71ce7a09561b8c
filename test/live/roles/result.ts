/** A test with one result: what an Assessment Insight has to point to. */
import { day, type Stage } from './stage.ts';

interface Test {
  student: string;
  group: string;
  course: string;
  today: Date;
  /** 0: a draft, enough to be pointed to. 1: submitted, so that it is analysed. */
  docstatus: 0 | 1;
}

export async function resultOf(
  stage: Stage,
  { student, group, course, today, docstatus }: Test,
): Promise<string> {
  const label = `${stage.tag} ${group}`;
  const criterion = await stage.make('Assessment Criteria', { assessment_criteria: `${label} part` });
  const scale = await stage.make('Grading Scale', {
    grading_scale_name: `${label} scale`,
    intervals: [
      { grade_code: 'P', threshold: 50 },
      { grade_code: 'F', threshold: 0 },
    ],
    docstatus: 1,
  });
  const tests = await stage.make('Assessment Group', {
    assessment_group_name: `${label} tests`,
    parent_assessment_group: 'All Assessment Groups',
    is_group: 0,
  });
  const plan = await stage.make('Assessment Plan', {
    assessment_name: `${label} test`,
    student_group: group,
    course,
    assessment_group: tests.name,
    grading_scale: scale.name,
    schedule_date: day(today, 0),
    from_time: '08:00:00',
    to_time: '09:00:00',
    maximum_assessment_score: 20,
    assessment_criteria: [{ assessment_criteria: criterion.name, maximum_score: 20 }],
    docstatus: 1,
  });
  const result = await stage.make('Assessment Result', {
    assessment_plan: plan.name,
    student,
    student_group: group,
    course,
    assessment_group: tests.name,
    grading_scale: scale.name,
    maximum_score: 20,
    details: [{ assessment_criteria: criterion.name, maximum_score: 20, score: 9 }],
    docstatus,
  });
  return result.name;
}
