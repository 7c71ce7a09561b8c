// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import * as answers from './answers.ts';
import { button, deskForEachTest, shownText } from './desk-page.ts';
import { g8 } from './group-answers.ts';

const page = deskForEachTest();

function chooseSecondGroup(): void {
  const select = document.querySelector('select');
  if (!select) throw new Error('no choice of groups');
  select.selectedIndex = 1;
  select.dispatchEvent(new Event('change'));
}

test('a reason shows its rows in a dialog that gives the keyboard back', async () => {
  page.desk.dialogs.length = 0;
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  const opener = button('Show days absent: 9');
  opener.focus();
  opener.click();
  expect(page.open).toMatchObject([{ method: 'evidence', args: { insight: 'a1', reason: 0 } }]);
  await page.answer({ ...answers.daysAbsent, title: answers.NASTY });
  const dialog = document.querySelector('[role="dialog"]');
  expect(dialog?.querySelectorAll('tbody tr')).toHaveLength(3);
  expect(dialog?.querySelector('script')).toBeNull();
  expect(dialog?.querySelector('h4')?.textContent).toBe(answers.NASTY);
  dialog?.querySelector<HTMLElement>('a')?.focus();
  page.desk.dialogs[0]?.hide();
  expect(document.querySelector('[role="dialog"]')).toBeNull();
  expect(document.activeElement).toBe(opener);
});

test('a course shows the group that was chosen, listens in its room, and keeps to it', async () => {
  page.desk.open('Course', 'Mathematics');
  await page.answer(answers.mathematics);
  chooseSecondGroup();
  const chosen = { student_group: 'G9 Class', academic_term: '2026-27 (Term 1)' };
  expect(page.open).toMatchObject([{ method: 'course', args: { name: 'Mathematics', ...chosen } }]);
  await page.answer({ ...answers.mathematics, ...chosen, channel: 'facade' });
  expect(page.desk.emitted.at(-1)).toEqual(['task_subscribe', 'facade']);
  page.desk.hear('education_ai_insight');
  expect(page.open).toMatchObject([{ args: chosen }]);
});

test('a group that could not be loaded does not show under the name of another', async () => {
  page.desk.open('Course', 'Mathematics');
  await page.answer(answers.mathematics);
  chooseSecondGroup();
  await page.answer(null, 500);
  expect(shownText()).toContain('The insight could not be loaded.');
  expect(shownText()).not.toContain('Lina Haddad');
});

test('a pupil opened from a course opens at the insights', async () => {
  page.desk.open('Course', 'Mathematics');
  await page.answer(answers.mathematics);
  button('Open').click();
  expect(page.desk.routes).toEqual([['Form', 'Student', 'EDU-STU-1']]);
  const form = page.desk.open('Student', 'EDU-STU-1');
  await page.answer(answers.lina);
  expect(form.layout.tabs[1]?.is_active()).toBe(true);
  page.desk.open('Student', 'EDU-STU-1');
  form.layout.tabs[0]?.set_active();
  await page.answer(answers.lina);
  expect(form.layout.tabs[0]?.is_active()).toBe(true);
});

test('a step that was taken is told to the site, which then says so', async () => {
  page.desk.open('Student', 'S1');
  await page.answer({ ...answers.lina, acted: [{ title: 'Attendance', insights: ['a1'], on: null }] });
  button('Acted upon').click();
  expect(page.open).toMatchObject([{ method: 'act', args: { insights: ['a1'], acted: true } }]);
  await page.answer({ acted: true });
  await page.answer({
    ...answers.lina,
    acted: [{ title: 'Attendance', insights: ['a1'], on: '2026-11-20' }],
  });
  expect(shownText()).toContain('Take back');
});

test('leaving a pupil out asks the site and then shows what it says', async () => {
  page.desk.open('Student', 'S1');
  await page.answer({ ...answers.lina, exclusion: 'in' });
  button('Leave out').click();
  expect(page.open).toMatchObject([{ method: 'exclude', args: { student: 'S1' } }]);
  await page.answer({ excluded: true });
  await page.answer({ ...answers.lina, state: 'empty', headline: null, why: [], exclusion: 'out' });
  expect(shownText()).toContain('Take into the analysis again');
});

test('two pupils to be kept together are told to the site, and what it answers stays until the groups come', async () => {
  page.desk.open('Student Group', 'G8 Class');
  await page.answer(g8);
  const [one, other] = document.querySelectorAll('select');
  if (!one || !other) throw new Error('no two choices');
  [one.value, other.value] = ['EDU-STU-2', 'EDU-STU-3'];
  button('Keep together').click();
  const args = { name: 'G8 Class', student: 'EDU-STU-2', other: 'EDU-STU-3', wish: 'Together' };
  expect(page.open).toMatchObject([{ method: 'keep', args }]);
  await page.answer({ said: 'The groups follow in a minute.' });
  const kept = [{ student: 'EDU-STU-2', other: 'EDU-STU-3', text: 'Kept together: Mei Tan and Kai Berg' }];
  await page.answer({ ...g8, kept });
  expect(shownText()).toContain('Kept together: Mei Tan and Kai Berg');
  expect(document.querySelector('[aria-live].edai-said')?.textContent?.trim()).toBe(
    'The groups follow in a minute.',
  );
  page.desk.hear('education_ai_insight');
  await page.answer({ ...g8, kept });
  expect(shownText()).not.toContain('The groups follow in a minute.');
});

test('what the site refuses is said beside what was there, and the choice stays', async () => {
  page.desk.open('Student Group', 'G8 Class');
  await page.answer(g8);
  const [one] = document.querySelectorAll('select');
  if (!one) throw new Error('no choice');
  one.value = 'EDU-STU-2';
  button('Keep apart').click();
  const why = JSON.stringify([JSON.stringify({ message: 'Choose two pupils.' })]);
  await page.answer(null, 417, { _server_messages: why });
  expect(page.open).toEqual([]);
  expect(shownText()).toContain('Choose two pupils.');
  expect(shownText()).toContain(g8.headline.text);
  expect(document.querySelector('select')?.value).toBe('EDU-STU-2');
});
