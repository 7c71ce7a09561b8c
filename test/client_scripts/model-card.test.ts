// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeDesk } from './fake-desk.ts';

const SCRIPT = 'frappe_app/education_ai/education_ai/doctype/ai_model_card/ai_model_card.js';
const MARKS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

interface CardForm {
  doc: { card: string | null };
  get_field(name: string): { $wrapper: { html(text: string): void } };
}

let refresh: (frm: CardForm) => void;

const desk = {
  ui: {
    form: {
      on(_doctype: string, handlers: { refresh: typeof refresh }) {
        refresh = handlers.refresh;
      },
    },
  },
  utils: {
    escape_html: (text: string) => text.replaceAll(/[&<>"']/g, (mark) => MARKS[mark] ?? mark),
  },
};

beforeEach(() => {
  runInNewContext(readFileSync(SCRIPT, 'utf8'), { frappe: desk, __: new FakeDesk().translate });
});

/** What the form shows of the card. */
function shown(card: unknown): HTMLElement {
  const page = document.createElement('div');
  refresh({
    doc: { card: JSON.stringify(card) },
    get_field: () => ({
      $wrapper: {
        html: (text) => {
          page.innerHTML = text;
        },
      },
    }),
  });
  return page;
}

const share = (value: number, low: number, high: number) => ({ value, low, high });
const errors = {
  auc: share(0.8123, 0.7, 0.9),
  caught: share(0.6, 0.386, 0.781),
  false_alarms: share(0.1, 0.047, 0.202),
};
const group = (name: string) => ({ ...errors, group: name, pupils: 80, courses: 85, failed_or_left: 20 });
const gaps = { ...errors, false_alarms: share(0.05, 0, 0.17) };
const fairness = { groups: ['', 'Female', '<b>Male</b>'].map(group), gaps };
const checked = {
  how: 'later_terms',
  pupil_terms: 255,
  scores: [{ rung: 'rule', brier: 0.12, log_loss: 0.4, calibration_error: 0.02, auc: 0.8 }],
  bins: [{ said: 0.1, came: 0.12, pupils: 64 }],
  rule: { pupils: 41, came: 1 },
};
const card = (of: unknown) => ({
  rung: 'rule',
  learned_on: '2026-11-20',
  pupil_terms: 640,
  failed_or_left: 120,
  terms: ['Term 1'],
  checked: of,
});

const byGender = (page: HTMLElement) =>
  [...page.querySelectorAll('table')].find((table) =>
    (table.querySelector('caption')?.textContent ?? '').startsWith('By gender'),
  );

describe('the table by gender', () => {
  test('has a row for each group, with ranges, and one for the difference', () => {
    const table = byGender(shown(card({ ...checked, fairness })));
    const rows = [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    const figures = ['0.81 (0.70 to 0.90)', '60% (39% to 78%)', '10% (5% to 20%)'];
    expect(rows).toEqual([
      ['Not entered', '80', '85', '20', ...figures],
      ['Female', '80', '85', '20', ...figures],
      ['<b>Male</b>', '80', '85', '20', ...figures],
      [
        'Highest less lowest, shares in points; who is not entered is left out',
        '',
        '',
        '',
        '0.81 (0.70 to 0.90)',
        '60 (39 to 78)',
        '5 (0 to 17)',
      ],
    ]);
  });

  test('is a table to a screen reader, and nothing in it is markup of the school', () => {
    const page = shown(card({ ...checked, fairness }));
    expect(page.querySelector('b')).toBeNull();
    for (const table of page.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.textContent).not.toBe('');
      const columns = [...table.querySelectorAll('thead th')];
      expect(columns.every((cell) => cell.getAttribute('scope') === 'col')).toBe(true);
      for (const row of table.querySelectorAll('tbody tr')) {
        expect(row.children).toHaveLength(columns.length);
        expect(row.firstElementChild?.outerHTML).toMatch(/^<th scope="row">/);
      }
    }
  });

  test('comes with how to read it and what to do', () => {
    const text = shown(card({ ...checked, fairness })).textContent;
    expect(text).toContain('A difference whose brackets begin at 0 can be chance');
    expect(text).toContain('"Show insights" in AI Settings');
  });

  test('is a sentence where there are no two groups, where the card is older, and where nothing was checked', () => {
    for (const [of, said] of [
      [{ ...checked, fairness: null }, 'By gender: not told, since there are no two groups to compare.'],
      [checked, 'By gender: not compared on this card.'],
      [null, 'Not yet checked here'],
    ] as const) {
      const page = shown(card(of));
      expect(page.textContent).toContain(said);
      expect(byGender(page)).toBeUndefined();
      expect(page.textContent).toContain('Gender is never used for any insight.');
    }
  });
});
