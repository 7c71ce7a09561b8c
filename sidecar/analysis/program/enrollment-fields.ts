/** The sealed fields of one Program Enrollment: progress, what comes next, and what people did so far. */
import { newest } from '../calendar.ts';
import type { AnalysisSettings, DocumentFields, Enrollment, FieldContent } from '../records.ts';
import { MODEL_VERSION } from '../thresholds.ts';
import type { ProfileSources } from '../profile/student-fields.ts';
import { learningPath } from './learning-path.ts';
import { courseMarks, programProgress } from './program-progress.ts';

/** `sources` null: the pupil is no longer here; the fields are emptied. */
export function enrollmentFields(
  enrollment: Enrollment,
  sources: (ProfileSources & { settings: AnalysisSettings; history: FieldContent['said'] }) | null,
): DocumentFields {
  const place = { doctype: 'Program Enrollment', name: enrollment.name };
  if (sources === null) {
    const values = { ai_progress_tracking: null, ai_learning_path: null, ai_intervention_history: null };
    return { ...place, values };
  }
  const { results, insights, history, settings } = sources;
  const marks = courseMarks(results);
  const recordsTo = newest(results.map(({ date }) => date));
  return {
    ...place,
    values: {
      ai_progress_tracking: content(programProgress(enrollment, marks, settings), recordsTo),
      ai_learning_path: content(learningPath(enrollment, marks, insights), recordsTo),
      ai_intervention_history: content(history, null),
    },
  };
}

function content(said: FieldContent['said'], recordsTo: string | null): FieldContent {
  return { said, records_to: recordsTo, model_version: MODEL_VERSION };
}
