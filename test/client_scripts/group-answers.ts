/** What a site answers about a Student Group, for the tests of its panel. */
import { ages, mathematics } from './answers.ts';

export const g8 = {
  state: 'ready',
  heading: { group: 'G8 Class', term: '2026-27 (Term 1)' },
  pupils: 26,
  ...ages,
  headline: {
    text: 'Pupils: 26. With a reason to act: 2; to watch: 5; with nothing in the records: 16; with too little data: 3.',
    step: null,
  },
  who_first: mathematics.who_first.slice(0, 5),
  who_total: 7,
  who_order: 'reason',
  not_listed: mathematics.not_listed,
  not_listed_text: mathematics.not_listed_text,
  courses: [
    { title: 'English', text: 'The class is near 71%, over 3 tests.' },
    { title: 'Mathematics', text: 'The class is steady near 68%, over 4 tests.' },
  ],
  peers: [
    {
      title: 'Group 1',
      text: 'Pupils: Lina Haddad, Mei Tan, Kai Berg, عمر دياز.',
      insight: 'g1',
      reason: 0,
      button: null,
    },
    {
      title: 'Group 1: Linear Equations in Mathematics',
      text: 'Could be explained by Kai Berg to Mei Tan: 17 of 20 points beside 3 of 20, each in 2 tests or more.',
      insight: 'g1',
      reason: 1,
      button: 'Show results: 4',
    },
  ],
  kept: [{ student: 'EDU-STU-1', other: 'EDU-STU-4', text: 'Kept apart: Lina Haddad and عمر دياز' }],
  members: [
    { student: 'EDU-STU-3', student_name: 'Kai Berg' },
    { student: 'EDU-STU-1', student_name: 'Lina Haddad' },
    { student: 'EDU-STU-2', student_name: 'Mei Tan' },
    { student: 'EDU-STU-4', student_name: 'عمر دياز' },
  ],
  notes: ['The records do not say who works well with whom.'],
  too_little: [],
  channel: 'beef',
  hidden: '',
};
