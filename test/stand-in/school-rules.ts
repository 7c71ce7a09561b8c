/**
 * What a site checks and fills in when a record of the school is saved, as far as the demo and the contract
 * suite save records: attendance and results, and plain documents.
 */
import type { Records, StoredDocument } from './records.ts';
import { grade } from './school/assessments.ts';
import { document, type Row, type SchoolDocument, type Value } from './school/document.ts';

/** A save that the site refuses, with the sentence it says. */
export class Refusal extends Error {
  readonly status: 404 | 417;
  readonly type: string;

  constructor(type: string, message: string, status: 404 | 417 = 417) {
    super(message);
    this.name = 'Refusal';
    this.type = type;
    this.status = status;
  }
}

export interface Posted {
  docstatus: 0 | 1 | 2;
  values: Row;
  children: Record<string, Row[]>;
}

const SERIES: Record<string, string> = {
  Student: 'EDU-STU',
  Guardian: 'EDU-GRD',
  'Student Attendance': 'EDU-ATT',
  'Assessment Plan': 'EDU-ASP',
  'Assessment Result': 'EDU-RES',
  'Student Leave Application': 'EDU-SLA',
};
/** What else a posted document names itself by. */
const NAMED_BY = [
  'title',
  'course_name',
  'topic_name',
  'student_group_name',
  'program_name',
  'instructor_name',
];

export function newDocument(
  records: Records,
  doctype: string,
  posted: Posted,
  today: string,
): SchoolDocument {
  if (doctype === 'Student Attendance') checkAttendance(records, posted.values);
  const filled = doctype === 'Assessment Result' ? withTotals(records, posted) : posted;
  const series = SERIES[doctype];
  const name =
    series === undefined
      ? NAMED_BY.map((field) => filled.values[field]).find((value) => typeof value === 'string')
      : records.nextName(doctype, `${series}-${today.slice(0, 4)}-`);
  if (typeof name !== 'string') throw new Refusal('MandatoryError', `${doctype} needs a name`);
  if (records.get(doctype, name) !== undefined) {
    throw new Refusal('UniqueValidationError', `${doctype} ${name} already exists`);
  }
  const pupil = textOf(filled.values['student']);
  const known = records.get('Student', pupil)?.values['student_name'];
  return document(
    doctype,
    name,
    known === undefined ? filled.values : { student_name: known, ...filled.values },
    {
      docstatus: filled.docstatus,
      children: filled.children,
    },
  );
}

/** After submit only a few fields may still change. */
export function changedDocument(stored: StoredDocument, posted: Posted): SchoolDocument {
  if (stored.docstatus === 2) throw new Refusal('ValidationError', 'Cannot edit cancelled document');
  const status = stored.doctype === 'Student Attendance' ? ['status'] : [];
  const changed = Object.entries(posted.values).filter(([field, value]) => stored.values[field] !== value);
  if (stored.docstatus === 1 && changed.some(([field]) => !status.includes(field))) {
    throw new Refusal(
      'UpdateAfterSubmitError',
      `Not allowed to change ${changed[0]?.[0] ?? ''} after submission`,
    );
  }
  return {
    ...stored,
    docstatus: posted.docstatus,
    values: { ...stored.values, ...posted.values },
    children: { ...stored.children, ...posted.children },
  };
}

function checkAttendance(records: Records, values: Row): void {
  const student = textOf(values['student']);
  const group = textOf(values['student_group']);
  const date = textOf(values['date']);
  const members = records.get('Student Group', group)?.children['students'] ?? [];
  if (!members.some((row) => row['student'] === student && row['active'] === 1)) {
    throw new Refusal('ValidationError', `Student ${student} does not belong to Student Group ${group}`);
  }
  const holidays = records.all('Holiday List').flatMap((list) => list.children['holidays'] ?? []);
  if (holidays.some((row) => row['holiday_date'] === date)) {
    throw new Refusal('ValidationError', `Attendance cannot be marked for ${date} as it is a holiday.`);
  }
  const twice = records
    .all('Student Attendance')
    .some(
      (row) =>
        row.docstatus < 2 &&
        row.values['student'] === student &&
        row.values['date'] === date &&
        row.values['student_group'] === group,
    );
  if (twice) throw new Refusal('ValidationError', `Student Attendance of ${date} already exists`);
}

/** A result takes everything but the scores from its plan, and the site works out totals and grades. */
function withTotals(records: Records, posted: Posted): Posted {
  const plan = records.get('Assessment Plan', textOf(posted.values['assessment_plan']));
  if (plan === undefined) throw new Refusal('LinkValidationError', 'Could not find Assessment Plan');
  const student = textOf(posted.values['student']);
  const twice = records
    .all('Assessment Result')
    .some(
      (row) =>
        row.docstatus < 2 && row.values['student'] === student && row.values['assessment_plan'] === plan.name,
    );
  if (twice) throw new Refusal('ValidationError', `Assessment Result record already exists for ${student}`);
  const details = (posted.children['details'] ?? []).map((row): Row => {
    const criterion = (plan.children['assessment_criteria'] ?? []).find(
      (one) => one['assessment_criteria'] === row['assessment_criteria'],
    );
    if (criterion === undefined) throw new Refusal('TypeError', 'The criterion is not in the plan');
    const maximum = Number(criterion['maximum_score']);
    const score = Number(row['score']);
    if (score > maximum) throw new Refusal('ValidationError', 'Score cannot be greater than Maximum Score');
    return { ...row, score, maximum_score: maximum, grade: grade((score / maximum) * 100) };
  });
  const total = details.reduce((sum, row) => sum + Number(row['score']), 0);
  const maximum = Number(plan.values['maximum_assessment_score']);
  const fetched = [
    'program',
    'course',
    'academic_year',
    'academic_term',
    'student_group',
    'assessment_group',
  ];
  return {
    docstatus: posted.docstatus,
    values: {
      ...posted.values,
      ...Object.fromEntries(fetched.map((field): [string, Value] => [field, plan.values[field] ?? null])),
      grading_scale: plan.values['grading_scale'] ?? null,
      maximum_score: maximum,
      total_score: total,
      grade: grade((total / maximum) * 100),
    },
    children: { details },
  };
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
