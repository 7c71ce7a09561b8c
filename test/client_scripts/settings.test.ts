// @vitest-environment happy-dom
import { describe, expect, test, vi } from 'vitest';
import * as answers from './answers.ts';
import * as settings from './setting-answers.ts';
import { deskForEachTest } from './desk-page.ts';

const page = deskForEachTest();

function press(label: string, within: ParentNode = document): void {
  const found = [...within.querySelectorAll('button')].find(
    (one) => one.textContent?.trim() === label || one.getAttribute('aria-label') === label,
  );
  if (!found) throw new Error(`no button ${label}`);
  found.click();
}

function dialog(): HTMLElement {
  const found = document.querySelector<HTMLElement>('.modal');
  if (!found) throw new Error('no dialog');
  return found;
}

function said(place: ParentNode | null): string {
  return (place?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

function enter(selector: string, value: string): void {
  const field = dialog().querySelector<HTMLInputElement>(selector);
  if (!field) throw new Error(`no field ${selector}`);
  field.value = value;
  field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
}

/** The panel with a dialog open on its preferences. */
async function editing(): Promise<void> {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  press('Edit: Preferences');
}

describe('the edit dialog', () => {
  test('saves only what was changed, against the state that was shown, and the panel asks again', async () => {
    await editing();
    expect(said(dialog())).toContain('Stands beside the next steps that staff see.');
    enter('#edai-setting-1', 'student');
    press('Save', dialog());
    expect(page.open).toMatchObject([
      {
        method: 'save',
        args: {
          doctype: 'Student',
          name: 'S1',
          field: 'ai_preferences_settings',
          values: { contact_first: 'student' },
          seen: 'state-1',
        },
      },
    ]);
    await page.answer({ moved: false, settings: [] });
    expect(document.querySelector('.modal')).toBeNull();
    expect(page.open).toMatchObject([{ method: 'student' }]);
  });

  test('asks the site for nothing where nothing was changed', async () => {
    await editing();
    press('Save', dialog());
    await vi.advanceTimersByTimeAsync(0);
    expect(page.open).toEqual([]);
    expect(document.querySelector('.modal')).toBeNull();
  });

  test('shows what somebody else set meanwhile, and overwrites it only when saved again', async () => {
    await editing();
    enter('#edai-setting-1', 'guardian');
    press('Save', dialog());
    const now = { ...settings.preferences, seen: 'state-9' };
    await page.answer({ moved: true, settings: [now] });
    expect(said(dialog().querySelector('[role=alert]'))).toContain('Contact first, now: The guardian');
    press('Save', dialog());
    expect(page.open).toMatchObject([{ args: { values: { contact_first: 'guardian' }, seen: 'state-9' } }]);
  });

  test('says why the site refused a value, and keeps what was entered', async () => {
    page.desk.open('Course', 'Mathematics');
    await page.answer(answers.mathematics);
    press('Edit: Resources');
    press('Add a link', dialog());
    enter('[aria-label="Title of link 3"]', 'Bad');
    press('Save', dialog());
    expect(page.open[0]?.args).toMatchObject({
      values: { links: [...settings.resources.keys[0]!.value, { title: 'Bad', url: '' }] },
    });
    const messages = JSON.stringify([
      JSON.stringify({ message: 'Resources: has an address that does not fit.' }),
    ]);
    await page.answer(null, 417, { _server_messages: messages });
    expect(said(dialog().querySelector('[role=alert]'))).toBe('Resources: has an address that does not fit.');
    expect(dialog().querySelector<HTMLInputElement>('[aria-label="Title of link 3"]')?.value).toBe('Bad');
  });

  test.each([
    [403, 'You may not change this any more.'],
    [500, 'This could not be saved. Try again.'],
  ])('says so where the site answers %i', async (status, sentence) => {
    await editing();
    enter('#edai-setting-0', 'short');
    press('Save', dialog());
    await page.answer(null, status);
    expect(said(dialog().querySelector('[role=alert]'))).toBe(sentence);
  });

  test('takes one line for each objective, and a link away', async () => {
    page.desk.open('Course', 'Mathematics');
    await page.answer(answers.mathematics);
    press('Edit: Objectives');
    enter('textarea', 'Reason in words\nDraw to scale');
    press('Save', dialog());
    expect(page.open[0]?.args).toMatchObject({
      values: { objectives: ['Reason in words', 'Draw to scale'] },
    });
    await page.answer({ moved: false, settings: [] });
    press('Edit: Resources');
    press('Remove link 1', dialog());
    press('Save', dialog());
    expect(page.open.at(-1)?.args).toMatchObject({
      values: { links: [settings.resources.keys[0]!.value[1]] },
    });
  });

  test('is not sent twice by a double click', async () => {
    await editing();
    enter('#edai-setting-1', 'student');
    press('Save', dialog());
    press('Save', dialog());
    expect(page.open).toHaveLength(1);
  });
});

test('a setting that waits for a decision leads to its conflict', async () => {
  page.desk.open('Student', 'S1');
  await page.answer(answers.lina);
  press('Decide: Contact first');
  expect(page.desk.routes).toEqual([['Form', 'AI Conflict', 'c0nf11ct']]);
});

test('a reader without settings sees no section for them', async () => {
  page.desk.open('Student', 'S1');
  await page.answer({ ...answers.lina, settings: [] });
  expect(said(document.querySelector('.edai-panel'))).not.toContain('Preferences');
});

test('teachers see and change their own wishes', async () => {
  page.desk.open('Instructor', 'Ada Berg');
  await page.answer(answers.teacher);
  expect(said(document.querySelector('.edai-panel'))).toContain('Marks Off');
  press('Edit: Insights I want');
  const box = dialog().querySelectorAll<HTMLInputElement>('input[type=checkbox]')[1];
  expect(box?.checked).toBe(false);
  box?.click();
  press('Save', dialog());
  expect(page.open).toMatchObject([{ args: { doctype: 'Instructor', values: { marks: true } } }]);
});

async function openConflict() {
  const form = page.desk.open('AI Conflict', 'c0nf11ct');
  await page.answer(settings.conflict);
  return form;
}

describe('a conflict', () => {
  test('shows the three values side by side', async () => {
    await openConflict();
    const sides = [...document.querySelectorAll('.edai-sides section')].map((side) => said(side));
    expect(sides).toEqual([
      'Set by people The guardian Keep',
      "Suggested by the analysis The pupil Use the AI's",
      'Before both Not set',
    ]);
  });

  test.each(['Keep', "Use the AI's"])(
    'is decided by "%s" against the state that was shown',
    async (decision) => {
      const form = await openConflict();
      press(decision);
      expect(page.open).toMatchObject([
        { method: 'decide', args: { name: 'c0nf11ct', decision, seen: 'state-1' } },
      ]);
      await page.answer(settings.decided);
      expect(said(document.querySelector('.edai-lead'))).toContain('Keep: The guardian');
      expect(form.reloads).toBe(1);
      expect(document.querySelectorAll('.edai-sides button')).toHaveLength(0);
    },
  );

  test('is decided by another value', async () => {
    await openConflict();
    press('Edit');
    enter('select', 'student');
    press('Save', dialog());
    expect(page.open).toMatchObject([{ args: { decision: 'Edit', value: 'student', seen: 'state-1' } }]);
  });

  test('is not decided where the field changed meanwhile: it is shown anew', async () => {
    await openConflict();
    press('Keep');
    const now = {
      ...settings.conflict,
      moved: true,
      seen: 'state-9',
      values: { site: [], ai: ['The pupil'], base: [] },
    };
    await page.answer(now);
    expect(said(document.querySelector('[role=alert]'))).toContain('This was changed meanwhile.');
    press('Keep');
    expect(page.open).toMatchObject([{ args: { seen: 'state-9' } }]);
  });

  test('that cannot be read says so, and can be tried again', async () => {
    page.desk.open('AI Conflict', 'c0nf11ct');
    await page.answer(null, 500);
    press('Try again');
    await page.answer(settings.conflict);
    expect(said(document.querySelector('.edai-lead'))).toContain('Contact first: Lina Haddad');
  });
});
