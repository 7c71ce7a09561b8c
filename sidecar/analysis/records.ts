/**
 * What an analysis is given: plain rows of the mirror, already resolved. No I/O, no clock: `today` is an argument.
 *
 * Only submitted, current records reach these shapes; cancelled and drafts are left out by the store.
 */
import type {
  AssessmentInsightValues,
  InsightAddress,
  InsightValues,
  Reason,
  SettingValues,
  Settings,
} from '../erpnext/contract.ts';
import type { PeerWish } from './peers/keeping.ts';
import type { EnrollmentRow } from './risk/course-cohort.ts';

/** One attendance row. `lesson` is the Course Schedule's name in lesson mode, null in day mode. */
export interface AttendanceRow {
  name: string;
  date: string;
  status: 'Present' | 'Absent' | 'Leave';
  studentGroup: string | null;
  lesson: string | null;
}

/** One criterion of a result, in points. */
export interface CriterionScore {
  criterion: string;
  score: number;
  maximum: number;
}

/** One submitted Assessment Result. `date` is the plan's schedule date: a result has none of its own. */
export interface ResultRow {
  name: string;
  student: string;
  plan: string;
  title: string;
  course: string;
  studentGroup: string;
  academicTerm: string;
  date: string;
  /** The day from which anybody could know of it. */
  entered: string;
  score: number;
  maximum: number;
  details: CriterionScore[];
}

/** A cohort: one Course in one Student Group and Academic Term ('' where the school uses no terms). */
export interface CohortKey {
  course: string;
  studentGroup: string;
  academicTerm: string;
}

/**
 * One test of a cohort, also one still to come. `results` counts them; `mean` is whole percent, null where fewer
 * pupils than the smallest group have one; `entered` is the day (counted from 1970) by which half of them were there.
 */
export interface CohortTest {
  plan: string;
  date: string;
  maximum: number;
  results: number;
  mean: number | null;
  entered: number | null;
}

/** Figures of a cohort, each rounded to whole percent, so that a pupil's run depends on nothing finer. */
export interface CohortFigures extends CohortKey {
  pupils: number;
  /** Every test, oldest first. */
  tests: CohortTest[];
  /** Median over the pupils of the day (from 1970) their newest result was entered; null without any. */
  newest: number | null;
  /** Per plan: date, class mean in percent, and how many pupils have a result. */
  plans: { plan: string; date: string; mean: number; count: number }[];
  /**
   * Share of the points the class earned, per criterion; how far single pupils' shares lie apart (standard deviation,
   * points), and how a pupil's share goes with the rest of the same tests (correlation in hundredths, to the nearest
   * ten). The last two are null where that is not known.
   */
  criteria: {
    criterion: string;
    percent: number;
    count: number;
    spread: number | null;
    discrimination: number | null;
  }[];
  /** Standard deviation of single test marks between and within pupils, percentage points; null when unknown. */
  between: number | null;
  within: number | null;
}

/**
 * Attendance of a Student Group in the way the school mostly takes it there: by day, or by lesson, never both
 * in one figure. `rate` is whole percent of days (or lessons) present, approved leave left out; null with too
 * little behind it. `pupils` is how many have rows, so that a reader can leave out a class that is too small.
 */
export interface GroupAttendance {
  studentGroup: string;
  academicTerm: string;
  mode: 'day' | 'lesson';
  rate: number | null;
  days: number;
  pupils: number;
}

/** How often people answered what was said about a pupil, by what they answered. */
export interface FollowUps {
  reviewed: number;
  acted: number;
  dismissed: number;
  /** Those acted upon, as far as the day is known. */
  steps: Step[];
}

/** Somebody acted upon an insight on this day. `course` is '' where it was about attendance. */
export interface Step {
  course: string;
  day: string;
}

/** Everything known about one pupil. */
export interface StudentRecords {
  student: string;
  enabled: boolean;
  joined: string | null;
  left: string | null;
  /** Terms that the pupil's groups belong to, with their dates; the latest that began is the current one. */
  terms: { name: string; from: string; to: string }[];
  groups: { name: string; course: string | null; academicTerm: string; active: boolean }[];
  attendance: AttendanceRow[];
  /** False while results of a pupil who came anew are still on their way: nobody can say what is missing. */
  resultsComplete: boolean;
  /** Of every term, cancelled ones too. */
  enrollments: EnrollmentRow[];
  results: ResultRow[];
  cohorts: CohortFigures[];
  groupAttendance: GroupAttendance[];
  followUps: FollowUps;
  programs: Enrollment[];
}

/** One submitted Program Enrollment: the program's courses in its own order, and those that the pupil takes. */
export interface Enrollment {
  name: string;
  courses: { course: string; required: boolean }[];
  taken: string[];
}

/** Everything known about one cohort: active pupils and their results, and plans with no result yet. */
export interface CohortRecords extends CohortKey {
  pupils: string[];
  plans: {
    plan: string;
    title: string;
    date: string;
    maximum: number;
    criteria: { criterion: string; maximum: number }[];
  }[];
  results: ResultRow[];
}

/** One group in its term: attendance of the active pupils. */
export interface GroupRecords {
  studentGroup: string;
  academicTerm: string;
  pupils: string[];
  attendance: (AttendanceRow & { student: string })[];
}

/**
 * One group in its term: the active pupils, the results written in it, also of pupils who have left it since, and whom
 * a teacher keeps together or apart.
 */
export interface PeerRecords {
  studentGroup: string;
  academicTerm: string;
  pupils: string[];
  results: ResultRow[];
  wishes: PeerWish[];
}

/** What is known about one course: what the school entered, `criteria` as first used, and the figures of its classes. */
export interface CourseRecords {
  course: string;
  topics: {
    topic: string;
    description: string | null;
    contents: { type: 'Article' | 'Video'; name: string; title: string | null; url: string | null }[];
  }[];
  criteria: string[];
  cohorts: CohortFigures[];
}

/** A lesson on the timetable; `minutes` is null where its times say nothing, `taken` whether attendance was entered. */
export interface Lesson {
  date: string;
  minutes: number | null;
  taken: boolean;
}

/** A class that an instructor teaches: its plans with the days on which results were last saved, and its figures. */
export interface TaughtClass extends CohortKey {
  pupils: number;
  plans: { plan: string; date: string; saved: string[] }[];
  figures: CohortFigures | null;
  /** Figures of the other classes of this course and term. */
  others: CohortFigures[];
}

/** What is known about the work of one instructor, in the terms of the groups taught. */
export interface InstructorRecords {
  instructor: string;
  active: boolean;
  terms: StudentRecords['terms'];
  lessons: Lesson[];
  classes: TaughtClass[];
}

export interface CourseProposal {
  objectives: string[];
  links: { title: string; url: string }[];
}

export interface AddressedInsight {
  address: InsightAddress;
  values: InsightValues;
}

/** What a sealed field of the AI's own holds: sentences in the order to be read, each with its numbers. */
export interface FieldContent {
  said: Reason[];
  /** Newest record this rests on. */
  records_to: string | null;
  model_version: string;
}

/** Of a course: beside the whole of it, what is said of each class, for whoever may read that class alone. */
export interface CourseContent extends FieldContent {
  classes: { student_group: string; academic_term: string; said: Reason[] }[];
}

/** All fields of the AI's own on one document; null empties a field. */
export interface DocumentFields {
  doctype: string;
  name: string;
  values: Record<string, FieldContent | CourseContent | null>;
}

export interface StudentAnalysis {
  fields: DocumentFields[];
  /** What the pupil's own pattern suggests where nobody has set anything; empty without such a pattern. */
  preferences: SettingValues;
  insights: AddressedInsight[];
  assessments: { assessmentResult: string; values: AssessmentInsightValues }[];
  /** The day on which the same records would say something else; null when only new records can change it. */
  validUntil: string | null;
}

export interface CohortAnalysis {
  figures: CohortFigures;
  insight: AddressedInsight | null;
  validUntil: string | null;
}

export type AnalysisSettings = Settings;
