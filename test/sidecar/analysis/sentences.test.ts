/** Words are data: every sentence is whole, keeps the rules of tone, and says exactly what an analysis found. */
import { readdirSync, readFileSync } from 'node:fs';
import { assert as check, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseCohort } from '../../../sidecar/analysis/cohort.ts';
import { courseFields } from '../../../sidecar/analysis/course.ts';
import { peerGroups } from '../../../sidecar/analysis/peers/peer-groups.ts';
import type { CourseContent, FieldContent } from '../../../sidecar/analysis/records.ts';
import { analyseStudent } from '../../../sidecar/analysis/student.ts';
import { analyseInstructor } from '../../../sidecar/analysis/teaching/instructor.ts';
import type { Reason } from '../../../sidecar/erpnext/contract.ts';
import { anyClass, anyCourse, anyGroup, anyInstructor, anyPupil } from './any-records.ts';
import { SETTINGS, TODAY } from './pupil.ts';
import { SENTENCES, sentenceOf } from './said.ts';
import type { Sentence } from './said.ts';
import { taught } from './taught.ts';

const { checked } = taught();
const unchecked = { checked: checked === null ? null : { ...checked, bins: [] } };

/** Nothing, the rule with what came of it, a forecast that was counted out here, and one that was not. */
const anyLearned = constantFrom(
  null,
  taught({ rung: 'rule', forecast: null }),
  taught({ cut: 0.02 }),
  taught({ cut: 0.02, ...unchecked }),
);

/** What followed steps here: not counted out, no difference, more and less than for matched pupils. */
const range = (low: number, high: number) => ({ pairs: 14, range: { low, high } });
const anyEffects = constantFrom(
  null,
  { attendance: range(-3, 8), marks: range(-8, -3) },
  { attendance: range(2, 8), marks: range(3, 8) },
  { attendance: range(-8, -2), marks: range(0, 0) },
);

const all = Object.entries(SENTENCES);
const readable = all.filter(([, sentence]) => sentence.section !== 'chart');

function templates({ title, staff, headline, student, guardian }: Sentence): string[] {
  return [title, staff, headline, student, guardian].filter((line) => typeof line === 'string');
}

const wholeNumber = (value: unknown) => Number.isInteger(value);
const isText = (value: unknown) => typeof value === 'string' && value !== '';

describe.each(all)('%s', (_, sentence) => {
  const places = templates(sentence).flatMap((line) =>
    [...line.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
  );

  test('declares every place it fills and fills every parameter it declares', () => {
    expect(new Set(places)).toEqual(new Set(Object.keys(sentence.params)));
    expect(sentence.minimum === undefined || sentence.minimum.param in sentence.params).toBe(true);
    const counts = [...(sentence.evidence ?? '{count}').matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(counts).toEqual(['count']);
  });

  test('has no pronoun, guess, rank or cause, and no decimals', () => {
    for (const line of templates(sentence)) {
      expect(line).not.toMatch(/\b(he|she|they|his|her|hers|their|them|him|it's|your?|we|our|i)\b/i);
      expect(line).not.toMatch(/\b(AI|thinks?|rank|percentile|best|worst|because|due to|lazy|weak|risk)\b/i);
      expect(line).not.toMatch(/\d\.\d/);
    }
  });

  test('a headline is a clause: it begins small or with a value, and has no full stop', () => {
    const { headline } = sentence;
    if (headline !== undefined) expect(headline).toMatch(/^[a-z{].*[^.]$/);
  });

  test('counts are labelled, not counted in words: no noun right behind a number that may be one', () => {
    // These numbers have a minimum of two or more, so that the noun is always plural.
    const plural = new Set([
      'tests',
      'days',
      'lessons',
      'need',
      'before',
      'recent',
      'pupils',
      'maximum',
      'least',
    ]);
    for (const line of templates(sentence)) {
      for (const [, name] of line.matchAll(/\{(\w+)\} (?:school )?(?:days|tests|pupils|points|lessons)\b/g)) {
        expect(plural).toContain(name);
      }
    }
  });

  test('pupils and guardians read no level, forecast, rule or comparison', () => {
    if (['rule', 'next', 'sure', 'class', 'part'].includes(sentence.section)) {
      expect([sentence.student, sentence.guardian]).toEqual([null, null]);
    }
    for (const line of [sentence.student, sentence.guardian]) {
      expect(line ?? '').not.toMatch(/class|most likely|mean|pass mark|forecast/i);
    }
  });
});

function everythingSaid(content: FieldContent | CourseContent | null): Reason[] {
  if (content === null) return [];
  const classes = 'classes' in content ? content.classes : [];
  return [...content.said, ...classes.flatMap(({ said }) => said)];
}

describe('every reason that is ever said', () => {
  const types: Record<Sentence['params'][string], (value: unknown) => boolean> = {
    count: (value) => wholeNumber(value) && Number(value) >= 0,
    percent: (value) => wholeNumber(value) && Number(value) >= 0 && Number(value) <= 100,
    points: (value) => wholeNumber(value) && Number(value) >= 0,
    weekday: (value) => wholeNumber(value) && Number(value) >= 0 && Number(value) <= 6,
    date: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
    course: isText,
    criterion: isText,
    student: isText,
    test: isText,
    text: isText,
  };

  function checkReason(reason: Reason): void {
    const { params, minimum } = sentenceOf(reason);
    expect(new Set(Object.keys(reason.params))).toEqual(new Set(Object.keys(params)));
    for (const [name, type] of Object.entries(params)) {
      if (!types[type](reason.params[name])) throw new Error(`${reason.code}.${name} is no ${type}`);
    }
    if (minimum !== undefined)
      expect(Number(reason.params[minimum.param])).toBeGreaterThanOrEqual(minimum.count);
    if (reason.evidence !== null) expect(reason.evidence.names.length).toBeGreaterThan(0);
  }

  test('has a sentence, its parameters of the declared types, and the minimum behind it', () => {
    const said = new Set<string>();
    check(
      property(
        anyPupil,
        anyClass,
        anyInstructor,
        anyCourse,
        anyGroup,
        anyLearned,
        anyEffects,
        (records, cohort, teacher, course, group, learned, effects) => {
          const { insights, assessments, fields } = analyseStudent(
            records,
            SETTINGS,
            TODAY,
            learned,
            effects,
          );
          const { insight } = analyseCohort(cohort, SETTINGS, TODAY);
          const written = [
            ...fields,
            analyseInstructor(teacher, SETTINGS, TODAY).fields,
            courseFields(course, SETTINGS),
          ];
          const charts = [...insights, ...(insight === null ? [] : [insight])].map(
            ({ values }) => values.chart,
          );
          const reasons = [
            ...insights.flatMap(({ values }) => values.reasons),
            ...assessments.flatMap(({ values }) => [
              ...values.ai_analysis,
              ...values.improvement_suggestions,
            ]),
            ...written.flatMap(({ values }) => Object.values(values).flatMap(everythingSaid)),
            ...(insight?.values.reasons ?? []),
            ...(peerGroups(group, SETTINGS)?.values.reasons ?? []),
          ];
          for (const reason of reasons) {
            checkReason(reason);
            said.add(reason.code);
          }
          for (const chart of charts) {
            if (chart === null) continue;
            for (const code of [chart.code, ...chart.series.map((series) => series.code)]) {
              expect(SENTENCES[code]?.section).toBe('chart');
            }
            for (const { values } of chart.series) expect(values).toHaveLength(chart.labels.length);
          }
        },
      ),
      { numRuns: 1000, seed: 7 },
    );
    // The records drawn are wild enough to bring up nearly everything, so the check above is no empty one.
    expect(said.size).toBeGreaterThan(readable.length * 0.8);
  }, 60_000);

  test('no sentence stands here that nothing says', () => {
    const folder = new URL('../../../sidecar/analysis/', import.meta.url);
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    for (const [code] of all) expect(source).toContain(`'${code}'`);
  });
});
