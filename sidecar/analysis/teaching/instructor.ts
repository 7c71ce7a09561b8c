/** The sealed fields of one instructor: workload and marking, and where the classes are going. */
import type { Reason } from '../../erpnext/contract.ts';
import { addDays, earlier, mondayOf, newest, weekOf } from '../calendar.ts';
import { compare } from '../order.ts';
import type { AnalysisSettings, DocumentFields, FieldContent, InstructorRecords } from '../records.ts';
import { currentTerm, nextTermChange } from '../term.ts';
import { MODEL_VERSION } from '../thresholds.ts';
import { classMovement } from './class-movement.ts';
import { marking } from './marking.ts';
import { workload } from './workload.ts';

/**
 * Whole weeks of the current term are counted, up to the last Sunday: so the figures change once a week, and a
 * running week is not held against anybody. Who is no longer active, or has no lessons and classes, has empty fields.
 */
export function analyseInstructor(
  records: InstructorRecords,
  settings: AnalysisSettings,
  today: string,
): { fields: DocumentFields; validUntil: string | null } {
  const monday = mondayOf(weekOf(today));
  const window = currentTerm(records.terms, today);
  const lessons = records.lessons.filter(
    ({ date }) => window !== null && date < monday && date >= window.from && date <= window.to,
  );
  const classes = records.classes
    .filter(({ academicTerm }) => window !== null && (academicTerm === window.name || window.name === ''))
    .sort((a, b) => compare(a.course, b.course) || compare(a.studentGroup, b.studentGroup));
  const idle = !records.active || window === null || (classes.length === 0 && records.lessons.length === 0);
  const recordsTo = newest(lessons.map(({ date }) => date));
  return {
    fields: {
      doctype: 'Instructor',
      name: records.instructor,
      values: idle
        ? { ai_teaching_profile: null, ai_performance_metrics: null }
        : {
            ai_teaching_profile: content([...workload(lessons), ...marking(classes, monday)], recordsTo),
            ai_performance_metrics: content(
              classes.map((one) => classMovement(one, settings)),
              newest(classes.flatMap(({ figures }) => figures?.plans.map(({ date }) => date) ?? [])),
            ),
          },
    },
    validUntil:
      idle && records.terms.length === 0
        ? null
        : earlier(addDays(monday, 7), nextTermChange(records.terms, today)),
  };
}

function content(said: Reason[], recordsTo: string | null): FieldContent {
  return { said, records_to: recordsTo, model_version: MODEL_VERSION };
}
