/** The demo school's planted pupils, on the real site: each gets the text that its records deserve, and no other. */
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import planted from '../../fixtures/school/planted.json' with { type: 'json' };
import { MISSING_SITE, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();

const Reasons = z.array(z.object({ code: z.string() }));
const Panel = z.object({
  state: z.string(),
  headline: z.object({ text: z.string() }).nullable(),
  why: z.array(z.object({ title: z.string(), text: z.string() })),
  steps: z.array(z.string()),
  too_little: z.array(z.object({ text: z.string() })),
});

/** What a teacher must read about each pattern, as the sentence stands in `sentences.json`. */
const SAYS: Record<string, RegExp> = {
  mondays: /Monday: absent on 4 of the last 5/,
  streak: /Absent 5 school days in a row/,
  gap: /Linear Equations: \d+ of \d+ points/,
  falling: /84%, 72%, 60%, 46%|Mathematics falling/,
  steady: /Present \d+ of \d+ school days/,
  new: /\d of 15 school days needed/,
  returning: /Present \d+ of \d+ school days/,
};

describe.skipIf(site === null)(`known pupils (${MISSING_SITE})`, () => {
  const names = new Map<string, string>();

  beforeAll(async () => {
    for (const { pattern, first_name, last_name } of planted) {
      const found = await site?.list('Student', {
        filters: [['student_name', '=', `${first_name} ${last_name}`]],
        order_by: 'creation asc',
        limit: 1,
      });
      const [pupil] = found ?? [];
      if (pupil === undefined)
        throw new Error('the demo school is not on this site: run npm run school:load');
      names.set(pattern, pupil.name);
    }
  });

  test.each(planted)('$pattern: $about', async ({ pattern, expects, never }) => {
    if (site === null) return;
    const student = names.get(pattern);
    const rows = await site.list('AI Insight', {
      fields: ['name', 'reasons'],
      filters: [
        ['target_student', '=', student],
        ['is_current', '=', 1],
      ],
    });
    const codes = rows.flatMap((row) =>
      Reasons.parse(JSON.parse(z.string().parse(row['reasons']))).map((reason) => reason.code),
    );
    expect(codes).toEqual(expect.arrayContaining(expects));
    expect(codes.filter((code) => never.includes(code))).toEqual([]);

    const panel = Panel.parse(await site.call('education_ai.api.panel.student', { name: student }));
    const text = [
      ...panel.why.map((row) => `${row.title}: ${row.text}`),
      ...panel.too_little.map((row) => row.text),
    ];
    expect(text.join('\n')).toMatch(SAYS[pattern] ?? /./);
    if (['mondays', 'streak', 'gap', 'falling'].includes(pattern)) {
      expect(panel.headline?.text).toMatch(/\S/);
      expect(panel.steps.length).toBeGreaterThan(0);
    }
  });
});
