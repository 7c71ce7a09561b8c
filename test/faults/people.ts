/** What people do on the site while a sidecar lives, dies and comes back; each deed is one line of the history. */
import { exclude, include } from '../stand-in/exclusion.ts';
import { rename } from '../stand-in/rename.ts';
import type { StoredDocument } from '../stand-in/records.ts';
import { currentInsights } from '../stand-in/contract/insights.ts';
import type { Chance } from './chance.ts';
import { DAYS, GROUPS, PLANS, TODAY, attendance, result } from './school.ts';
import type { Site } from '../stand-in/site.ts';

/** Where people work. */
export interface Scene {
  readonly site: Site;
  /** How long a transaction may stay open. */
  readonly latestCommitMs: number;
  tell(what: string): void;
}

type Deed = (world: Scene, chance: Chance) => void;

/** Repeated where a deed should be met more often. */
const DEEDS: readonly Deed[] = [
  enterResult,
  enterResult,
  correctResult,
  cancelResult,
  deleteResult,
  markAttendance,
  markAttendance,
  correctAttendance,
  markClass,
  renamePupil,
  mergePupils,
  renameGroup,
  changeGroup,
  movePlan,
  moveLesson,
  changeProgram,
  leaveOut,
  takeIn,
  answerInsight,
  changeThreshold,
  commitLate,
];

export function doSomething(world: Scene, chance: Chance): void {
  chance.one(DEEDS)(world, chance);
}

function any(world: Scene, chance: Chance, doctype: string, docstatus?: number): StoredDocument | null {
  const all = world.site.records
    .all(doctype)
    .filter((each) => docstatus === undefined || each.docstatus === docstatus);
  return all.length === 0 ? null : chance.one(all);
}

function enterResult(world: Scene, chance: Chance): void {
  const pupil = any(world, chance, 'Student');
  if (pupil === null) return;
  const document = result(pupil.name, chance.one(PLANS), chance.between(0, 20));
  world.tell(`result ${document.name}`);
  world.site.records.save(document);
}

function correctResult(world: Scene, chance: Chance): void {
  const document = any(world, chance, 'Assessment Result', 1);
  if (document === null) return;
  world.tell(`correct ${document.name}`);
  world.site.records.change(document, { total_score: chance.between(0, 20) });
}

function cancelResult(world: Scene, chance: Chance): void {
  const document = any(world, chance, 'Assessment Result', 1);
  if (document === null) return;
  world.tell(`cancel ${document.name}`);
  world.site.records.save({ ...document, docstatus: 2 });
}

function deleteResult(world: Scene, chance: Chance): void {
  const document = any(world, chance, 'Assessment Result');
  if (document === null) return;
  world.tell(`delete ${document.name}`);
  world.site.records.remove('Assessment Result', document.name);
}

function markAttendance(world: Scene, chance: Chance): void {
  const pupil = any(world, chance, 'Student');
  if (pupil === null) return;
  world.tell(`attendance of ${pupil.name}`);
  world.site.records.save(
    attendance(pupil.name, chance.one([...DAYS, TODAY]), chance.one(['Present', 'Absent'])),
  );
}

function correctAttendance(world: Scene, chance: Chance): void {
  const document = any(world, chance, 'Student Attendance', 1);
  if (document === null) return;
  world.tell(`correct ${document.name}`);
  world.site.records.change(document, { status: chance.one(['Present', 'Absent', 'Leave']) });
}

function markClass(world: Scene, chance: Chance): void {
  const day = chance.one(DAYS);
  world.tell(`attendance of everybody on ${day}`);
  for (const { name } of world.site.records.all('Student'))
    world.site.records.save(attendance(name, day, chance.one(['Present', 'Present', 'Absent'])));
}

function renamePupil(world: Scene, chance: Chance): void {
  const pupil = any(world, chance, 'Student');
  if (pupil === null) return;
  const to = chance.one([`${pupil.name}x`, pupil.name.toLowerCase(), `Z-${pupil.name}`]);
  if (world.site.records.get('Student', to) !== undefined) return;
  world.tell(`rename ${pupil.name} to ${to}`);
  rename(world.site, 'Student', pupil.name, to);
}

function mergePupils(world: Scene, chance: Chance): void {
  const [from, to] = [any(world, chance, 'Student'), any(world, chance, 'Student')];
  if (from === null || to === null || from.name === to.name || world.site.records.count('Student') < 5)
    return;
  world.tell(`merge ${from.name} into ${to.name}`);
  rename(world.site, 'Student', from.name, to.name);
}

function renameGroup(world: Scene, chance: Chance): void {
  const group = any(world, chance, 'Student Group');
  if (group === null) return;
  const to = `${group.name}'`;
  world.tell(`rename ${group.name} to ${to}`);
  rename(world.site, 'Student Group', group.name, to);
  // At once another takes the old name, as after a change of the year.
  if (!chance.happens(0.5)) return;
  world.tell(`a new group ${group.name}`);
  world.site.records.save({ ...group, children: { students: [], instructors: [] } });
}

function changeGroup(world: Scene, chance: Chance): void {
  const [group, pupil] = [any(world, chance, 'Student Group'), any(world, chance, 'Student')];
  if (group === null || pupil === null) return;
  const students = (group.children['students'] ?? []).filter((row) => row['student'] !== pupil.name);
  const joins = chance.happens(0.6);
  world.tell(`${pupil.name} ${joins ? 'joins' : 'leaves'} ${group.name}`);
  const changed = joins ? [...students, { student: pupil.name, active: 1 }] : students;
  world.site.records.save({ ...group, children: { ...group.children, students: changed } });
}

function movePlan(world: Scene, chance: Chance): void {
  const plan = any(world, chance, 'Assessment Plan', 1);
  if (plan === null) return;
  world.tell(`move ${plan.name}`);
  world.site.records.change(plan, { schedule_date: chance.one(DAYS) });
}

function moveLesson(world: Scene, chance: Chance): void {
  const lesson = any(world, chance, 'Course Schedule');
  const teacher = any(world, chance, 'Instructor');
  if (lesson === null || teacher === null) return;
  world.tell(`${teacher.name} takes over ${lesson.name}`);
  world.site.records.change(lesson, { instructor: teacher.name, schedule_date: chance.one(DAYS) });
}

function changeProgram(world: Scene, chance: Chance): void {
  const program = any(world, chance, 'Program');
  if (program === null) return;
  const courses = (program.children['courses'] ?? []).toReversed();
  world.tell(`another order of courses in ${program.name}`);
  world.site.records.save({ ...program, children: { courses } });
}

function leaveOut(world: Scene, chance: Chance): void {
  const pupil = any(world, chance, 'Student');
  if (pupil === null) return;
  world.tell(`leave ${pupil.name} out`);
  exclude(world.site, pupil.name);
}

function takeIn(world: Scene, chance: Chance): void {
  const left = [...world.site.excluded()];
  if (left.length === 0) return;
  const pupil = chance.one(left);
  world.tell(`take ${pupil} in again`);
  include(world.site, pupil);
}

function answerInsight(world: Scene, chance: Chance): void {
  const insights = currentInsights(world.site);
  if (insights.length === 0) return;
  const insight = chance.one(insights);
  world.tell('somebody answers an insight');
  world.site.records.change(insight, { status: 'Reviewed', reviewer: 'teacher@school.test' });
}

function changeThreshold(world: Scene, chance: Chance): void {
  const rate = chance.between(80, 99);
  world.tell(`attendance to watch: ${rate}`);
  world.site.settings = { ...world.site.settings, attendance_watch_rate: rate };
}

/** A transaction that draws its outbox id now and commits later: ids do not follow the order of commits. */
function commitLate(world: Scene, chance: Chance): void {
  const group = chance.one(GROUPS);
  const plan = chance.one(PLANS.filter((each) => each.group === group));
  const pupil = any(world, chance, 'Student');
  if (pupil === null) return;
  const { outbox, records } = world.site;
  const id = outbox.draw();
  const score = chance.between(0, 20);
  const after = chance.between(100, world.latestCommitMs);
  world.tell(`a transaction begins that commits ${after} ms later`);
  setTimeout(() => {
    if (records.get('Student', pupil.name) === undefined) return;
    const document = result(pupil.name, plan, score);
    world.tell(`it commits: result ${document.name}`);
    records.save(document, true);
    outbox.add({ doctype: document.doctype, name: document.name, event: 'update', new_name: null }, id);
    world.site.wake();
  }, after);
}
