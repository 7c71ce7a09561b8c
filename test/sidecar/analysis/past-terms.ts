/** Finished terms of a made-up school, in which what comes of a pupil follows from the pupil's ability, or from nothing. */
import { addDays } from '../../../sidecar/analysis/calendar.ts';
import { seeded } from '../../../sidecar/analysis/model/random.ts';
import type { MirrorRows } from '../../../sidecar/analysis/risk/course-cohort.ts';

const DAYS = 126;
const PLANS = [14, 28, 42, 56, 70, 84, 98, 112];

export interface PastTerms {
  terms: number;
  pupils: number;
  courses: number;
  /** How much of a mark is the pupil's own: 0 says that the marks before tell nothing about those to come. */
  steady: number;
  seed?: number;
}

const CLASS = 25;

/** One entry a term, oldest first; pupils in classes of 25, each in every course. */
export function pastTerms({ terms, pupils, courses, steady, seed = 1 }: PastTerms): MirrorRows[] {
  const random = seeded(seed);
  /** Near a normal distribution: twelve uniform numbers have variance 1. */
  const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, 0) - 6;
  return Array.from({ length: terms }, (_, t) => {
    const from = addDays('2023-09-04', t * 182);
    const term = `Term ${t + 1}`;
    const names = Array.from({ length: pupils }, (__, i) => `S${t}-${i}`);
    const ability = names.map(() => normal());
    const groupOf = (i: number): string => `Class ${t}-${Math.floor(i / CLASS)}`;
    const groups = [...new Set(names.map((__, i) => groupOf(i)))];
    const subjects = Array.from({ length: courses }, (__, i) => `Course ${i + 1}`);
    const assessmentPlans = groups.flatMap((student_group) =>
      subjects.flatMap((course) =>
        PLANS.map((day, i) => ({
          name: `${student_group} ${course} ${i}`,
          course,
          student_group,
          academic_term: term,
          schedule_date: addDays(from, day),
          maximum_assessment_score: 20,
        })),
      ),
    );
    return {
      academicTerms: [
        { name: term, academic_year: '2023', term_start_date: from, term_end_date: addDays(from, DAYS) },
      ],
      students: names.map((name) => ({
        name,
        enabled: 1,
        joining_date: null,
        date_of_leaving: null,
        modified: `${from} 08:00:00`,
      })),
      studentGroups: groups.map((name) => ({
        name,
        students: names.filter((__, i) => groupOf(i) === name).map((student) => ({ student })),
      })),
      programEnrollments: [],
      assessmentPlans,
      assessmentResults: names.flatMap((student, i) => {
        const own = assessmentPlans.filter((plan) => plan.student_group === groupOf(i));
        return own.flatMap((plan) => {
          const signal = steady * (ability[i] ?? 0) + Math.sqrt(1 - steady ** 2) * normal();
          // Who finds it hard stays away more often; where nothing is steady, anybody does.
          if (random() < 0.08 + (steady > 0 && (ability[i] ?? 0) < -1 ? 0.25 : 0)) return [];
          const total_score = Math.min(20, Math.max(0, Math.round(11 + 4 * signal)));
          return {
            name: `R ${student} ${plan.name}`,
            student,
            assessment_plan: plan.name,
            total_score,
            maximum_score: 20,
            creation: plan.schedule_date,
          };
        });
      }),
      studentAttendance: [],
    };
  });
}
