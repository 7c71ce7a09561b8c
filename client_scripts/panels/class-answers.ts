/** What the site answers to the panels about a class: of a Course, and of a Student Group over all its courses. */
import {
  type Answer,
  type Fact,
  facts,
  type Level,
  LEVELS,
  readCommon,
  readReason,
  type Reason,
} from './answers.ts';
import { list, number, oneOf, part, text, texts } from './reading.ts';

const ORDERS = ['reason', 'name'] as const;

export interface CourseGroup {
  student_group: string;
  academic_term: string;
  label: string;
}

export interface Listed {
  student: string;
  student_name: string;
  level: Level;
  text: string;
  can_open: boolean;
}

export interface WhoFirst {
  pupils: number | null;
  who_first: Listed[];
  who_total: number;
  who_order: (typeof ORDERS)[number];
  not_listed_text: string;
}

export interface CourseAnswer extends Answer, WhoFirst {
  heading: { course: string };
  groups: CourseGroup[];
  student_group: string;
  academic_term: string;
  tests: number | null;
  parts: Reason[];
  /** Parts with the range in which their difficulty lies. */
  difficulty: Fact[];
  /** Topics that need material. */
  material: string[];
  mapping: Fact[];
}

/** Two pupils whom a teacher keeps together or apart, in a sentence. */
export interface Kept {
  student: string;
  other: string;
  text: string;
}

export interface GroupAnswer extends Answer, WhoFirst {
  heading: { group: string; term: string };
  /** The class in each course that the reader teaches there. */
  courses: Fact[];
  /** Groups to learn together: who is in each, who could explain what. */
  peers: Reason[];
  kept: Kept[];
  /** The pupils of whom two can be kept together or apart. */
  members: { student: string; student_name: string }[];
  notes: string[];
}

export function readCourse(message: unknown): CourseAnswer | null {
  const common = readCommon(message);
  if (!common) return null;
  return {
    ...common,
    heading: { course: text(part(part(message, 'heading'), 'course')) },
    groups: list(part(message, 'groups')).map((group) => ({
      student_group: text(part(group, 'student_group')),
      academic_term: text(part(group, 'academic_term')),
      label: text(part(group, 'label')),
    })),
    student_group: text(part(message, 'student_group')),
    academic_term: text(part(message, 'academic_term')),
    ...readWhoFirst(message),
    tests: number(part(message, 'tests')),
    parts: list(part(message, 'parts')).map(readReason),
    difficulty: facts(message, 'difficulty'),
    material: texts(part(message, 'material')),
    mapping: facts(message, 'mapping'),
  };
}

function readWhoFirst(message: unknown): WhoFirst {
  return {
    pupils: number(part(message, 'pupils')),
    who_first: list(part(message, 'who_first')).map((who) => ({
      student: text(part(who, 'student')),
      student_name: text(part(who, 'student_name')),
      level: oneOf(LEVELS, part(who, 'level')) ?? 'steady',
      text: text(part(who, 'text')),
      can_open: part(who, 'can_open') === true,
    })),
    who_total: number(part(message, 'who_total')) ?? 0,
    who_order: oneOf(ORDERS, part(message, 'who_order')) ?? 'reason',
    not_listed_text: text(part(message, 'not_listed_text')),
  };
}

export function readGroup(message: unknown): GroupAnswer | null {
  const common = readCommon(message);
  if (!common) return null;
  const heading = part(message, 'heading');
  return {
    ...common,
    ...readWhoFirst(message),
    heading: { group: text(part(heading, 'group')), term: text(part(heading, 'term')) },
    courses: facts(message, 'courses'),
    peers: list(part(message, 'peers')).map(readReason),
    kept: list(part(message, 'kept')).map((pair) => ({
      student: text(part(pair, 'student')),
      other: text(part(pair, 'other')),
      text: text(part(pair, 'text')),
    })),
    members: list(part(message, 'members')).map((pupil) => ({
      student: text(part(pupil, 'student')),
      student_name: text(part(pupil, 'student_name')),
    })),
    notes: texts(part(message, 'notes')),
  };
}
