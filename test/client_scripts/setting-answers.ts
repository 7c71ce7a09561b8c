/** Answers of a site about what people set, and where they and the AI disagree, for the tests of the panels. */

const choice = (value: string, label: string) => ({ value, label });

export const preferences = {
  field: 'ai_preferences_settings',
  title: 'Preferences',
  about: 'What staff set for this pupil.',
  keys: [
    {
      key: 'feedback_detail',
      label: 'Feedback to the pupil',
      effect: 'How much the pupil’s own page shows.',
      kind: 'choice',
      options: [choice('short', 'Short: one step'), choice('full', 'Full: the records as well')],
      value: 'full',
      lines: ['Full: the records as well'],
    },
    {
      key: 'contact_first',
      label: 'Contact first',
      effect: 'Stands beside the next steps that staff see.',
      kind: 'choice',
      options: [choice('student', 'The pupil'), choice('guardian', 'The guardian')],
      value: 'guardian',
      lines: ['The guardian'],
    },
  ],
  seen: 'state-1',
  conflicts: [{ key: 'contact_first', name: 'c0nf11ct' }],
};

export const objectives = {
  field: 'ai_learning_objectives',
  title: 'Objectives',
  about: 'What pupils should be able to do.',
  keys: [
    {
      key: 'objectives',
      label: 'Objectives',
      effect: 'Shown to everybody who teaches the course.',
      kind: 'list',
      options: [],
      value: ['Solve for one unknown', 'Draw to scale'],
      lines: ['Solve for one unknown', 'Draw to scale'],
    },
  ],
  seen: 'state-2',
  conflicts: [],
};

export const resources = {
  field: 'ai_resource_links',
  title: 'Resources',
  about: 'Material for the course.',
  keys: [
    {
      key: 'links',
      label: 'Resources',
      effect: 'Shown to everybody who teaches the course.',
      kind: 'links',
      options: [],
      value: [
        { title: 'Fractions, a first look', url: '/app/article/Fractions' },
        { title: 'A film', url: 'https://video.example/1' },
      ],
      lines: ['Fractions, a first look (/app/article/Fractions)', 'A film (https://video.example/1)'],
    },
  ],
  seen: '',
  conflicts: [],
};

const toggle = (key: string, label: string, value: boolean) => ({
  key,
  label,
  effect: `What is said about ${label}.`,
  kind: 'switch',
  options: [],
  value,
  lines: [value ? 'On' : 'Off'],
});

export const wanted = {
  field: 'ai_insights_config',
  title: 'Insights I want',
  about: 'What is switched off is not shown to you.',
  keys: [toggle('attendance', 'Attendance', true), toggle('marks', 'Marks', false)],
  seen: '',
  conflicts: [],
};

export const conflict = {
  state: 'open',
  title: 'Contact first',
  about: { doctype: 'Student', name: 'EDU-STU-1', shown: 'Lina Haddad' },
  values: { site: ['The guardian'], ai: ['The pupil'], base: [] },
  decided: null,
  key: preferences.keys[1],
  seen: 'state-1',
};

export const decided = {
  ...conflict,
  state: 'resolved',
  decided: { how: 'Keep', lines: ['The guardian'], by: 'Edda Lindgren', on: '2026-11-23 09:30:00.000000' },
};
