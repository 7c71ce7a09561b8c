/**
 * Tells the site how the sidecar is: work it gave up, how far it is behind, what its checks found, and that a first
 * load is complete with all that follows from it. The site answers with what a person asked for: work to try again, pupils to erase.
 */
import type { Clock } from '../clock.ts';
import type { Request } from '../erpnext/contract.ts';
import type { Site } from '../erpnext/client.ts';
import type { Pairing, Session } from '../pairing.ts';
import { markLoadReported, unreportedLoad } from '../store/backfill.ts';
import { markChecksReported, unreportedChecks } from '../store/checks.ts';
import { eraseStudents } from '../store/erasure.ts';
import { assertPaired } from '../store/leader.ts';
import { readModel } from '../store/models.ts';
import type { Store } from '../store/open.ts';
import { documentOfProposal } from '../store/proposals.ts';
import { targetOf } from '../store/targets.ts';
import { countWork, deadWork, isDrained, redrive, type DeadWork } from '../store/work.ts';
import type { Wake } from '../wake.ts';
import type { Stage } from '../work.ts';
import { modelCard } from './model-card.ts';

interface ReportTools {
  site: Site;
  store: Store;
  clock: Clock;
  me: string;
  pairing: Pairing;
  wake: Wake;
}

const REPORT_EVERY_MS = 60_000;
/** Until a first load is reported, panels without an insight say "first analysis is running". */
const LOOK_EVERY_MS = 2_000;

export function reportStage(tools: ReportTools): Stage {
  const { store, clock, pairing } = tools;
  let reportAt = 0;
  let lookAt = 0;
  return {
    name: 'report',
    wake: tools.wake,
    async take() {
      const { session } = pairing;
      const now = clock.now();
      if (session === null || now < lookAt) return null;
      const load = await unreportedLoad(store.db);
      const complete = load?.loaded === true && (await isDrained(store.db, now)) ? load : null;
      lookAt = load === null ? reportAt : now + LOOK_EVERY_MS;
      if (complete === null && now < reportAt) return null;
      reportAt = now + REPORT_EVERY_MS;
      return { claims: [], run: () => report(tools, session, complete) };
    },
    nextDue: () => Promise.resolve(pairing.session === null ? null : lookAt),
  };
}

export async function report(
  tools: Pick<ReportTools, 'site' | 'store' | 'clock' | 'me'>,
  session: Session,
  complete: { load: number; documents: number } | null,
): Promise<void> {
  const { site, store, clock } = tools;
  const now = clock.now();
  const dead = await deadWork(store.db);
  const { oldestDue } = await countWork(store.db, now);
  const finished = new Date(now).toISOString();
  const model = await readModel(store.db);
  const results = await unreportedChecks(store.db, now);
  const checks: Request<'report'>['checks'] = results.map(({ kind, finished: at, ...counts }) => ({
    check: kind,
    finished: new Date(at).toISOString(),
    ...counts,
  }));
  if (complete !== null)
    checks.push({
      check: 'backfill',
      finished,
      examined: complete.documents,
      found: 0,
      repaired: 0,
      details: [],
    });
  const answer = await site.report({
    epoch: session.epoch,
    checks,
    dead: dead.map((work) => ({ code: work.code, ...namedForPeople(work) })),
    lag_seconds: oldestDue === null ? 0 : (now - oldestDue) / 1000,
    model: model === null ? null : modelCard(model),
  });
  const asked = new Set(answer.redrive.map(({ doctype, name }) => JSON.stringify([doctype, name])));
  await store.transaction(async (tx) => {
    await assertPaired(tx, {
      me: tools.me,
      epoch: session.epoch,
      now: clock.now(),
      toChange: true,
    });
    if (complete !== null) await markLoadReported(tx, complete.load);
    await markChecksReported(tx, results);
    await redrive(
      tx,
      dead.filter((work) => asked.has(peopleKey(work))),
      now,
    );
    await eraseStudents(tx, answer.erase);
  });
}

function peopleKey(work: DeadWork): string {
  const { doctype, name } = namedForPeople(work);
  return JSON.stringify([doctype, name]);
}

/** The record a person can look at: the document itself, or whom an analysis is about. */
function namedForPeople({ stage, kind, name }: DeadWork): { doctype: string; name: string } {
  if (stage === 'send' && kind === 'proposal') return documentOfProposal(name);
  if (stage === 'send') return { doctype: 'AI Insight', name };
  if (stage === 'check') return { doctype: 'DocType', name };
  if (stage === 'recheck') return { doctype: kind.slice(kind.indexOf('/') + 1), name };
  if (stage === 'learn') return { doctype: 'AI Settings', name: 'AI Settings' };
  if (stage !== 'analyse') return { doctype: kind, name };
  const target = targetOf(kind, name);
  if (target.kind === 'student') return { doctype: 'Student', name: target.student };
  if (target.kind === 'group' || target.kind === 'peers')
    return { doctype: 'Student Group', name: target.studentGroup };
  if (target.kind === 'instructor') return { doctype: 'Instructor', name: target.instructor };
  return { doctype: 'Course', name: target.kind === 'course' ? target.course : target.key.course };
}
