/**
 * Stage 3's shell: claims dirty targets, reads their records, lets the pure functions of `analysis/` speak, and
 * stores what changed with everything that follows from it, in one transaction.
 */
import { analyseCohort } from './analysis/cohort.ts';
import { courseFields, proposeForCourse, type Limits } from './analysis/course.ts';
import { groupAttendance, groupUntil } from './analysis/group.ts';
import { peerGroups } from './analysis/peers/peer-groups.ts';
import type {
  AnalysisSettings,
  CohortAnalysis,
  CourseRecords,
  GroupAttendance,
  StudentAnalysis,
} from './analysis/records.ts';
import { analyseStudent } from './analysis/student.ts';
import { analyseInstructor } from './analysis/teaching/instructor.ts';
import { AppError } from './errors.ts';
import { siteDay, startOfSiteDay, type Clock } from './clock.ts';
import { proposalTouch, readerTouches, sendTouch } from './due.ts';
import type { SettingValues } from './erpnext/contract.ts';
import { editableField } from './erpnext/editable.ts';
import { eraseLeavers } from './store/erasure.ts';
import { readersOfFigures, storeCohortFigures, storeGroupAttendance } from './store/figures.ts';
import { storeInsights, type OwnedInsights, type Produced } from './store/insights.ts';
import { readModel } from './store/models.ts';
import type { Store } from './store/open.ts';
import { startPreferences } from './store/preferences.ts';
import {
  documentsWithProposals,
  storeProposals,
  type DocumentName,
  type Proposal,
} from './store/proposals.ts';
import { readCohortRecords, readGroupRecords, readPeerRecords } from './store/records-class.ts';
import { readCourseRecords } from './store/records-course.ts';
import { readInstructorRecords } from './store/records-instructor.ts';
import { readStudentRecords } from './store/records-student.ts';
import { beginRound } from './store/state.ts';
import type { Db } from './store/tables.ts';
import { instructorsOf, targetName, targetOf, type Target } from './store/targets.ts';
import { claim, finish, nextDue, touch, type Claim, type Touch } from './store/work.ts';
import type { Wake } from './wake.ts';
import type { Stage } from './work.ts';

export interface AnalyseTools {
  store: Store;
  clock: Clock;
  wake: Wake;
  /** Rung when there is something to send. */
  sendWake: Wake;
}

const LEASE_MS = 60_000;
const TARGETS_AT_ONCE = 50;
/** While more documents than this wait, their pupils would be analysed again and again: they come first. */
const BEHIND = 500;

export function analysisStage(tools: AnalyseTools): Stage {
  const { store, clock } = tools;
  return {
    name: 'analysis',
    wake: tools.wake,
    async take(lease) {
      const claims = await claim(store.db, {
        stage: 'analyse',
        unlessBehind: BEHIND,
        limit: TARGETS_AT_ONCE,
        now: clock.now(),
        leaseMs: LEASE_MS,
        lease,
      });
      return claims.length === 0 ? null : { claims, run: (part) => analyse(tools, part) };
    },
    // while it is behind, the fetcher rings after each page
    nextDue: () => nextDue(store.db, ['analyse'], { behind: BEHIND, now: clock.now() }),
  };
}

/** What one run says about one target; null where the target is no more. */
interface Outcome {
  target: Target;
  produced: Produced[];
  cohort: CohortAnalysis | null;
  group: GroupAttendance | null;
  proposals: Omit<Proposal, 'asked'>[];
  /** What is suggested for a pupil's settings. */
  preferences: SettingValues;
  validUntil: string | null;
}

export async function analyse(tools: AnalyseTools, claims: Claim[]): Promise<void> {
  const { store, clock } = tools;
  // After the claim and before the reading: whoever reads later has the higher number (`sync.md` 16).
  const round = await beginRound(store.db);
  if (round === null) throw new AppError('leader.lost');
  const now = clock.now();
  const today = siteDay(now, round.timeZone);
  const targets = claims.map(({ kind, name }) => targetOf(kind, name));
  const outcomes = await runAnalyses(store.db, targets, round.settings, today);

  const unsent = await store.transaction(async (tx) => {
    const mine = await finish(tx, claims);
    const own = new Set(mine.map(({ kind, name }) => JSON.stringify([kind, name])));
    const kept = outcomes.filter(({ target }) => own.has(JSON.stringify([target.kind, targetName(target)])));
    const readers = await storeFigures(tx, kept);
    const toTell = await storeInsights(tx, kept.map(ownedInsights), round.revision, now);
    await eraseLeavers(tx, silentPupils(kept));
    await storeProposals(
      tx,
      kept.flatMap(({ proposals }) => proposals),
    );
    await startPreferences(tx, store.sealer, suggestionsOf(kept), now);
    const documents = await unsettledDocuments(tx, kept);
    await touch(tx, [
      ...readerTouches(readers, now),
      ...kept.flatMap((outcome) => again(outcome, round.timeZone)),
      ...toTell.map((id) => sendTouch(id, now)),
      ...documents.map((document) => proposalTouch(document, now)),
    ]);
    return toTell.length + documents.length;
  });
  if (unsent > 0) tools.sendWake.ring();
}

/** Of whom nothing is said: who left is among them. */
function silentPupils(outcomes: Outcome[]): string[] {
  return outcomes.flatMap(({ target, produced }) =>
    target.kind === 'student' && produced.length === 0 ? [target.student] : [],
  );
}

/** Of the pupils for whom there is something to suggest: few. */
function suggestionsOf(outcomes: Outcome[]): Map<string, SettingValues> {
  return new Map(
    outcomes.flatMap(({ target, preferences }): [string, SettingValues][] =>
      target.kind === 'student' && Object.keys(preferences).length > 0 ? [[target.student, preferences]] : [],
    ),
  );
}

function ownedInsights({ target, produced }: Outcome): OwnedInsights {
  return { owner: target, produced };
}

async function runAnalyses(
  db: Db,
  targets: Target[],
  settings: AnalysisSettings,
  today: string,
): Promise<Outcome[]> {
  const students = targets.filter((target) => target.kind === 'student');
  const cohorts = targets.filter((target) => target.kind === 'cohort');
  const groups = targets.filter((target) => target.kind === 'group');
  const outcomes = new Map(
    targets.map((target): [string, Outcome] => [
      JSON.stringify([target.kind, targetName(target)]),
      { target, produced: [], cohort: null, group: null, proposals: [], preferences: {}, validUntil: null },
    ]),
  );
  function put(target: Target, said: Partial<Outcome>): void {
    const key = JSON.stringify([target.kind, targetName(target)]);
    const outcome = outcomes.get(key);
    if (outcome !== undefined) outcomes.set(key, { ...outcome, ...said });
  }

  const model = students.length === 0 ? null : await readModel(db);
  for (const records of await readStudentRecords(
    db,
    students.map(({ student }) => student),
  )) {
    const said = analyseStudent(records, settings, today, model?.learned, model?.effects);
    put(
      { kind: 'student', student: records.student },
      { produced: producedBy(said), preferences: said.preferences, validUntil: said.validUntil },
    );
  }
  for (const records of await readCohortRecords(
    db,
    cohorts.map(({ key }) => key),
  )) {
    const said = analyseCohort(records, settings, today);
    const { course, studentGroup, academicTerm } = records;
    put(
      { kind: 'cohort', key: { course, studentGroup, academicTerm } },
      {
        cohort: said,
        produced: said.insight === null ? [] : [{ kind: 'insight', ...said.insight }],
        validUntil: said.validUntil,
      },
    );
  }
  for (const records of await readGroupRecords(db, groups)) {
    const { studentGroup, academicTerm } = records;
    put(
      { kind: 'group', studentGroup, academicTerm },
      { group: groupAttendance(records, today), validUntil: groupUntil(records, today) },
    );
  }
  const classmates = targets.filter((target) => target.kind === 'peers');
  for (const records of await readPeerRecords(db, classmates)) {
    const { studentGroup, academicTerm } = records;
    const said = peerGroups(records, settings);
    if (said !== null)
      put({ kind: 'peers', studentGroup, academicTerm }, { produced: [{ kind: 'insight', ...said }] });
  }
  const courses = targets.flatMap((target) => (target.kind === 'course' ? [target.course] : []));
  for (const records of await readCourseRecords(db, courses)) {
    const { course } = records;
    const fields: Produced = { kind: 'fields', ...courseFields(records, settings) };
    put({ kind: 'course', course }, { produced: [fields], proposals: courseProposals(course, records) });
  }
  const instructors = targets.flatMap((target) => (target.kind === 'instructor' ? [target.instructor] : []));
  for (const records of await readInstructorRecords(db, instructors)) {
    const { fields, validUntil } = analyseInstructor(records, settings, today);
    const { instructor } = records;
    put({ kind: 'instructor', instructor }, { produced: [{ kind: 'fields', ...fields }], validUntil });
  }
  return [...outcomes.values()];
}

const OBJECTIVES = { field: 'ai_learning_objectives', key: 'objectives' } as const;
const LINKS = { field: 'ai_resource_links', key: 'links' } as const;

function courseProposals(course: string, records: CourseRecords): Outcome['proposals'] {
  const { objectives, links } = proposeForCourse(records, limitsOf(OBJECTIVES), limitsOf(LINKS));
  const place = { doctype: 'Course', name: course };
  return [
    { ...place, field: OBJECTIVES.field, proposal: { [OBJECTIVES.key]: objectives } },
    { ...place, field: LINKS.field, proposal: { [LINKS.key]: links } },
  ];
}

function limitsOf({ field, key }: typeof OBJECTIVES | typeof LINKS): Limits {
  const kind = editableField('Course', field)?.keys.find((one) => one.key === key);
  if (kind === undefined || !('most' in kind))
    throw new AppError('work.failed', { detail: `Course.${field}` });
  return kind;
}

/** Documents of these targets for which something is proposed that the site does not know the end of. */
async function unsettledDocuments(tx: Db, outcomes: Outcome[]): Promise<DocumentName[]> {
  const students = outcomes.flatMap(({ target }) => (target.kind === 'student' ? [target.student] : []));
  const courses = outcomes.flatMap(({ target }) => (target.kind === 'course' ? [target.course] : []));
  return [
    ...(await documentsWithProposals(tx, 'Student', students, 'unsettled')),
    ...(await documentsWithProposals(tx, 'Course', courses, 'unsettled')),
  ];
}

function producedBy(said: StudentAnalysis): Produced[] {
  return [
    ...said.insights.map((insight): Produced => ({ kind: 'insight', ...insight })),
    ...said.assessments.map((assessment): Produced => ({ kind: 'assessment_insight', ...assessment })),
    ...said.fields.map((fields): Produced => ({ kind: 'fields', ...fields })),
  ];
}

/** Stores the rounded figures of classes; returns who reads one that changed: pupils, courses, instructors. */
async function storeFigures(tx: Db, outcomes: Outcome[]): Promise<Target[]> {
  const cohorts = outcomes.flatMap(({ target, cohort }) =>
    target.kind === 'cohort' ? [{ key: target.key, figures: cohort?.figures ?? null }] : [],
  );
  const groups = outcomes.flatMap(({ target, group }) =>
    target.kind === 'group'
      ? [{ studentGroup: target.studentGroup, academicTerm: target.academicTerm, figures: group }]
      : [],
  );
  const changed = {
    cohorts: await storeCohortFigures(tx, cohorts),
    groups: await storeGroupAttendance(tx, groups),
  };
  const students = await readersOfFigures(tx, changed);
  const courses = [...new Set(changed.cohorts.map(({ course }) => course))];
  const instructors = await instructorsOf(tx, { groups: [], plans: [], lessons: [], courses });
  return [
    ...students.map((student): Target => ({ kind: 'student', student })),
    ...courses.map((course): Target => ({ kind: 'course', course })),
    ...instructors.map((instructor): Target => ({ kind: 'instructor', instructor })),
  ];
}

/** Time passing is work too: due again on the day when the same records would say something else. */
function again({ target, validUntil }: Outcome, timeZone: string): Touch[] {
  if (validUntil === null) return [];
  const dueAt = startOfSiteDay(validUntil, timeZone);
  return [{ stage: 'analyse', kind: target.kind, name: targetName(target), dueAt }];
}
