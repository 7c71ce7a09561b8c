/** A walk over a real site as every kind of reader: who sees what is `fixtures/app/who_reads.json`, and no more. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import table from '../../fixtures/app/who_reads.json' with { type: 'json' };
import { castOf, READERS, ROWS, SUBJECTS, type Cast, type Reader, type Subject } from './roles/cast.ts';
import { GUESS, PLAIN, probes } from './roles/sealed.ts';
import { Stage } from './roles/stage.ts';
import { mentions, seen, WAYS } from './roles/ways.ts';
import { benchOfEnvironment, MISSING_BENCH, MISSING_SITE, siteOfEnvironment } from './site.ts';

const site = siteOfEnvironment();
const bench = benchOfEnvironment();
/** The table holds with everything shown that a school can show, but for teachers' figures, which stay their own. */
const SETTINGS = { show: 1, show_to_students: 1, show_to_guardians: 1, show_teaching: 0 };

/** Whose own panel a reader's `own` or `ward` means. */
const ABOUT: Partial<Record<Reader, Subject>> = {
  student: 'A',
  guardian: 'A',
  other_student: 'B',
  other_guardian: 'B',
};

const Panel = z.looseObject({ state: z.string() });

describe.skipIf(site === null)(`who reads what${site === null ? `: ${MISSING_SITE}` : ''}`, () => {
  const admin = site!;
  const stage = new Stage(admin);
  const before: Record<string, unknown> = {};
  let cast: Cast;

  beforeAll(async () => {
    const settings = await admin.get('AI Settings', 'AI Settings');
    for (const field of Object.keys(SETTINGS)) before[field] = settings[field];
    await admin.update('AI Settings', 'AI Settings', SETTINGS);
    cast = await castOf(stage);
  });

  afterAll(async () => {
    await admin.update('AI Settings', 'AI Settings', before);
    const readings = [['target', '=', cast.course]];
    for (const { name } of await admin.list('AI Read Log', { filters: readings }))
      stage.remember('AI Read Log', name);
    const left = await stage.clear();
    expect(left, 'what the walk made and could not remove').toEqual([]);
  });

  describe.each(READERS)('%s', (who) => {
    it.each(ROWS)('sees of %s what the table says, in every way there is', async (doctype) => {
      const found: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const [id, way] of Object.entries(table.ways)) {
        if (id === 'open_count' && doctype === 'Assessment Insight') continue; // one per result: says nothing new
        const got: Subject[] = [];
        for (const subject of SUBJECTS) {
          const target = { cast, subject, doctype, name: cast.pupils[subject].rows[doctype] };
          if (await seen(async () => WAYS[id]!(cast.readers[who], target, who, admin))) got.push(subject);
        }
        found[id] = got.join(' and ') || 'nothing';
        const rule = who === 'system' && 'rule_for_system' in way ? way.rule_for_system : way.rule;
        const may = rule === 'nobody' ? 'none' : table.reads[doctype][who];
        expected[id] = SUBJECTS.filter((subject) => reads(may, who, subject)).join(' and ') || 'nothing';
      }
      expect(found).toEqual(expected);
    });

    it('gets the panels that the table says, and the rows behind them', async () => {
      const reader = cast.readers[who];
      const panel = (method: string, args: Record<string, unknown>) =>
        seen(
          async () =>
            Panel.parse(await reader.call(`education_ai.api.panel.${method}`, args)).state !== 'off',
        );
      for (const subject of SUBJECTS) {
        const { name, group, enrollment, rows } = cast.pupils[subject];
        const mayStudent = reads(table.reads['panel.student'][who], who, subject);
        const mayCourse = reads(table.reads['panel.course'][who], who, subject);
        expect(await panel('student', { name }), `pupil ${subject}`).toBe(mayStudent);
        expect(await panel('course', { name: cast.course, student_group: group }), `class ${subject}`).toBe(
          mayCourse,
        );
        const mayEnrollment = reads(table.reads['panel.program_enrollment'][who], who, subject);
        expect(await panel('program_enrollment', { name: enrollment }), `enrollment ${subject}`).toBe(
          mayEnrollment,
        );
        const mayGroup = reads(table.reads['panel.student_group'][who], who, subject);
        expect(await panel('student_group', { name: group }), `group ${subject}`).toBe(mayGroup);
        const evidence = () =>
          seen(async () =>
            mentions(
              await reader.call('education_ai.api.panel.evidence', {
                insight: rows['AI Insight'],
                reason: 0,
              }),
              'columns',
            ),
          );
        expect(await evidence(), `rows behind ${subject}`).toBe(mayStudent);
      }
      for (const [teacher, name] of Object.entries(cast.instructors)) {
        const isOwn = table.reads['panel.instructor'][who] === 'self' && teacher === who;
        expect(await panel('instructor', { name }), `work of ${teacher}`).toBe(isOwn);
      }
    });
  });

  it.each(READERS)('%s sees and changes the settings that the table says', async (who) => {
    const reader = cast.readers[who];
    for (const subject of SUBJECTS) {
      const { name, rows } = cast.pupils[subject];
      const place = { doctype: 'Student', name, field: 'ai_preferences_settings' };
      // against a state that is not there: who may is told that it moved, and nothing is changed
      const save = { ...place, values: { contact_first: 'student' }, seen: 'another' };
      const decide = { name: rows['AI Conflict'], decision: 'Keep', seen: 'another' };
      const may = reads(table.reads['settings.student'][who], who, subject);
      for (const [method, args] of Object.entries({ save, decide })) {
        const told = () =>
          seen(async () => mentions(await reader.call(`education_ai.api.settings.${method}`, args), 'moved'));
        expect(await told(), `${method} ${subject}`).toBe(may);
      }
    }
  });

  it.each(['student', 'guardian'] as const)(
    '%s is shown no level, forecast, chart or staff reason',
    async (who) => {
      const answer = await cast.readers[who].call('education_ai.api.panel.student', {
        name: cast.pupils.A.name,
      });
      expect(answer).toMatchObject({
        audience: who,
        level: null,
        chart: null,
        next_test: [],
        how_sure: [],
        rule: [],
      });
      expect(JSON.stringify(answer)).not.toMatch(/Most likely|last 15 school days/);
      const staffReason = { insight: cast.pupils.A.rows['AI Insight'], reason: 1 };
      expect(
        await seen(async () =>
          mentions(await cast.readers[who].call('education_ai.api.panel.evidence', staffReason), 'columns'),
        ),
      ).toBe(false);
    },
  );

  it('a pupil left out is hidden from teachers and pupils, and named as left out to the school', async () => {
    const exclusion = await admin.get('AI Exclusion', cast.pupils.A.rows['AI Exclusion']);
    const name = z.string().parse(exclusion['target_student']);
    const teacher = await cast.readers.teacher.call('education_ai.api.panel.student', { name });
    expect(teacher).toEqual({ state: 'off' });
    const manager = await cast.readers.manager.call('education_ai.api.panel.student', { name });
    expect(manager).toMatchObject({ state: 'empty' });
    expect(mentions(manager, 'Left out')).toBe(true);
  });

  describe.skipIf(bench === null)(`a sealed field${bench === null ? `: ${MISSING_BENCH}` : ''}`, () => {
    beforeAll(async () => {
      const { name } = cast.pupils.A;
      const args = JSON.stringify([PLAIN, 'Student', name, 'ai_learning_profile']);
      const sealed = z
        .string()
        .parse(JSON.parse(await bench!.onSite('execute', 'education_ai.sealing.seal', '--args', args)));
      expect(sealed).not.toContain(GUESS);
      await admin.call('frappe.client.set_value', {
        doctype: 'Student',
        name,
        fieldname: 'ai_learning_profile',
        value: sealed,
      });
    });

    it.each(['other_student', 'teacher', 'academics', 'manager', 'guest'] as const)(
      'answers no guess of %s by filter, count, order, group, export or report',
      async (who) => {
        const { guesses, answers } = await probes(cast.readers[who], admin, stage, cast.pupils.A.name);
        for (const [way, found] of Object.entries(guesses)) expect(found, `${who}: ${way}`).toBe(0);
        for (const [way, answer] of Object.entries(answers))
          expect(answer, `${who}: ${way}`).not.toContain(GUESS);
      },
    );
  });

  it('with showing switched off there is no panel for anybody, not even whether there would be one', async () => {
    await admin.update('AI Settings', 'AI Settings', { show: 0 });
    try {
      for (const who of ['student', 'guardian', 'teacher', 'manager'] as const) {
        const answer = await cast.readers[who].call('education_ai.api.panel.student', {
          name: cast.pupils.A.name,
        });
        expect(answer, who).toEqual({ state: 'off' });
      }
    } finally {
      await admin.update('AI Settings', 'AI Settings', { show: 1 });
    }
  });
});

function reads(may: string, who: Reader, subject: Subject): boolean {
  if (may === 'all') return true;
  if (may === 'taught') return subject === 'A';
  return may !== 'none' && ABOUT[who] === subject;
}
