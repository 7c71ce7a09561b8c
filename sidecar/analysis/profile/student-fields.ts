/** The sealed fields of one pupil: how the pupil has learned so far, the insights in short, sessions and follow-ups. */
import type { Reason } from '../../erpnext/contract.ts';
import { newest } from '../calendar.ts';
import { say } from '../finding.ts';
import { compare } from '../order.ts';
import type { AddressedInsight, DocumentFields, FieldContent, FollowUps, ResultRow } from '../records.ts';
import type { SchoolDay } from '../school-days.ts';
import type { Window } from '../term.ts';
import { MODEL_VERSION } from '../thresholds.ts';
import { consistency } from './consistency.ts';
import { engagement } from './engagement.ts';
import type { CourseTests } from './course-tests.ts';
import { pace } from './pace.ts';
import { priorMastery } from './prior-mastery.ts';

export interface ProfileSources {
  results: readonly ResultRow[];
  followUps: FollowUps;
  insights: readonly AddressedInsight[];
  courses: readonly CourseTests[];
  /** School days of the term, up to today. */
  days: readonly SchoolDay[];
  window: Window;
}

/** `sources` null: the pupil is no longer here, or the first term lies ahead; the fields are emptied. */
export function studentFields(student: string, sources: ProfileSources | null): DocumentFields {
  const values =
    sources === null
      ? { ai_learning_profile: null, ai_performance_insights: null, ai_interaction_summary: null }
      : {
          ai_learning_profile: learningProfile(sources),
          ai_performance_insights: insightsInShort(sources.insights),
          ai_interaction_summary: content(interactions(sources.followUps), null),
        };
  return { doctype: 'Student', name: student, values };
}

/** Prior mastery, pace, consistency, the link of marks to attendance, strengths. No learning styles: there is no evidence for them. */
function learningProfile({ results, insights, courses, days, window }: ProfileSources): FieldContent {
  const said = [
    ...priorMastery(results, window),
    pace(courses),
    consistency(courses),
    engagement(courses, days),
    say('profile.help_unknown', '', {}),
    ...insights.flatMap(({ values }) => values.reasons.filter(({ code }) => code.startsWith('strength.'))),
  ];
  return content(
    said.map(withoutRows),
    newest(courses.flatMap(({ tests }) => tests.map(({ date }) => date))),
  );
}

/** Of each insight that asks for attention its clearest reason, clearest insight first. */
function insightsInShort(insights: readonly AddressedInsight[]): FieldContent {
  const raised = insights
    .filter(({ values }) => values.level !== 'steady')
    .sort((a, b) => b.values.clarity - a.values.clarity || compare(a.address.course, b.address.course));
  return content(
    raised.flatMap(({ values }) => values.reasons.slice(0, 1)).map(withoutRows),
    newest(insights.flatMap(({ values }) => values.records_to ?? [])),
  );
}

function interactions({ reviewed, acted, dismissed }: FollowUps): Reason[] {
  const answered = reviewed + acted + dismissed;
  const followed = say('session.follow_ups', '', { answered, acted, dismissed });
  return [say('session.none', '', {}), ...(answered === 0 ? [] : [followed])];
}

/** The rows behind a reason are served for insights alone; here its numbers are enough. */
function withoutRows(reason: Reason): Reason {
  return { ...reason, evidence: null };
}

function content(said: Reason[], recordsTo: string | null): FieldContent {
  return { said, records_to: recordsTo, model_version: MODEL_VERSION };
}
