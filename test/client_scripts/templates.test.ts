// @vitest-environment happy-dom
import { render, type TemplateResult } from 'lit-html';
import { beforeEach, expect, test, vi } from 'vitest';
import {
  readEvidence,
  readInstructor,
  readProgram,
  readStudent,
} from '../../client_scripts/panels/answers.ts';
import { readCourse } from '../../client_scripts/panels/class-answers.ts';
import { chart, isDrawable, runs } from '../../client_scripts/panels/chart.ts';
import { coursePanel } from '../../client_scripts/panels/course-panel.ts';
import { whoNotice } from '../../client_scripts/panels/who-first.ts';
import { evidence } from '../../client_scripts/panels/evidence.ts';
import { instructorPanel } from '../../client_scripts/panels/instructor-panel.ts';
import { programPanel } from '../../client_scripts/panels/program-panel.ts';
import type { SettingPart } from '../../client_scripts/panels/setting-answers.ts';
import { studentNotice, studentPanel } from '../../client_scripts/panels/student-panel.ts';
import * as answers from './answers.ts';
import { FakeDesk } from './fake-desk.ts';

const ui = { chartAsTable: false, showAll: false, busy: false };
const actions = {
  showRows: vi.fn<() => void>(),
  toggleChart: vi.fn<() => void>(),
  toggleAll: vi.fn<() => void>(),
  choose: vi.fn<(group: string, term: string) => void>(),
  leaveOut: vi.fn<(out: boolean) => void>(),
  act: vi.fn<(insights: string[], acted: boolean) => void>(),
  openStudent: vi.fn<(student: string) => void>(),
  keep: vi.fn<(student: string, other: string, wish: string) => void>(),
  edit: vi.fn<(part: SettingPart) => void>(),
  openConflict: vi.fn<(name: string) => void>(),
};

beforeEach(() => {
  const desk = new FakeDesk();
  vi.stubGlobal('frappe', desk.frappe);
  vi.stubGlobal('__', desk.translate);
});

function shown(template: TemplateResult): HTMLElement {
  const place = document.createElement('div');
  render(template, place);
  return place;
}

function student(message: unknown): HTMLElement {
  const answer = readStudent(message);
  if (!answer) throw new Error('not readable');
  return shown(studentPanel(answer, ui, actions));
}

function course(message: unknown, with_ui = ui): HTMLElement {
  const answer = readCourse(message);
  if (!answer) throw new Error('not readable');
  return shown(coursePanel(answer, with_ui, actions));
}

function said(place: HTMLElement): string {
  return (place.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

function notice(message: unknown): ReturnType<typeof studentNotice> {
  const answer = readStudent(message);
  return answer && studentNotice(answer);
}

function headings(place: HTMLElement): string[] {
  return [...place.querySelectorAll('h4')].map((heading) => said(heading));
}

test('a teacher reads what matters first, then why, and what to try before what lacks', () => {
  const place = student(answers.lina);
  expect(said(place).indexOf(answers.lina.headline.text)).toBeLessThan(said(place).indexOf('Why'));
  expect(headings(place)).toEqual([
    'Why',
    'Going well',
    'Marks',
    'Next test',
    'Early warning',
    'Try next',
    'How sure',
    'Too little data',
    'Learning so far',
    'Preferences',
    'About this',
  ]);
});

test('a level is a symbol and a word, never a colour alone', () => {
  expect(said(student(answers.lina))).toContain('▲ Act');
  expect(said(student({ ...answers.lina, level: 'watch' }))).toContain('● Watch');
  expect(said(student({ ...answers.lina, level: 'steady' }))).not.toMatch(/[▲●]/);
});

test('a pupil sees no level, no forecast and no section without content', () => {
  const place = student(answers.forStudent);
  expect(said(place)).not.toMatch(/[▲●]|Next test|Early warning|How sure/);
  expect(headings(place)).not.toContain('Marks');
});

test('each state without an insight says so, and claims nothing that was not worked out', () => {
  expect(said(student(answers.waiting))).toContain('First analysis is running.');
  expect(said(student(answers.empty))).toContain('Nothing in the records needs a step.');
  const never = { ...answers.empty, records_to: null, worked_out: null };
  expect(said(student(never))).toContain('There are no records to look at yet.');
  expect(said(student(never))).not.toContain('Nothing in the records needs a step.');
  const nobody = {
    ...answers.mathematics,
    state: 'empty',
    headline: null,
    who_first: [],
    parts: [],
    pupils: 0,
  };
  expect(said(course({ ...nobody, records_to: null, worked_out: null }))).not.toMatch(
    /needs a step|Not listed/,
  );
  expect(said(student(answers.tooLittle))).toContain('Nothing to do: it fills by itself.');
  expect(said(student(answers.tooLittle))).toContain('1 of 3 tests needed.');
  const reasonsOnly = said(student({ ...answers.lina, headline: null, too_little: [] }));
  expect(reasonsOnly).not.toMatch(/Nothing in the records|Too little data/);
  const neverRun = { ...answers.waiting, state: 'stale', stale_since: answers.stale.stale_since };
  expect(said(student(neverRun))).not.toContain('Nothing in the records');
});

test('an old insight says since when, before what it says', () => {
  const text = said(student(answers.stale));
  expect(text).toContain('Analysis has not run since Wed 18 Nov, 14:20. Below is the state of that day.');
  expect(text.indexOf('has not run')).toBeLessThan(text.indexOf(answers.lina.headline.text));
});

test('an address that somebody typed leads to the web or into the site, and else is text', () => {
  const links = [...course(answers.mathematics).querySelectorAll('a')].map((link) =>
    link.getAttribute('href'),
  );
  expect(links).toEqual(['/app/article/Fractions', 'https://video.example/1']);
  expect(student(answers.nasty).querySelectorAll('a')).toHaveLength(0);
});

test('what a reader chose not to see is said, and nothing is claimed about it', () => {
  const hidden = 'Not shown, as you set on your Instructor form: Marks.';
  expect(said(student({ ...answers.lina, hidden }))).toContain(hidden);
  expect(said(course({ ...answers.mathematics, hidden }))).toContain(hidden);
});

test('pupils listed by name are said to be', () => {
  expect(said(course({ ...answers.mathematics, who_order: 'name' }))).toContain('with a reason; by name.');
});

test('nothing a school typed becomes markup or a template', () => {
  const place = student(answers.nasty);
  expect(place.querySelector('script')).toBeNull();
  expect(said(place)).toContain(answers.NASTY);
  expect(place.querySelector(`dt[dir="auto"]`)).not.toBeNull();
});

test('the line above the form says that there is something, and only then', () => {
  expect(notice(answers.lina)?.level).toBe('act');
  expect(notice(answers.lina)?.text).not.toContain('Monday');
  expect(notice({ ...answers.lina, level: 'steady' })).toBeNull();
  expect(notice(answers.empty)).toBeNull();
  expect(notice(answers.waiting)).toBeNull();
  const none = readCourse({ ...answers.mathematics, who_total: 0 });
  expect(none && whoNotice(none)).toBeNull();
});

test('a course lists five pupils first and the others on request', () => {
  expect(course(answers.mathematics).querySelectorAll('.edai-who > li')).toHaveLength(5);
  expect(
    course(answers.mathematics, { ...ui, showAll: true }).querySelectorAll('.edai-who > li'),
  ).toHaveLength(7);
  expect(said(course(answers.mathematics))).toContain('Not listed does not mean all is well.');
});

test('a pupil opens from a course only where the reader may open the pupil', () => {
  const place = course(answers.mathematics);
  const names = [...place.querySelectorAll('.edai-who button')].map((button) =>
    button.getAttribute('aria-label'),
  );
  expect(names).toContain('Open Lina Haddad');
  expect(names).not.toContain('Open Mei Tan');
});

test('choosing a group asks for that group in its term', () => {
  const select = course(answers.mathematics).querySelector('select');
  if (!select) throw new Error('no choice of groups');
  select.selectedIndex = 1;
  select.dispatchEvent(new Event('change'));
  expect(actions.choose).toHaveBeenCalledWith('G9 Class', '2026-27 (Term 1)');
});

test('a missing mark is a gap in the line, never a zero and never bridged', () => {
  expect(runs([50, null, 100, 0], 4, 100)).toEqual([
    [{ x: 12.5, y: 50 }],
    [
      { x: 62.5, y: 0 },
      { x: 87.5, y: 100 },
    ],
  ]);
});

test('no line is drawn over fewer than three points; its table still stands', () => {
  const data = { ...readStudent(answers.lina)?.chart, labels: ['4 Sep', '18 Sep', '2 Oct'] };
  const answer = readStudent({
    ...answers.lina,
    chart: { ...data, series: [{ name: 'Marks', values: [70, null, 60] }] },
  });
  if (!answer?.chart) throw new Error('no chart');
  expect(isDrawable(answer.chart)).toBe(false);
  const place = shown(studentPanel(answer, ui, actions));
  expect(place.querySelector('svg')).toBeNull();
  expect(place.querySelectorAll('tbody tr')).toHaveLength(3);
});

test('who cannot see the chart hears its table, whichever of the two is shown', () => {
  const data = readStudent(answers.lina)?.chart ?? null;
  for (const chartAsTable of [false, true]) {
    const piece = chart(data, { ...ui, chartAsTable }, actions);
    if (typeof piece === 'symbol') throw new Error('no chart');
    const place = shown(piece);
    expect(place.querySelector('[aria-hidden="true"] table')).toBeNull();
    expect(place.querySelectorAll('table tbody tr')).toHaveLength(6);
  }
});

test('rows of evidence link only to what the reader may open', () => {
  const answer = readEvidence(answers.daysAbsent);
  if (!answer) throw new Error('not readable');
  const links = [...shown(evidence(answer)).querySelectorAll('a')];
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    '/app/student-attendance/EDU-ATT-1',
    '/app/student-attendance/EDU-ATT-3',
  ]);
});

test('only who decides it is offered to leave a pupil out, and reads before what that means', () => {
  expect(said(student(answers.lina))).not.toContain('Leave out');
  const place = student({ ...answers.lina, exclusion: 'in' });
  expect(place.querySelector('details:last-of-type')?.textContent).toContain('erased for good');
  [...place.querySelectorAll('button')].find((one) => said(one) === 'Leave out')?.click();
  expect(actions.leaveOut).toHaveBeenLastCalledWith(true);
});

test('staff mark what was acted upon, and take it back, by what it is about', () => {
  const place = student({
    ...answers.lina,
    acted: [
      { title: 'Attendance', insights: ['a1'], on: null },
      { title: 'Mathematics', insights: ['m1', 'r1'], on: '2026-11-20' },
    ],
  });
  const press = (label: string): void =>
    place.querySelector<HTMLButtonElement>(`button[aria-label="${label}"]`)?.click();
  press('Attendance: Acted upon');
  expect(actions.act).toHaveBeenLastCalledWith(['a1'], true);
  expect(said(place)).toMatch(/Acted upon on \S* ?\S* ?20/);
  press('Mathematics: Take back');
  expect(actions.act).toHaveBeenLastCalledWith(['m1', 'r1'], false);
  expect(said(student(answers.lina))).not.toContain('Step taken');
});

test('a pupil who is left out can be taken in again', () => {
  const place = student({ ...answers.lina, state: 'empty', headline: null, why: [], exclusion: 'out' });
  [...place.querySelectorAll('button')].find((one) => said(one) === 'Take in')?.click();
  expect(actions.leaveOut).toHaveBeenLastCalledWith(false);
});

test('a course tells the range of each part, and which topic needs material', () => {
  const place = course(answers.mathematics);
  expect(said(place)).toContain('an 80% range of 36% to 46%. Pupils: 26.');
  expect(said(place)).toContain(answers.mathematics.material[0]);
  expect(
    headings(course({ ...answers.mathematics, difficulty: [], mapping: [], material: [] })),
  ).not.toContain('How hard');
});

function instructor(message: unknown): string {
  const answer = readInstructor(message);
  if (!answer) throw new Error('not readable');
  return said(shown(instructorPanel(answer, ui, actions)));
}

test('a teacher reads who else sees the figures, and that nobody is ranked by them', () => {
  expect(instructor(answers.teacher)).toContain('Only you see and change this.');
  expect(instructor({ ...answers.teacher, shown_to_managers: true })).toContain(
    'Education Managers see the figures',
  );
  expect(instructor({ ...answers.teacher, own: false, settings: [] })).toContain(
    'The teacher sees the same figures',
  );
  expect(instructor(answers.teacher)).toContain('This compares no teachers.');
});

test('an enrollment reads as progress, then what comes next, then what was done', () => {
  const answer = readProgram(answers.enrolled);
  if (!answer) throw new Error('not readable');
  expect(headings(shown(programPanel(answer, ui)))).toEqual([
    'Progress',
    'What comes next',
    'Steps so far',
    'About this',
  ]);
  const waiting = { ...answer, state: 'waiting' as const, progress: [], path: [], history: [] };
  expect(said(shown(programPanel(waiting, ui)))).toContain('First analysis is running.');
});
