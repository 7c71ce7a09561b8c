/**
 * The records that the examples of the contract are about, and what is written back of them. One pupil in one class
 * with one test, all named so that nobody takes them for the school's own.
 */
import type { Document, LiveSite } from './site.ts';

export const OURS = 'Example';

export type Made = [doctype: string, name: string][];

/** A class of one pupil with one test, one day of absence, and everything these need. */
export async function makeRecords(site: LiveSite, made: Made): Promise<Record<string, string>> {
  const insert = async (doctype: string, values: Record<string, unknown>): Promise<Document> => {
    const document = await site.insert(doctype, values);
    made.unshift([doctype, document.name]);
    return document;
  };
  const year = await insert('Academic Year', {
    academic_year_name: `${OURS} 2026`,
    year_start_date: '2026-01-05',
    year_end_date: '2026-12-18',
  });
  const term = await insert('Academic Term', {
    academic_year: year.name,
    term_name: 'Term 2',
    term_start_date: '2026-07-20',
    term_end_date: '2026-12-18',
  });
  const criterion = await insert('Assessment Criteria', { assessment_criteria: `${OURS} Fractions` });
  const scale = await insert('Grading Scale', {
    grading_scale_name: `${OURS} Scale`,
    intervals: [
      { grade_code: 'A', threshold: 50 },
      { grade_code: 'B', threshold: 0 },
    ],
  });
  await site.update('Grading Scale', scale.name, { docstatus: 1 });
  const course = await insert('Course', {
    course_name: `${OURS} Mathematics`,
    default_grading_scale: scale.name,
    assessment_criteria: [{ assessment_criteria: criterion.name, weightage: 100 }],
  });
  const program = await insert('Program', {
    program_name: `${OURS} Program`,
    courses: [{ course: course.name, required: 1 }],
  });
  const student = await insert('Student', {
    first_name: 'Rosa',
    last_name: OURS,
    student_email_id: 'rosa@example.com',
    joining_date: '2026-01-05',
  });
  const group = await insert('Student Group', {
    student_group_name: `${OURS} Class`,
    academic_year: year.name,
    academic_term: term.name,
    group_based_on: 'Activity',
    program: program.name,
    students: [{ student: student.name, student_name: `Rosa ${OURS}`, active: 1, group_roll_number: 1 }],
  });
  const assessmentGroup = await insert('Assessment Group', {
    assessment_group_name: `${OURS} Tests`,
    parent_assessment_group: 'All Assessment Groups',
  });
  const plan = await insert('Assessment Plan', {
    student_group: group.name,
    assessment_name: `${OURS} Test`,
    assessment_group: assessmentGroup.name,
    grading_scale: scale.name,
    course: course.name,
    academic_year: year.name,
    academic_term: term.name,
    schedule_date: '2026-11-16',
    from_time: '09:00:00',
    to_time: '10:00:00',
    maximum_assessment_score: 20,
    assessment_criteria: [{ assessment_criteria: criterion.name, maximum_score: 20 }],
  });
  await site.update('Assessment Plan', plan.name, { docstatus: 1 });
  const result = await insert('Assessment Result', {
    assessment_plan: plan.name,
    student: student.name,
    details: [{ assessment_criteria: criterion.name, maximum_score: 20, score: 12.5 }],
  });
  await site.update('Assessment Result', result.name, { docstatus: 1 });
  const attendance = await insert('Student Attendance', {
    student: student.name,
    student_group: group.name,
    date: '2026-11-16',
    status: 'Absent',
  });
  await site.update('Student Attendance', attendance.name, { docstatus: 1 });
  const room = await insert('Room', { room_name: `${OURS} Room` });
  const instructor = await insert('Instructor', { instructor_name: `Ada ${OURS}` });
  await insert('Course Schedule', {
    student_group: group.name,
    course: course.name,
    instructor: instructor.name,
    room: room.name,
    schedule_date: '2026-11-16',
    from_time: '11:00:00',
    to_time: '12:00:00',
  });
  return {
    student: student.name,
    instructor: instructor.name,
    course: course.name,
    group: group.name,
    term: term.name,
    result: result.name,
    attendance: attendance.name,
    criterion: criterion.name,
  };
}

export async function removeRecords(site: LiveSite, made: Made): Promise<void> {
  for (const [doctype, name] of made) {
    const document = await site.get(doctype, name);
    if (document['docstatus'] === 1) await site.update(doctype, name, { docstatus: 2 });
    const customer = document['customer'];
    await site.remove(doctype, name);
    if (typeof customer === 'string') await site.remove('Customer', customer);
  }
}

export function insightItem(ours: Record<string, string>): object {
  const reason = {
    code: 'attendance.rate',
    about: '',
    params: { present: 47, days: 56, rate: 84, class_rate: 93 },
    evidence: { doctype: 'Student Attendance', names: [ours['attendance']] },
  };
  return {
    kind: 'insight',
    revision: 1,
    address: {
      target_doctype: 'Student',
      target: ours['student'],
      insight: 'attendance',
      course: '',
      student_group: '',
      academic_term: '',
    },
    values: {
      level: 'watch',
      clarity: 60,
      reasons: [reason],
      chart: {
        kind: 'line',
        code: 'chart.marks',
        labels: ['2026-11-16', '2026-11-17', '2026-11-18'],
        series: [{ code: 'chart.pupil', values: [71, null, 62] }],
      },
      confidence: 'sure',
      records_to: '2026-11-16',
      model_version: '1',
    },
  };
}

export function otherItems(ours: Record<string, string>): object[] {
  return [
    {
      kind: 'assessment_insight',
      revision: 2,
      address: { assessment_result: ours['result'] },
      values: {
        student: ours['student'],
        course: ours['course'],
        ai_analysis: [],
        improvement_suggestions: [],
        learning_gaps: [{ criterion: ours['criterion'], score: 12.5, maximum: 20, class_percent: null }],
        predicted_next: { low: 45, high: 66, tests: 3 },
        confidence: 'fairly',
        model_version: '1',
      },
    },
    {
      kind: 'fields',
      revision: 3,
      address: { doctype: 'Student', name: ours['student'] },
      values: { ai_performance_insights: { level: 'watch' } },
    },
    {
      kind: 'engagement',
      revision: 4,
      address: { session: 'example-session' },
      values: {
        student: ours['student'],
        session_date: '2026-11-16',
        interaction_duration: 12,
        questions_asked: 4,
        concepts_explored: ['fractions'],
        help_requests: 1,
        independence_score: 0.5,
      },
    },
  ];
}

/** What the AI wants of settings that people edit too: merged objectives, and a question only a person decides. */
export function settingItems(ours: Record<string, string>): object[] {
  const objectives = { objectives: [`${OURS} Fractions`] };
  const question = {
    kind: 'conflict',
    address: { doctype: 'Student', name: ours['student'], field: 'ai_preferences_settings' },
    values: { site: null, ai: 'guardian', base: null, rule: 'manual_review' },
  };
  const ask = (revision: number, key: string, site: string | null) => ({
    ...question,
    revision,
    address: { ...question.address, key },
    values: { ...question.values, site },
  });
  return [
    {
      kind: 'fields',
      revision: 6,
      address: { doctype: 'Course', name: ours['course'] },
      values: { ai_learning_objectives: { value: objectives, base: objectives } },
      seen: { ai_learning_objectives: '' },
    },
    ask(7, 'contact_first', null),
    ask(8, 'contact_first', 'student'),
    ask(9, 'no_such_key', null),
  ];
}
