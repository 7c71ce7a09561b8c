/**
 * One thing found, before it becomes part of an insight: the sentence's code and numbers, the level it
 * reaches and how strongly. What sentence a code stands for is `fixtures/app/sentences.json`.
 */
import type sentences from '../../fixtures/app/sentences.json';
import type { InsightValues, Reason } from '../erpnext/contract.ts';
import { compare } from './order.ts';

type Sentences = typeof sentences;
export type Code = keyof Sentences;
type Params<C extends Code> = Record<keyof Sentences[C]['params'] & string, string | number>;
export type Level = InsightValues['level'];
export type Evidence = Reason['evidence'];

/** `strength` is 0-1 within the level and grows with what was found. */
export interface Finding {
  level: Level;
  strength: number;
  reason: Reason;
}

/** A reason with exactly the parameters that its sentence declares. */
export function say<C extends Code>(
  code: C,
  about: string,
  params: Params<C>,
  evidence: Evidence = null,
): Reason {
  return { code, about, params, evidence };
}

export function rows(doctype: string, names: Iterable<string>): Evidence {
  const list = [...names];
  return list.length === 0 ? null : { doctype, names: list };
}

const LEVELS: readonly Level[] = ['steady', 'watch', 'act'];

/** Clearest first: level, then strength, then code and subject, so that equal findings keep one order. */
export function clearestFirst(findings: Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
      b.strength - a.strength ||
      compare(a.reason.code, b.reason.code) ||
      compare(a.reason.about, b.reason.about),
  );
}

/** The highest level among the findings; steady without any. */
export function levelOf(findings: Finding[]): Level {
  return clearestFirst(findings)[0]?.level ?? 'steady';
}

/**
 * 0-100, only for the order of "who first": act 67-100, watch 34-66, steady 0; within a level it grows with
 * the strongest finding of that level.
 */
export function clarityOf(findings: Finding[]): number {
  const first = clearestFirst(findings)[0];
  if (first === undefined || first.level === 'steady') return 0;
  const base = first.level === 'act' ? 67 : 34;
  return base + Math.round(Math.min(1, Math.max(0, first.strength)) * (first.level === 'act' ? 33 : 32));
}
