// @vitest-environment happy-dom
import { render } from 'lit-html';
import { beforeEach, expect, test, vi } from 'vitest';
import { readGroup } from '../../client_scripts/panels/class-answers.ts';
import { groupPanel } from '../../client_scripts/panels/group-panel.ts';
import { whoNotice } from '../../client_scripts/panels/who-first.ts';
import type { Actions } from '../../client_scripts/panels/sections.ts';
import * as answers from './group-answers.ts';
import { FakeDesk } from './fake-desk.ts';

const showRows = vi.fn<Actions['showRows']>();
const keep = vi.fn<Actions['keep']>();
const nothing = vi.fn<() => void>();
const actions: Actions = {
  showRows,
  toggleChart: nothing,
  toggleAll: nothing,
  choose: nothing,
  leaveOut: nothing,
  keep,
  act: nothing,
  openStudent: nothing,
  edit: nothing,
  openConflict: nothing,
};

beforeEach(() => {
  const desk = new FakeDesk();
  vi.stubGlobal('frappe', desk.frappe);
  vi.stubGlobal('__', desk.translate);
});

function read(message: unknown) {
  const answer = readGroup(message);
  if (!answer) throw new Error('not readable');
  return answer;
}

function group(message: unknown): HTMLElement {
  const place = document.createElement('div');
  render(groupPanel(read(message), { chartAsTable: false, showAll: false, busy: false }, actions), place);
  return place;
}

const said = (place: HTMLElement) => (place.textContent ?? '').replaceAll(/\s+/g, ' ').trim();

function press(place: HTMLElement, label: string): void {
  const found = [...place.querySelectorAll('button')].find((one) => said(one) === label);
  if (!found) throw new Error(`no button ${label}`);
  found.click();
}

const headings = (place: HTMLElement) => [...place.querySelectorAll('h4')].map((heading) => said(heading));

test('a teacher reads the class in a sentence, who first, each course, and who could learn with whom', () => {
  const place = group(answers.g8);
  expect(said(place).indexOf(answers.g8.headline.text)).toBeLessThan(said(place).indexOf('Who first'));
  expect(headings(place)).toEqual(['Who first', 'Courses', 'Learn together', 'About this']);
  expect(said(place)).toContain('Shown: 5 of 7 with a reason; clearest reason first.');
  expect(said(place)).toContain('Could be explained by Kai Berg to Mei Tan: 17 of 20 points');
});

test('the rows behind an explanation are one click away; who is in a group has none', () => {
  const buttons = [...group(answers.g8).querySelectorAll('button')].filter((one) =>
    said(one).startsWith('Show'),
  );
  expect(buttons).toHaveLength(1);
  buttons[0]?.click();
  expect(showRows).toHaveBeenCalledWith(answers.g8.peers[1]);
});

test('two pupils are chosen by name and kept together or apart; what stands is taken back', () => {
  const place = group(answers.g8);
  const [one, other] = place.querySelectorAll('select');
  if (!one || !other) throw new Error('no two choices');
  expect([...one.options].map((option) => option.textContent)).toEqual([
    'Choose',
    'Kai Berg',
    'Lina Haddad',
    'Mei Tan',
    'عمر دياز',
  ]);
  one.value = 'EDU-STU-2';
  other.value = 'EDU-STU-3';
  press(place, 'Keep together');
  expect(keep).toHaveBeenLastCalledWith('EDU-STU-2', 'EDU-STU-3', 'Together');
  press(place, 'Keep apart');
  expect(keep).toHaveBeenLastCalledWith('EDU-STU-2', 'EDU-STU-3', 'Apart');
  press(place, 'Take back');
  expect(keep).toHaveBeenLastCalledWith('EDU-STU-1', 'EDU-STU-4', '');
});

test('without groups nobody can be put together; what was wished before can be taken back', () => {
  const place = group({ ...answers.g8, peers: [] });
  expect(place.querySelectorAll('select')).toHaveLength(0);
  expect(said(place)).toContain('Kept apart: Lina Haddad and عمر دياز');
});

test('without a picture the panel says why, and claims nothing', () => {
  const none = {
    ...answers.g8,
    headline: null,
    who_first: [],
    who_total: 0,
    courses: [],
    peers: [],
    kept: [],
    notes: [],
  };
  const small = {
    ...none,
    state: 'too_little',
    too_little: [{ title: 'G8 Class', text: 'Pupils: 3 of 5 needed.' }],
  };
  expect(said(group(small))).toContain('Pupils: 3 of 5 needed.');
  expect(said(group(small))).not.toContain('Nothing in the records');
  expect(said(group({ ...none, state: 'waiting', worked_out: null }))).toContain(
    'First analysis is running.',
  );
});

test('the form says how many pupils have a reason to look, and nothing where there is none', () => {
  expect(whoNotice(read(answers.g8))?.text).toBe('Pupils with a reason to look: 7.');
  expect(whoNotice(read({ ...answers.g8, who_total: 0 }))).toBeNull();
});
