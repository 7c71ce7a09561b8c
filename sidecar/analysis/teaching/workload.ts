/** Lessons of an instructor in the weeks of the term that are over, and how many have attendance entered. */
import { median } from 'simple-statistics';
import type { Reason } from '../../erpnext/contract.ts';
import { weekOf } from '../calendar.ts';
import { say } from '../finding.ts';
import type { Lesson } from '../records.ts';
import { MIN_TEACHING_WEEKS } from '../thresholds.ts';

/**
 * Counts, and the median of lessons in weeks that have any. Lessons with entered attendance are told where the school
 * takes attendance by lesson at all. Minimum: MIN_TEACHING_WEEKS weeks.
 */
export function workload(lessons: readonly Lesson[]): Reason[] {
  const weeks = new Map<number, number>();
  for (const { date } of lessons) weeks.set(weekOf(date), (weeks.get(weekOf(date)) ?? 0) + 1);
  if (weeks.size < MIN_TEACHING_WEEKS) {
    return [say('data.too_little_weeks', '', { have: weeks.size, need: MIN_TEACHING_WEEKS })];
  }
  const counts = [...weeks.values()];
  const minutes = lessons.reduce((sum, lesson) => sum + (lesson.minutes ?? 0), 0);
  const taken = lessons.filter((lesson) => lesson.taken).length;
  return [
    say('teaching.load', '', {
      lessons: lessons.length,
      weeks: weeks.size,
      hours: Math.round(minutes / 60),
      usual: Math.round(median(counts)),
      most: Math.max(...counts),
    }),
    ...(taken === 0 ? [] : [say('teaching.taken', '', { taken, lessons: lessons.length })]),
  ];
}
