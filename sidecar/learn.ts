/**
 * Learns the early warning anew, and what followed steps: after a first load, when a term ends, and every four weeks,
 * since results of a finished term still come in and are corrected. What it learns is a function of the mirror and the
 * day alone.
 */
import { addDays, earlier } from './analysis/calendar.ts';
import { effectsOf, followedStep, type Effects, type FollowedStep } from './analysis/follow-up/effects.ts';
import { historyCases } from './analysis/risk/history.ts';
import { FOLLOW_DAYS, FOLLOW_TESTS_DAYS } from './analysis/thresholds.ts';
import type { RiskCase } from './analysis/risk/training-days.ts';
import { siteDay, startOfSiteDay, type Clock } from './clock.ts';
import { analyseNowTouch, learnTouch } from './due.ts';
import { AppError } from './errors.ts';
import type { Settings } from './erpnext/contract.ts';
import type { Learner } from './learner.ts';
import { storeModel } from './store/models.ts';
import type { Store } from './store/open.ts';
import { readFairnessGroups } from './store/records-fairness.ts';
import { finishedClasses, historySize, nextTermEnd } from './store/records-history.ts';
import { attendanceOfClass, resultsOfClass, stepsTaken } from './store/records-steps.ts';
import { readState } from './store/state.ts';
import type { Db } from './store/tables.ts';
import { everyTarget } from './store/targets.ts';
import { claim, finish, nextDue, touch, type Claim } from './store/work.ts';
import type { Wake } from './wake.ts';
import type { Stage } from './work.ts';

export interface LearnTools {
  store: Store;
  clock: Clock;
  learner: Learner;
  wake: Wake;
  /** Rung when there is something to analyse. */
  analyseWake: Wake;
}

/** Longer than learning takes: 10,000 pupils took 76 s on a busy machine. */
const LEASE_MS = 3 * 60_000;
const EVERY_DAYS = 28;
/** Days of pupil-terms that are learned from: 4,000 courses of pupils in a term of twenty weeks, more where it begins with few tests. */
const MOST_CASES = 40_000;
/** The training grid has one day a fortnight. */
const CASES_A_WEEK = 0.5;
/** Steps of the last two years: before, a school did other things. */
const STEPS_DAYS = 730;

export function learningStage(tools: LearnTools): Stage {
  const { store, clock } = tools;
  return {
    name: 'learning',
    wake: tools.wake,
    async take(lease) {
      const now = clock.now();
      const claims = await claim(store.db, { stage: 'learn', limit: 1, now, leaseMs: LEASE_MS, lease });
      return claims.length === 0 ? null : { claims, run: (part) => relearn(tools, part) };
    },
    nextDue: () => nextDue(store.db, ['learn']),
  };
}

async function relearn(tools: LearnTools, claims: Claim[]): Promise<void> {
  const { store, clock } = tools;
  const { settings, timeZone } = await readState(store.db);
  if (settings === null || timeZone === null) throw new AppError('leader.lost');
  const today = siteDay(clock.now(), timeZone);
  const cases = await readHistory(store.db, today, settings);
  const learned = await tools.learner(cases, await readFairnessGroups(store));
  const effects = await followSteps(store.db, today);
  await store.transaction(async (tx) => {
    const mine = await finish(tx, claims);
    if (mine.length === 0) return;
    const now = clock.now();
    const again = earlier(await nextTermEnd(tx, today), addDays(today, EVERY_DAYS)) ?? today;
    await touch(tx, [learnTouch(startOfSiteDay(again, timeZone))]);
    if (!(await storeModel(tx, { learned, effects }, today))) return;
    const pupils = (await everyTarget(tx)).filter(({ kind }) => kind === 'student');
    await touch(
      tx,
      pupils.map((target) => analyseNowTouch(target, now)),
    );
  });
  tools.analyseWake.ring();
}

async function readHistory(db: Db, today: string, settings: Settings): Promise<RiskCase[]> {
  const share = Math.min(1, MOST_CASES / Math.max(1, CASES_A_WEEK * (await historySize(db, today))));
  const cases: RiskCase[] = [];
  for await (const rows of finishedClasses(db, today))
    for (const row of historyCases(rows, settings, share)) cases.push(row);
  return cases;
}

/** Classmates about whom somebody acted within the same weeks are nobody to compare with. */
async function followSteps(db: Db, today: string): Promise<Effects> {
  const steps = await stepsTaken(db, { from: addDays(today, -STEPS_DAYS), to: today });
  const followed: FollowedStep[] = [];
  for (const step of steps) {
    const weeks = { from: addDays(step.day, -FOLLOW_DAYS), to: addDays(step.day, FOLLOW_DAYS) };
    if (weeks.to >= today) continue;
    const busy = new Set(
      steps.filter(({ day }) => day >= weeks.from && day <= weeks.to).map(({ student }) => student),
    );
    const isLeft = ({ student }: { student: string }): boolean =>
      student === step.student || !busy.has(student);
    const term = { ...weeks, from: addDays(step.day, -FOLLOW_TESTS_DAYS) };
    const attendance = step.course === '' ? await attendanceOfClass(db, step.student, weeks) : [];
    const results = step.course === '' ? [] : await resultsOfClass(db, step, term);
    const one = followedStep({
      ...step,
      attendance: attendance.filter(isLeft),
      results: results.filter(isLeft),
    });
    if (one !== null) followed.push(one);
  }
  return effectsOf(followed);
}
