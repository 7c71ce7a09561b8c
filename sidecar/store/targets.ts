/**
 * What an insight can be about, and who is reached by a change.
 *
 * `sync/resolve.ts` says in words whom a changed document reaches ("the pupils of this group"); the searches
 * here name them, from the mirror as it now is, all reaches of a page at once.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import type { CohortKey } from '../analysis/records.ts';
import type { Db } from './tables.ts';

export type Target =
  | { kind: 'student'; student: string }
  | { kind: 'cohort'; key: CohortKey }
  /** The attendance of a group. */
  | { kind: 'group'; studentGroup: string; academicTerm: string }
  /** Who could learn together in a group: apart from its attendance, which changes daily and is read quickly. */
  | { kind: 'peers'; studentGroup: string; academicTerm: string }
  /** A course as such, for what is proposed for it; insights are about its cohorts. */
  | { kind: 'course'; course: string }
  | { kind: 'instructor'; instructor: string };

export type Reach =
  | { reach: 'student'; student: string }
  | { reach: 'cohort'; key: CohortKey }
  /** A group as a whole, in whatever term it is or was: its attendance, who could learn together. */
  | { reach: 'group'; group: string }
  | { reach: 'attendance of group'; group: string }
  | { reach: 'peers of group'; group: string }
  /** Every cohort of a group. */
  | { reach: 'cohorts of group'; group: string }
  /** Every group a pupil is in, and the cohorts of these. */
  | { reach: 'groups of student'; student: string }
  | { reach: 'course'; course: string }
  /** The courses with this topic. */
  | { reach: 'courses of topic'; topic: string }
  /** The courses with a topic that has this article or video. */
  | { reach: 'courses of content'; content: string }
  /** The pupils enrolled in this program. */
  | { reach: 'pupils of program'; program: string }
  /** The pupils who have a result in this plan; groups and cohorts of these results, which may not be the plan's own. */
  | { reach: 'results of plan'; plan: string }
  | { reach: 'instructor'; instructor: string }
  /** Who teaches this group, by the timetable or named on the group. */
  | { reach: 'instructors of group'; group: string }
  /** Who teaches the group of this plan, which a result need not name: it may say the group of another day. */
  | { reach: 'instructors of plan'; plan: string }
  /** Who gives this lesson. */
  | { reach: 'instructor of lesson'; lesson: string }
  /** The pupils and groups of a term, and who teaches them; of a cohort only its name is read. */
  | { reach: 'term'; term: string };

/** A target as the work table names it; as JSON, so that no name can be mistaken for two. */
export function targetName(target: Target): string {
  if (target.kind === 'student') return target.student;
  if (target.kind === 'course') return target.course;
  if (target.kind === 'instructor') return target.instructor;
  if (target.kind === 'group' || target.kind === 'peers')
    return JSON.stringify([target.studentGroup, target.academicTerm]);
  const { course, studentGroup, academicTerm } = target.key;
  return JSON.stringify([course, studentGroup, academicTerm]);
}

const CohortName = z.tuple([z.string(), z.string(), z.string()]);
const GroupName = z.tuple([z.string(), z.string()]);

export function targetOf(kind: string, name: string): Target {
  if (kind === 'student') return { kind, student: name };
  if (kind === 'course') return { kind, course: name };
  if (kind === 'instructor') return { kind, instructor: name };
  if (kind === 'group' || kind === 'peers') {
    const [studentGroup, academicTerm] = GroupName.parse(JSON.parse(name));
    return { kind, studentGroup, academicTerm };
  }
  const [course, studentGroup, academicTerm] = CohortName.parse(JSON.parse(name));
  return { kind: 'cohort', key: { course, studentGroup, academicTerm } };
}

interface Pattern {
  students: Set<string>;
  groups: Set<string>;
  attended: Set<string>;
  tested: Set<string>;
  groupsWithCohorts: Set<string>;
  studentsWithGroups: Set<string>;
  plans: Set<string>;
  terms: Set<string>;
  topics: Set<string>;
  contents: Set<string>;
  taughtGroups: Set<string>;
  taughtPlans: Set<string>;
  lessons: Set<string>;
  programs: Set<string>;
  targets: Map<string, Target>;
}

function sortOut(reaches: readonly Reach[]): Pattern {
  const pattern: Pattern = {
    students: new Set(),
    groups: new Set(),
    attended: new Set(),
    tested: new Set(),
    groupsWithCohorts: new Set(),
    studentsWithGroups: new Set(),
    plans: new Set(),
    terms: new Set(),
    topics: new Set(),
    contents: new Set(),
    taughtGroups: new Set(),
    taughtPlans: new Set(),
    lessons: new Set(),
    programs: new Set(),
    targets: new Map(),
  };
  for (const reach of reaches) {
    if (reach.reach === 'student') pattern.students.add(reach.student);
    if (reach.reach === 'cohort') add(pattern.targets, { kind: 'cohort', key: reach.key });
    if (reach.reach === 'group') pattern.groups.add(reach.group);
    if (reach.reach === 'attendance of group') pattern.attended.add(reach.group);
    if (reach.reach === 'peers of group') pattern.tested.add(reach.group);
    if (reach.reach === 'cohorts of group') pattern.groupsWithCohorts.add(reach.group);
    if (reach.reach === 'groups of student') pattern.studentsWithGroups.add(reach.student);
    if (reach.reach === 'pupils of program') pattern.programs.add(reach.program);
    if (reach.reach === 'results of plan') pattern.plans.add(reach.plan);
    if (reach.reach === 'term') pattern.terms.add(reach.term);
    if (reach.reach === 'course') add(pattern.targets, { kind: 'course', course: reach.course });
    if (reach.reach === 'instructor')
      add(pattern.targets, { kind: 'instructor', instructor: reach.instructor });
    if (reach.reach === 'instructors of group') pattern.taughtGroups.add(reach.group);
    if (reach.reach === 'instructors of plan') pattern.taughtPlans.add(reach.plan);
    if (reach.reach === 'instructor of lesson') pattern.lessons.add(reach.lesson);
    if (reach.reach === 'courses of topic') pattern.topics.add(reach.topic);
    if (reach.reach === 'courses of content') pattern.contents.add(reach.content);
  }
  return pattern;
}

function add(targets: Map<string, Target>, target: Target): void {
  targets.set(JSON.stringify([target.kind, targetName(target)]), target);
}

export async function widen(db: Db, reaches: readonly Reach[]): Promise<Target[]> {
  const pattern = sortOut(reaches);
  const { students, groups, attended, tested, groupsWithCohorts, studentsWithGroups, plans, terms, targets } =
    pattern;
  if (studentsWithGroups.size > 0) {
    for (const group of await groupsOfStudents(db, [...studentsWithGroups])) {
      groups.add(group);
      groupsWithCohorts.add(group);
      pattern.taughtGroups.add(group);
    }
  }
  for (const { student, ...key } of await resultsOfPlans(db, [...plans])) {
    students.add(student);
    add(targets, { kind: 'cohort', key });
    tested.add(key.studentGroup);
  }
  for (const student of await pupilsOfPrograms(db, [...pattern.programs])) students.add(student);
  if (terms.size > 0) {
    for (const { name, student } of await membersInTerms(db, [...terms])) {
      groups.add(name);
      pattern.taughtGroups.add(name);
      if (student !== null) students.add(student);
    }
  }
  for (const course of await coursesOf(db, [...pattern.topics], [...pattern.contents])) {
    add(targets, { kind: 'course', course });
  }
  const teaching = {
    groups: [...pattern.taughtGroups],
    plans: [...pattern.taughtPlans],
    lessons: [...pattern.lessons],
    courses: [],
  };
  for (const instructor of await instructorsOf(db, teaching)) {
    add(targets, { kind: 'instructor', instructor });
  }
  for (const student of students) add(targets, { kind: 'student', student });
  const anyGroups = new Set([...groups, ...attended, ...tested]);
  if (anyGroups.size > 0) {
    for (const group of await termsOfGroups(db, [...anyGroups])) {
      const whole = groups.has(group.studentGroup);
      if (whole || attended.has(group.studentGroup)) add(targets, { kind: 'group', ...group });
      if (whole || tested.has(group.studentGroup)) add(targets, { kind: 'peers', ...group });
    }
  }
  if (groupsWithCohorts.size > 0) {
    for (const key of await cohortsOfGroups(db, [...groupsWithCohorts]))
      add(targets, { kind: 'cohort', key });
  }
  return [...targets.values()];
}

async function groupsOfStudents(db: Db, students: string[]): Promise<string[]> {
  const found = await sql<{ parent: string }>`
    select distinct parent from mirror_student_group__students where student = any(${students})`.execute(db);
  return found.rows.map((row) => row.parent);
}

/** Who teaches these groups or courses, or the groups of these plans, or gives these lessons. */
export async function instructorsOf(
  db: Db,
  { groups, plans, lessons, courses }: Record<'groups' | 'plans' | 'lessons' | 'courses', string[]>,
): Promise<string[]> {
  if (groups.length + plans.length + lessons.length + courses.length === 0) return [];
  const found = await sql<{ instructor: string }>`
    with taught as (
      select unnest(${groups}::text[]) as name
      union select student_group from mirror_assessment_plan where name = any(${plans})
    )
    select s.instructor from taught join mirror_course_schedule s on s.student_group = taught.name
      where s.instructor is not null
    union select instructor from mirror_course_schedule where name = any(${lessons}) and instructor is not null
    union select instructor from mirror_course_schedule where course = any(${courses}) and instructor is not null
    union select i.instructor from mirror_student_group__instructors i
      join mirror_student_group g on g.name = i.parent
      where (i.parent in (select name from taught) or g.course = any(${courses}))
        and i.instructor is not null`.execute(db);
  return found.rows.map((row) => row.instructor);
}

async function coursesOf(db: Db, topics: string[], contents: string[]): Promise<string[]> {
  if (topics.length + contents.length === 0) return [];
  const found = await sql<{ course: string }>`
    select distinct t.parent as course from mirror_course__topics t
    left join mirror_topic__topic_content c on c.parent = t.topic
    where t.topic = any(${topics}) or c.content = any(${contents})`.execute(db);
  return found.rows.map((row) => row.course);
}

async function resultsOfPlans(db: Db, plans: string[]): Promise<({ student: string } & CohortKey)[]> {
  if (plans.length === 0) return [];
  const found = await sql<{ student: string } & CohortKey>`
    select distinct student, course, student_group as "studentGroup", coalesce(academic_term, '') as "academicTerm"
    from mirror_assessment_result
    where assessment_plan = any(${plans}) and docstatus = 1
      and student is not null and course is not null and student_group is not null`.execute(db);
  return found.rows;
}

async function pupilsOfPrograms(db: Db, programs: string[]): Promise<string[]> {
  if (programs.length === 0) return [];
  const found = await sql<{ student: string }>`
    select distinct student from mirror_program_enrollment
    where program = any(${programs}) and docstatus = 1 and student is not null`.execute(db);
  return found.rows.map((row) => row.student);
}

async function membersInTerms(db: Db, terms: string[]): Promise<{ name: string; student: string | null }[]> {
  const found = await sql<{ name: string; student: string | null }>`
    select g.name, s.student from mirror_student_group g
    left join mirror_student_group__students s on s.parent = g.name
    where g.academic_term = any(${terms})`.execute(db);
  return found.rows;
}

async function termsOfGroups(
  db: Db,
  groups: string[],
): Promise<{ studentGroup: string; academicTerm: string }[]> {
  const found = await sql<{ studentGroup: string; academicTerm: string }>`
    select name as "studentGroup", coalesce(academic_term, '') as "academicTerm"
    from mirror_student_group where name = any(${groups})
    union
    select student_group, academic_term from group_attendance where student_group = any(${groups})`.execute(
    db,
  );
  return found.rows;
}

async function cohortsOfGroups(db: Db, groups: string[]): Promise<CohortKey[]> {
  const found = await sql<CohortKey>`
    select course, student_group as "studentGroup", coalesce(academic_term, '') as "academicTerm"
    from mirror_assessment_plan
    where student_group = any(${groups}) and docstatus = 1 and course is not null
    union
    select course, student_group, coalesce(academic_term, '') from mirror_assessment_result
    where student_group = any(${groups}) and docstatus = 1 and course is not null
    union
    select course, student_group, academic_term from cohort_figures
    where student_group = any(${groups})`.execute(db);
  return found.rows;
}

/**
 * Every target there is or was: what the mirror holds, and what an insight or a figure still stands for.
 * Classes come before pupils, who read their figures.
 */
export async function everyTarget(db: Db): Promise<Target[]> {
  const targets = new Map<string, Target>();
  const groups = await sql<{ name: string }>`
    select name from mirror_student_group union select student_group from group_attendance
    union select student_group from mirror_assessment_plan where student_group is not null
    union select student_group from mirror_assessment_result where student_group is not null
    union select student_group from cohort_figures`.execute(db);
  const names = groups.rows.map((row) => row.name);
  for (const group of await termsOfGroups(db, names)) {
    add(targets, { kind: 'group', ...group });
    add(targets, { kind: 'peers', ...group });
  }
  for (const key of await cohortsOfGroups(db, names)) add(targets, { kind: 'cohort', key });
  const owners = await sql<{ kind: string; name: string }>`
    select 'student' as kind, name from mirror_student
    union select 'course', name from mirror_course
    union select 'instructor', name from mirror_instructor
    union select owner_kind, owner_name from ai_insights`.execute(db);
  for (const { kind, name } of owners.rows) add(targets, targetOf(kind, name));
  return [...targets.values()];
}
