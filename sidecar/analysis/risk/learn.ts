/**
 * Learns from the school's finished terms which rung may speak: a trained model, else one pooled with what is known
 * from elsewhere, else the rule. A model speaks only where it was better than the rule for pupils it had not seen.
 */
import { foldOf } from '../model/random.ts';
import { compare } from '../order.ts';
import { fairnessOf } from './fairness.ts';
import type { Fairness } from './fairness.ts';
import { chanceOf } from './forecast.ts';
import type { Forecast } from './forecast.ts';
import { beatsRule, binsOf, ruleChances, scoreOf } from './judge.ts';
import type { Bin, Score } from './judge.ts';
import { fitPooled } from './pooled.ts';
import { trainRisk } from './risk-model.ts';
import type { RiskCase } from './training-days.ts';

export type Rung = 'rule' | 'pooled' | 'trained';

/** How often it was right here. `how`: on terms later than those learned from, or on folds of pupils. */
export interface Checked {
  how: 'later_terms' | 'folds';
  pupil_terms: number;
  /** Of each rung that was tried, the rule always among them. */
  scores: { rung: Rung; score: Score }[];
  /** Of the rung that speaks; none for the rule. */
  bins: Bin[];
  /** Whom the rule named: `pupils` different ones, and the share of the days on which it was right. */
  rule: { pupils: number; came: number };
  /** Of the rung that speaks, by groups of pupils; null with too few to compare, missing where an earlier release learned. */
  fairness?: Fairness | null;
}

/** A pupil-term is one pupil in one course of one term. */
export interface Learned {
  rung: Rung;
  forecast: Forecast | null;
  pupil_terms: number;
  failed_or_left: number;
  terms: string[];
  /** The chance from which on a pupil is warned of: as many as the rule named. */
  cut: number;
  checked: Checked | null;
}

/** With fewer of either outcome a share is not known to ten points. */
const MIN_PUPIL_TERMS = 100;
const MIN_EACH = 20;
/** What the trees need on top: fifty of the rarer outcome for each of the families of numbers. */
const TRAINED_PUPIL_TERMS = 1000;
const TRAINED_EACH = 250;
const FOLDS = 5;
const FOLD_SEED = 3;
/** Nobody is warned of a pupil of whom two in three such pupils passed, however few the rule named. */
const LEAST_CUT = 1 / 3;

/**
 * The same cases, in whatever order, give the same answer to the last bit. `groupOf`: which group each pupil belongs
 * to; it changes the table by groups and nothing else.
 */
export function learn(given: readonly RiskCase[], groupOf: ReadonlyMap<string, string>): Learned {
  const cases = [...given].sort(
    (a, b) =>
      compare(a.day, b.day) ||
      compare(a.course, b.course) ||
      compare(a.student, b.student) ||
      compare(a.term, b.term),
  );
  const size = sizeOf(cases);
  const all = { pupil_terms: size.pupilTerms, failed_or_left: size.ones, terms: termsOf(cases) };
  const none = { rung: 'rule' as const, forecast: null, ...all, cut: 1, checked: null };
  if (!isEnough(size, MIN_PUPIL_TERMS, MIN_EACH)) return none;
  const parts = partsOf(cases);
  const judged = parts.flatMap((part) => part.judged);
  const rule = parts.flatMap((part) => ruleChances(part.learned, part.judged));
  const scores: Checked['scores'] = [{ rung: 'rule', score: scoreOf(rule, judged) }];
  const named = judged.filter((row) => row.flagged);
  const checked = {
    how: parts.length === 1 ? ('later_terms' as const) : ('folds' as const),
    pupil_terms: sizeOf(judged).pupilTerms,
    scores,
    bins: [],
    rule: {
      pupils: new Set(named.map((row) => row.student)).size,
      came: named.length === 0 ? 0 : named.reduce((sum, row) => sum + row.outcome, 0) / named.length,
    },
  };
  for (const fit of fitsFor(parts)) {
    const chances = parts.flatMap((part) => {
      const forecast = fit(part.learned);
      return part.judged.map((row) => chanceOf(forecast, row));
    });
    const forecast = fit(cases);
    scores.push({ rung: forecast.rung, score: scoreOf(chances, judged) });
    if (!beatsRule(chances, rule, judged)) continue;
    const cut = cutOf(chances, named.length);
    const said = { chances, warned: chances.map((chance) => chance >= cut) };
    return {
      ...none,
      rung: forecast.rung,
      forecast,
      cut,
      checked: {
        ...checked,
        bins: binsOf(chances, judged),
        fairness: fairnessOf(judged, said, groupOf),
      },
    };
  }
  const said = { chances: rule, warned: judged.map((row) => row.flagged) };
  return { ...none, checked: { ...checked, fairness: fairnessOf(judged, said, groupOf) } };
}

interface Part {
  learned: RiskCase[];
  judged: RiskCase[];
}

/** The latest terms held out, as few as are enough to judge by, where what is left is enough too; else folds. */
function partsOf(cases: readonly RiskCase[]): Part[] {
  const terms = termsOf(cases);
  for (let last = terms.length - 1; last > 0; last -= 1) {
    const late = new Set(terms.slice(last));
    const learned = cases.filter((row) => !late.has(row.term));
    const judged = cases.filter((row) => late.has(row.term));
    if (!isEnough(sizeOf(learned), MIN_PUPIL_TERMS, MIN_EACH)) break;
    if (isEnough(sizeOf(judged), MIN_PUPIL_TERMS, MIN_EACH)) return [{ learned, judged }];
  }
  return Array.from({ length: FOLDS }, (_, fold) => {
    const isOut = (row: RiskCase): boolean => foldOf(row.student, FOLDS, FOLD_SEED) === fold;
    return { learned: cases.filter((row) => !isOut(row)), judged: cases.filter(isOut) };
  });
}

/** The rungs above the rule, highest first. A model is trained only where a later term can judge it. */
function fitsFor(parts: readonly Part[]): ((cases: readonly RiskCase[]) => Forecast)[] {
  const [only, ...others] = parts;
  if (only === undefined || others.length > 0) return [pooled];
  return isEnough(sizeOf(only.learned), TRAINED_PUPIL_TERMS, TRAINED_EACH) ? [trained, pooled] : [pooled];
}

/** Terms in the order in which they began to be learned from. */
function termsOf(cases: readonly RiskCase[]): string[] {
  const first = new Map<string, string>();
  for (const { term, day } of cases) {
    const known = first.get(term);
    if (known === undefined || day < known) first.set(term, day);
  }
  return [...first]
    .sort(([a, from], [b, other]) => compare(from, other) || compare(a, b))
    .map(([term]) => term);
}

const pooled = (cases: readonly RiskCase[]): Forecast => ({
  rung: 'pooled',
  model: fitPooled(cases, cases.length / sizeOf(cases).pupilTerms),
});

const trained = (cases: readonly RiskCase[]): Forecast => ({ rung: 'trained', model: trainRisk(cases) });

interface Size {
  pupilTerms: number;
  ones: number;
}

function sizeOf(cases: readonly RiskCase[]): Size {
  const outcomes = new Map(
    cases.map(({ student, course, term, outcome }) => [JSON.stringify([student, course, term]), outcome]),
  );
  return {
    pupilTerms: outcomes.size,
    ones: [...outcomes.values()].reduce((sum, outcome) => sum + outcome, 0),
  };
}

function isEnough({ pupilTerms, ones }: Size, least: number, each: number): boolean {
  return pupilTerms >= least && ones >= each && pupilTerms - ones >= each;
}

/** The chance of the last of as many as the rule named. */
function cutOf(chances: readonly number[], named: number): number {
  return Math.max(LEAST_CUT, [...chances].sort((a, b) => b - a)[Math.max(0, named - 1)] ?? 1);
}
