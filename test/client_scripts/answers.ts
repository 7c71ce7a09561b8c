/** Answers of a site as the panel methods give them, for the tests of the panels. */
import { objectives, preferences, resources, wanted } from './setting-answers.ts';

export const CHANNEL = 'c0ffee';

export const ages = { records_to: '2026-11-20', worked_out: '2026-11-23 08:12:00.123456', stale_since: null };

export const lina = {
  state: 'ready',
  audience: 'staff',
  heading: { name: 'Lina Haddad', group: 'G8 Class', term: '2026-27 Term 1' },
  ...ages,
  level: 'act',
  headline: {
    text: 'Absent on 4 of the last 5 Mondays, and Mathematics marks are falling.',
    step: 'Ask Lina, then the guardian, what happens on Mondays.',
  },
  why: [
    {
      title: 'Attendance',
      text: 'Present 47 of 56 school days (84%); the class 93%. 6 of the 9 absences: Mondays. The records do not say why.',
      insight: 'a1',
      reason: 0,
      button: 'Show days absent: 9',
    },
    {
      title: 'Mathematics',
      text: 'Tests, last 3: 71%, 62%, 54%. The class stayed near 68%.',
      insight: 'm1',
      reason: 0,
      button: 'Show tests: 3',
    },
    {
      title: 'Biggest gap',
      text: 'Linear Equations: 9 of 20 points in 2 tests. Rest: class level.',
      insight: 'm1',
      reason: 1,
      button: null,
    },
  ],
  going_well: [{ title: 'English', text: 'From 63% to 74% over 4 tests.' }],
  chart: {
    title: 'Mathematics: test marks by date',
    kind: 'line',
    labels: ['4 Sep', '18 Sep', '2 Oct', '23 Oct', '6 Nov', '20 Nov'],
    series: [
      { name: 'Marks (%)', values: [74, 78, null, 71, 62, 54] },
      { name: 'Class median (%)', values: [66, 69, 68, 70, 67, 68] },
    ],
    columns: ['Date', 'Marks (%)', 'Class median (%)'],
  },
  next_test: [{ title: 'Mathematics', text: 'Most likely 45% to 66%. Wide: 3 tests only.' }],
  rule: [{ text: 'Reached by a rule, not a forecast: attendance under 90% and falling.' }],
  how_sure: [
    { title: 'Attendance', text: 'Sure (56 days).' },
    { title: 'Marks', text: 'Fairly (3 tests).' },
  ],
  track_record: 'Not yet checked against past terms here.',
  acted: [],
  steps: [
    'Ask Lina, then the guardian, what happens on Mondays.',
    'Ten minutes on Linear Equations before the next test.',
  ],
  too_little: [{ title: 'Physics', text: '1 of 3 tests needed.' }],
  notes: ['Approved leave is not counted: 2 days.', 'A trend is the slope of the last marks, at least 3.'],
  exclusion: null,
  contact: { title: 'Contact first', text: 'The guardian' },
  hidden: '',
  settings: [preferences],
  not_used: 'Not used: gender, health, fees, address, notes about Lina Haddad.',
  profile: [
    { title: 'Mathematics before this term', text: '142 of 200 points in 6 tests (71%).' },
    { title: 'Pace', text: 'The marks move with the class. Tests: 9; courses: 3.' },
    { title: 'Tutor sessions', text: 'No sessions yet.' },
  ],
  channel: CHANNEL,
};

const nothingSaid = {
  level: null,
  headline: null,
  why: [],
  going_well: [],
  chart: null,
  next_test: [],
  rule: [],
  how_sure: [],
  steps: [],
  too_little: [],
  notes: [],
  profile: [],
  contact: null,
};

export const waiting = { ...lina, ...nothingSaid, state: 'waiting', records_to: null, worked_out: null };
export const empty = { ...lina, ...nothingSaid, state: 'empty' };
export const tooLittle = {
  ...lina,
  ...nothingSaid,
  state: 'too_little',
  too_little: [
    { title: 'Physics', text: '1 of 3 tests needed.' },
    { title: 'Attendance', text: '6 of 15 school days needed.' },
  ],
};
export const stale = { ...lina, state: 'stale', stale_since: '2026-11-18 14:20:07.000001' };
export const forStudent = {
  ...lina,
  audience: 'student',
  level: null,
  headline: { text: 'English is rising.', step: 'Linear Equations, two exercises.' },
  why: [{ title: 'Attendance', text: 'Attendance 47 of 56 days.', insight: 'a1', reason: 0, button: null }],
  chart: null,
  next_test: [],
  rule: [],
  how_sure: [],
  track_record: '',
  contact: null,
  settings: [],
  profile: [
    { title: 'Mathematics before this term', text: 'Mathematics before this term: 142 of 200 points.' },
  ],
};

/** What a school may have typed where nobody expected it. */
export const NASTY = `<script>alert('x')</script>"'&{{ 7 * 7 }}{% include %}`;
const ARABIC = 'لينا حداد';
export const nasty = {
  ...lina,
  heading: { name: NASTY, group: ARABIC, term: NASTY },
  headline: { text: NASTY, step: ARABIC },
  why: [{ title: NASTY, text: NASTY, insight: 'a1', reason: 0, button: NASTY }],
  going_well: [{ title: ARABIC, text: NASTY }],
  profile: [{ title: NASTY, text: ARABIC }],
  steps: [NASTY],
  not_used: NASTY,
  notes: [NASTY],
  hidden: NASTY,
  settings: [
    {
      ...resources,
      title: NASTY,
      conflicts: [{ key: NASTY, name: NASTY }],
      keys: [
        {
          ...resources.keys[0],
          label: NASTY,
          value: [
            { title: NASTY, url: 'javascript:alert(1)' },
            { title: ARABIC, url: '//evil.example' },
          ],
        },
      ],
    },
  ],
};

const pupil = (student: string, student_name: string, level: string, text: string, can_open = true) => ({
  student,
  student_name,
  level,
  text,
  can_open,
});

export const mathematics = {
  state: 'ready',
  heading: { course: 'Mathematics' },
  groups: [
    { student_group: 'G8 Class', academic_term: '2026-27 (Term 1)', label: 'G8 Class · 2026-27 Term 1' },
    { student_group: 'G9 Class', academic_term: '2026-27 (Term 1)', label: 'G9 Class · 2026-27 Term 1' },
  ],
  student_group: 'G8 Class',
  academic_term: '2026-27 (Term 1)',
  pupils: 26,
  tests: 4,
  ...ages,
  headline: {
    text: 'The class is steady near 68%. Linear Equations is hardest: the class earned 41% of its points.',
    step: 'Teach Linear Equations to the class again: 19 of 26 under half of its points.',
  },
  who_first: [
    pupil('EDU-STU-1', 'Lina Haddad', 'act', '3 tests falling, 71% to 54%; 6 Monday absences'),
    pupil('EDU-STU-2', 'Omar Diaz', 'act', 'Absent 5 school days in a row, since Mon 16 Nov'),
    pupil('EDU-STU-3', 'Mei Tan', 'watch', 'Linear Equations 3 of 20 points; rest above class', false),
    pupil('EDU-STU-4', 'Jonas Weber', 'watch', 'Tests, last 3: 66%, 58%, 52%'),
    pupil('EDU-STU-5', 'Aïsha Ndiaye-Lindqvist', 'watch', 'Absent on 3 of the last 5 Fridays'),
    pupil('EDU-STU-6', 'Kai Berg', 'watch', 'Geometry 4 of 18 points'),
    pupil('EDU-STU-7', 'Ines Roy', 'watch', 'Tests, last 3: 81%, 74%, 69%'),
  ],
  who_total: 7,
  not_listed: { nothing: 16, too_little: 3 },
  not_listed_text:
    'Not listed: 16 with nothing in the records, 3 with too little data. Not listed does not mean all is well.',
  parts: [
    {
      title: 'Linear Equations',
      text: '41% of its points.',
      insight: 'c1',
      reason: 0,
      button: 'Show results: 26',
    },
    { title: 'Geometry', text: '63% of its points.', insight: 'c1', reason: 1, button: 'Show results: 26' },
  ],
  difficulty: [
    {
      title: 'Linear Equations',
      text: '41% of its points earned; an 80% range of 36% to 46%. Pupils: 26.',
    },
  ],
  material: [
    'Add an article or a video to the topic Linear Equations: the class earned 41% of its points, and it has none. Pupils: 26.',
  ],
  mapping: [{ title: 'Topics in tests', text: 'Topics with a test part of the same name: 4 of 7.' }],
  chart: {
    title: 'Pupils per mark band, last test',
    kind: 'bar',
    labels: ['0–49%', '50–64%', '65–79%', '80–100%'],
    series: [{ name: 'Pupils', values: [6, 7, 8, 5] }],
    columns: ['Marks', 'Pupils'],
  },
  steps: ['Teach Linear Equations to the class again: 19 of 26 under half of its points.'],
  how_sure: [{ title: 'Parts', text: 'Sure (26 pupils, 4 tests); less about single pupils.' }],
  track_record: 'Not yet checked against past terms here.',
  too_little: [],
  channel: 'bada55',
  who_order: 'reason',
  hidden: '',
  settings: [objectives, resources],
};

export const teacher = {
  state: 'ready',
  heading: { name: 'Ada Berg' },
  own: true,
  shown_to_managers: false,
  work: [
    { title: 'Lessons this term', text: 'Lessons: 96; weeks: 8; hours: 72. Usually 12 a week, at most 13.' },
  ],
  classes: [
    {
      title: 'Mathematics · 8A',
      text: 'From 64% to 70% over 4 tests, along a straight line through the class means. As the other classes of the course. Other classes: 3.',
    },
  ],
  channel: 'ada',
  settings: [wanted],
};

export const enrolled = {
  state: 'ready',
  audience: 'staff',
  heading: { program: 'Grade 8' },
  records_to: '2026-11-20',
  channel: 'grade8',
  progress: [{ title: 'Required courses', text: 'Begun: 4 of 6.' }],
  path: [{ title: 'Next course', text: 'Physics: the next in the order of the program that has not begun.' }],
  history: [{ title: 'Steps so far', text: 'Insights acted upon: 1; seen: 2; dismissed: 0.' }],
};

export const daysAbsent = {
  title: 'Days absent: Lina Haddad',
  columns: ['Date', 'Status', 'Group'],
  rows: [
    {
      cells: ['Mon 7 Sep', 'Absent', 'G8 Class'],
      doctype: 'Student Attendance',
      name: 'EDU-ATT-1',
      can_open: true,
    },
    {
      cells: ['Mon 14 Sep', 'Absent', 'G8 Class'],
      doctype: 'Student Attendance',
      name: 'EDU-ATT-2',
      can_open: false,
    },
    {
      cells: ['Thu 1 Oct', 'Absent', 'G8 Class'],
      doctype: 'Student Attendance',
      name: 'EDU-ATT-3',
      can_open: true,
    },
  ],
  note: 'Approved leave is not counted.',
};
