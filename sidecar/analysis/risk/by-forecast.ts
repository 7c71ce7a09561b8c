/** What a model says of a pupil in a course: how such pupils fared here, and what of the record weighs most. */
import type { InsightValues, Reason } from '../../erpnext/contract.ts';
import { clarityOf, rows, say } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { percent } from '../percent.ts';
import { modeOf, schoolDays } from '../school-days.ts';
import { LEAST_PUPILS } from './by-rule.ts';
import { featuresOf } from './features.ts';
import { chanceOf, heaviest } from './forecast.ts';
import type { Family, Forecast } from './forecast.ts';
import type { Bin } from './judge.ts';
import type { Learned } from './learn.ts';
import type { PupilOnDay } from './pupil-day.ts';
import { riskRule } from './rule.ts';
import { recordsTo, stepsOf } from './steps.ts';

const MOST_REASONS = 3;

/**
 * Null for a pupil whose chance is under the cut. Where the rule holds too it asks for action, else for a look: a
 * forecast alone is no fact.
 */
export function byForecast(
  course: string,
  now: PupilOnDay,
  learned: Learned,
  forecast: Forecast,
): InsightValues | null {
  const values = featuresOf(now);
  const chance = chanceOf(forecast, { values, termDay: now.group.day - now.group.from });
  if (chance < learned.cut) return null;
  const level = riskRule(now) === null ? 'watch' : 'act';
  const reasons = heaviest(forecast, values)
    .flatMap((family) => WEIGHS[family](course, now))
    .slice(0, MOST_REASONS);
  const said = forecastOf(course, learned, forecast.rung, binOf(learned, chance));
  const finding: Finding = { level, strength: chance, reason: said.reason };
  return {
    level,
    clarity: clarityOf([finding]),
    reasons: [...reasons, said.reason, ...howSure(course, learned, forecast.rung), ...stepsOf(course, now)],
    chart: null,
    confidence: said.counted ? 'sure' : 'fairly',
    records_to: recordsTo(now),
    model_version: `${forecast.rung}-1`,
  };
}

/** The group of past pupils with chances like this; above the highest that was seen, the highest. */
function binOf({ checked }: Learned, chance: number): Bin | null {
  return checked?.bins.find((bin) => chance <= bin.up_to) ?? checked?.bins.at(-1) ?? null;
}

function forecastOf(
  course: string,
  { pupil_terms: learned }: Learned,
  rung: Forecast['rung'],
  bin: Bin | null,
): { reason: Reason; counted: boolean } {
  const params = { course, learned };
  if (bin === null || bin.pupils < LEAST_PUPILS) {
    const code = rung === 'trained' ? 'forecast.trained_unchecked' : 'forecast.pooled_unchecked';
    return { reason: say(code, course, params), counted: false };
  }
  const code = rung === 'trained' ? 'forecast.trained' : 'forecast.pooled';
  const counts = { ...params, pupils: bin.pupils, in_ten: Math.round(10 * bin.came) };
  return { reason: say(code, course, counts), counted: true };
}

/** The short form of the model card. */
function howSure(course: string, { checked }: Learned, rung: Forecast['rung']): Reason[] {
  const own = checked?.scores.find((each) => each.rung === rung);
  if (checked === null || own === undefined) return [];
  const error = Math.ceil(100 * own.score.calibration_error);
  return [say('sure.forecast', course, { course, checked: checked.pupil_terms, error })];
}

/** Each family in words, with the pupil's own numbers; nothing where these say nothing. */
const WEIGHS: Record<Family, (course: string, now: PupilOnDay) => Reason[]> = {
  missed(course, { missed, held }) {
    if (missed.length === 0) return [];
    const counts = { course, missed: missed.length, tests: held.length };
    const plans = missed.map((plan) => plan.plan);
    return [say('weighs.missed', course, counts, rows('Assessment Plan', plans))];
  },
  marks(course, { held, marked, results }) {
    const possible = held.reduce((sum, plan) => sum + plan.maximum, 0);
    const earned = marked.reduce((sum, test) => sum + (test.plan.maximum * test.mark) / 100, 0);
    const counts = { course, tests: held.length, earned: Math.min(100, percent(earned, possible)) };
    const names = [...results.values()].map((row) => row.name);
    return [say('weighs.marks', course, counts, rows('Assessment Result', names))];
  },
  silent(course, { marked, group }) {
    if (marked.length === 0) return [];
    const days = group.day - Math.max(...marked.map((test) => test.entered));
    return days <= 0 ? [] : [say('weighs.silent', course, { course, days })];
  },
  absent(course, { pupil: { attendance } }) {
    const { days } = schoolDays(attendance, modeOf(attendance).mode);
    const absent = days.filter((day) => day.absent);
    if (absent.length === 0) return [];
    const names = absent.flatMap((day) => day.rows);
    const counts = { absent: absent.length, days: days.length };
    return [say('weighs.absent', course, counts, rows('Student Attendance', names))];
  },
  earlier(course, { pupil: { earlier } }) {
    return earlier === 0 ? [] : [say('weighs.earlier', course, { course, earlier })];
  },
};
