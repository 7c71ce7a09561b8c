/** A stream of believable changes to a real school: what a busy morning does, sped up. */
import { z } from 'zod';
import planted from '../../fixtures/school/planted.json' with { type: 'json' };
import type { LiveSite } from './site.ts';

export type Change = (site: LiveSite) => Promise<unknown>;

const Details = z.array(
  z.object({ assessment_criteria: z.string(), score: z.number(), maximum_score: z.number() }),
);

/**
 * `count` changes over attendance, results, pupils, groups and courses; each can be made once, in order. The pupils
 * whose answers are known stay as they are.
 */
export async function changes(site: LiveSite, count: number): Promise<Change[]> {
  const known = await site.list('Student', {
    filters: [
      ['student_name', 'in', planted.map(({ first_name: first, last_name: last }) => `${first} ${last}`)],
    ],
    limit: count,
  });
  const others = ['not in', ['', ...known.map(({ name }) => name)]];
  const days = await site.list('Student Attendance', {
    fields: ['name', 'status'],
    filters: [
      ['docstatus', '=', 1],
      ['student', ...others],
    ],
    order_by: 'date desc, name asc',
    limit: count,
  });
  const results = await site.list('Assessment Result', {
    filters: [
      ['docstatus', '=', 1],
      ['student', ...others],
    ],
    order_by: 'creation desc',
    limit: count,
  });
  const students = await site.list('Student', { filters: [['name', ...others]], limit: count });
  const courses = await site.list('Course', { limit: count });
  const made: Change[] = [];
  for (let turn = 0; made.length < count; turn += 1) {
    const day = days[turn % days.length];
    const result = results[turn % results.length];
    const student = students[turn % students.length];
    const course = courses[turn % courses.length];
    if (!day || !result || !student || !course)
      throw new Error('the site holds no school: npm run school:load');
    const wave = turn % 10;
    if (wave === 0) made.push(...again(result.name));
    else if (wave === 1) made.push((at) => at.update('Student', student.name, { joining_date: dayOf(turn) }));
    else if (wave === 2) made.push((at) => at.update('Course', course.name, { description: `Turn ${turn}` }));
    else
      made.push((at) =>
        at.update('Student Attendance', day.name, {
          status: day['status'] === 'Absent' ? 'Present' : 'Absent',
        }),
      );
  }
  return made.slice(0, count);
}

/** Cancels a result, enters it anew with other points, as a correction is made in ERPNext. */
function again(name: string): Change[] {
  let entered: Record<string, unknown> | null = null;
  return [
    async (site) => {
      entered = await site.get('Assessment Result', name);
      await site.call('frappe.client.cancel', { doctype: 'Assessment Result', name });
    },
    async (site) => {
      if (entered === null) throw new Error('entered anew before it was cancelled');
      const details = Details.parse(entered['details']).map((row) => ({
        assessment_criteria: row.assessment_criteria,
        score: Math.max(0, row.score - 1),
      }));
      const { assessment_plan, student } = entered;
      await site.insert('Assessment Result', { assessment_plan, student, details, docstatus: 1 });
    },
  ];
}

const dayOf = (turn: number): string => `2026-07-${String(1 + (turn % 28)).padStart(2, '0')}`;
