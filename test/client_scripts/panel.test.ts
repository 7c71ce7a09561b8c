// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import * as answers from './answers.ts';
import { button, deskForEachTest, shownText } from './desk-page.ts';

const MINUTE = 60_000;

const page = deskForEachTest();

function tab(): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>('.nav-link')].find(
    (link) => link.textContent === 'Insights',
  );
  if (!found) throw new Error('no tab');
  return found;
}

function tabIsShown(): boolean {
  return !tab().classList.contains('hide');
}

function lines(): number {
  return document.querySelectorAll('.edai-line').length;
}

test('a form opens without waiting for the site, and then shows the insight', async () => {
  page.desk.open('Student', 'S1');
  expect(page.open).toMatchObject([{ method: 'student', args: { name: 'S1' } }]);
  expect(tabIsShown()).toBe(false);
  await page.answer(answers.lina);
  expect(tabIsShown()).toBe(true);
  expect(shownText()).toContain(answers.lina.headline.text);
  expect(lines()).toBe(1);
});

test('a form that had but one tab gets its link back beside ours, so that the way leads back', async () => {
  const form = page.desk.open('Student Group', 'G8 Class');
  expect(form.layout.tabs.map(({ link }) => link.classList.contains('hide'))).toEqual([true, true]);
  await page.answer(answers.lina);
  expect(form.layout.tabs.map(({ link }) => link.classList.contains('hide'))).toEqual([false, false]);
});

test('who has no business with a pupil sees neither tab nor line nor message', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(null, 403);
  expect(tabIsShown()).toBe(false);
  expect(lines()).toBe(0);
  expect(shownText()).toBe('');
  expect(page.desk.dialogs).toHaveLength(0);
});

test('a switched-off panel is not there', async () => {
  page.desk.open('Student', 'S1');
  await page.answer({ state: 'off' });
  expect(tabIsShown()).toBe(false);
});

test('a right that was taken away takes the tab away, also while it is open', async () => {
  const form = page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  tab().click();
  page.desk.hear('education_ai_insight');
  await page.answer(null, 403);
  expect(tabIsShown()).toBe(false);
  expect(form.layout.tabs[0]?.is_active()).toBe(true);
  expect(shownText()).toBe('');
});

test('a student who may see only their own page never sees the tab of another, not for a moment', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.forStudent);
  page.desk.open('Student', 'S2');
  expect(tabIsShown()).toBe(false);
  expect(shownText()).toBe('');
});

test('what was announced of one pupil is not said of the next', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.hear('education_ai_insight');
  await page.answer(answers.forStudent);
  page.desk.open('Student', 'S2');
  expect(document.querySelector('[aria-live="polite"]')?.textContent).toBe('');
});

test('a page that was left asks no more, also when it had just heard of something', async () => {
  const form = page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.hear('education_ai_insight');
  page.desk.hear('education_ai_insight');
  await page.answer(answers.lina);
  page.desk.leave(form);
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(page.open).toHaveLength(0);
});

test('staff see that the next pupil is loading, and nothing of the one before', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.open('Student', 'S2');
  expect(tabIsShown()).toBe(true);
  expect(shownText()).toBe('Loading insights');
  expect(lines()).toBe(0);
});

test('an answer for a pupil left behind is dropped', async () => {
  page.desk.open('Student', 'S1');
  page.desk.open('Student', 'S2');
  const [first, second] = page.open;
  await second?.reply(200, { message: answers.empty });
  await first?.reply(200, { message: answers.lina });
  expect(shownText()).toContain('Nothing in the records needs a step.');
});

test('a new document asks nothing and shows nothing', () => {
  page.desk.open('Student', 'new-student-1', { isNew: true });
  expect(page.open).toHaveLength(0);
  expect(tabIsShown()).toBe(false);
});

test('a failure of ours never stops the other scripts of the form', () => {
  const complaint = vi.spyOn(console, 'error').mockReturnValue();
  const broken = page.desk.open('Student', 'S1', { withOurFields: false });
  Object.defineProperty(broken, 'fields_dict', {
    get: () => {
      throw new Error('another layout');
    },
  });
  expect(() => page.desk.open('Student', 'S2')).not.toThrow();
  expect(complaint).toHaveBeenCalled();
});

test('a form without our field is left alone', () => {
  page.desk.open('Student', 'S1', { withOurFields: false });
  expect(page.open).toHaveLength(0);
});

test('what could not be loaded says so, and loads on request', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(null, 500);
  expect(tabIsShown()).toBe(true);
  expect(shownText()).toContain('The insight could not be loaded.');
  button('Try again').click();
  await page.answer(answers.lina);
  expect(shownText()).toContain(answers.lina.headline.text);
});

test('a new insight changes the panel by itself and is announced politely', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  expect(page.desk.emitted).toEqual([['task_subscribe', answers.CHANNEL]]);
  page.desk.hear('education_ai_insight');
  await page.answer({
    ...answers.lina,
    level: 'watch',
    headline: { text: 'Back on all Mondays.', step: null },
  });
  expect(shownText()).toContain('Back on all Mondays.');
  expect(document.querySelector('.edai-line')?.textContent).toContain('● Watch');
  expect(document.querySelector('[aria-live="polite"]')?.textContent).toBe('The insights have changed.');
});

test('the same insight read again is not announced', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.hear('education_ai_insight');
  await page.answer({ ...answers.lina, worked_out: '2026-11-23 09:00:00' });
  expect(document.querySelector('[aria-live="polite"]')?.textContent).toBe('');
});

test('a message asks at once, and a burst of them soon once more', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  for (let i = 0; i < 20; i += 1) page.desk.hear('education_ai_insight');
  expect(page.open).toHaveLength(1);
  await page.answer(answers.lina);
  await vi.advanceTimersByTimeAsync(100);
  expect(page.open).toHaveLength(1);
  await page.answer(answers.lina);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(page.open).toHaveLength(0);
});

test('while a whole school is worked out, an open page asks ever less often', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  let asked = 0;
  for (let tenths = 0; tenths < 600; tenths += 1) {
    page.desk.hear('education_ai_insight');
    asked += page.open.length;
    while (page.open.length > 0) await page.answer(answers.lina);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(asked).toBeLessThan(20);
  await vi.advanceTimersByTimeAsync(MINUTE);
  while (page.open.length > 0) await page.answer(answers.lina);
  page.desk.hear('education_ai_insight');
  expect(page.open).toHaveLength(1);
});

test('a failed look for news leaves what is there', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.hear('education_ai_insight');
  await page.answer(null, 502);
  expect(shownText()).toContain(answers.lina.headline.text);
});

test('however often a form refreshes there is one line, one listener and one style sheet', async () => {
  for (let i = 0; i < 3; i += 1) {
    page.desk.open('Student', 'S1');
    await page.answer(answers.lina);
  }
  expect(lines()).toBe(1);
  expect(page.desk.listening('education_ai_insight')).toBe(1);
  expect(document.querySelectorAll('style')).toHaveLength(1);
  expect(page.desk.emitted).toHaveLength(1);
});

test('from pupil to pupil the line and the room change, and no listener is added', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.open('Student', 'S2');
  await page.answer({ ...answers.lina, level: 'watch', channel: 'another' });
  expect(document.querySelector('.edai-line')?.textContent).toContain('● Watch');
  expect(page.desk.emitted.at(-1)).toEqual(['task_subscribe', 'another']);
  expect(page.desk.listening('education_ai_insight')).toBe(1);
});

test('the room is left with the form, and joined again on the way back', async () => {
  const form = page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.leave(form);
  expect(page.desk.emitted.at(-1)).toEqual(['task_unsubscribe', answers.CHANNEL]);
  page.desk.hear('education_ai_insight');
  expect(page.open).toHaveLength(0);
  page.desk.open('Student', 'S1');
  expect(shownText()).toContain(answers.lina.headline.text);
  await page.answer(answers.lina);
  expect(page.desk.emitted.at(-1)).toEqual(['task_subscribe', answers.CHANNEL]);
});

test('after a lost connection the room is joined anew and what was missed is read', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  page.desk.hear('disconnect');
  page.desk.hear('connect');
  expect(page.desk.emitted.filter(([event]) => event === 'task_subscribe')).toHaveLength(2);
  expect(page.open).toHaveLength(1);
});

test('a page left open asks again by itself, and moves to the room of the new day', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  await vi.advanceTimersByTimeAsync(6 * MINUTE);
  expect(page.open).toHaveLength(1);
  await page.answer({ ...answers.lina, channel: 'decade' });
  expect(page.desk.emitted.slice(1)).toEqual([
    ['task_unsubscribe', answers.CHANNEL],
    ['task_subscribe', 'decade'],
  ]);
});

test('a new insight leaves the keyboard where it was', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  const rows = button('Show days absent: 9');
  rows.focus();
  page.desk.hear('education_ai_insight');
  await page.answer({ ...answers.lina, headline: { text: 'Another sentence.', step: null } });
  expect(document.activeElement).toBe(rows);
});

test('the line above the form leads to the first sentence of the tab', async () => {
  const form = page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  button('Open insights').click();
  expect(form.layout.tabs[1]?.is_active()).toBe(true);
  expect(document.activeElement?.textContent).toContain(answers.lina.headline.text);
});
