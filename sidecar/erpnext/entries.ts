/** What a person may write through the sidecar, each as one JSON object: strict, so that a misspelt field is named. */
import { z } from 'zod';
import sentences from '../../fixtures/app/sentences.json' with { type: 'json' };
import { refusedKey } from './editable.ts';
import { AssessmentInsightValues, EngagementValues, Reason, SettingValues } from './items.ts';

const Name = z.string().min(1).max(140);
const Count = z.int().min(0).max(100_000);

/** What nobody could read is not taken: the site shows no code that it has no sentence for. */
const Said = z.array(
  Reason.extend({
    code: z.string().refine((code) => Object.hasOwn(sentences, code), 'is no code of sentences.json'),
  }),
);

const Preferences = SettingValues.superRefine((values, context) => {
  const key = refusedKey('Student', 'ai_preferences_settings', values);
  if (key !== null) {
    const message = 'is no preference, or not a value of it; see editable_fields.json';
    context.addIssue({ code: 'custom', path: [key], message });
  }
});

/** Preferences are proposed and yield to what people set; the rest is the AI's alone. */
const ProfileEntry = z
  .strictObject({
    student: Name,
    learning_profile: z.record(z.string(), z.json()).optional(),
    interaction_summary: z.string().optional(),
    preferences: Preferences.optional(),
  })
  .refine(
    (entry) => Object.keys(entry).length > 1,
    'needs learning_profile, interaction_summary or preferences',
  );

const AssessmentEntry = z.strictObject({
  ...AssessmentInsightValues.omit({ student: true, course: true }).shape,
  assessment_result: Name,
  ai_analysis: Said,
  improvement_suggestions: Said,
});

const EngagementEntry = z.strictObject({
  ...EngagementValues.shape,
  session: Name,
  session_date: z.iso.date(),
  interaction_duration: Count,
  questions_asked: Count,
  help_requests: Count,
  independence_score: z.number().min(0).max(1),
});

export const Entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('profile'), entry: ProfileEntry }),
  z.object({ kind: z.literal('assessment'), entry: AssessmentEntry }),
  z.object({ kind: z.literal('engagement'), entry: EngagementEntry }),
]);

export const ENTRY_KINDS = Entry.options.map(({ shape }) => shape.kind.value);

export type ProfileEntry = z.output<typeof ProfileEntry>;
export type AssessmentEntry = z.output<typeof AssessmentEntry>;
export type EngagementEntry = z.output<typeof EngagementEntry>;
export type Entry = z.output<typeof Entry>;
