/** Everything analysis reads about cohorts (course, group, term) and about groups, in batches. */
import { sql } from 'kysely';
import type { PeerWish } from '../analysis/peers/keeping.ts';
import type {
  AttendanceRow,
  CohortKey,
  CohortRecords,
  GroupRecords,
  PeerRecords,
} from '../analysis/records.ts';
import { readResults } from './records-result.ts';
import { rowsOf } from './rows.ts';
import type { Db } from './tables.ts';

/** Cohorts without any plan or result are left out: they are no more. */
export async function readCohortRecords(db: Db, keys: readonly CohortKey[]): Promise<CohortRecords[]> {
  if (keys.length === 0) return [];
  const groups = [...new Set(keys.map((key) => key.studentGroup))];
  const pupils = await activePupils(db, groups);
  const plans = await readPlans(db, keys);
  const results = await readResults(db, { cohorts: keys });

  return keys.flatMap((key) => {
    const active = pupils.get(key.studentGroup) ?? [];
    const activeNames = new Set(active);
    const own = results.filter((row) => sameCohort(row, key));
    const ownPlans = plans.filter((plan) => sameCohort(plan, key));
    if (own.length === 0 && ownPlans.length === 0) return [];
    return {
      ...key,
      pupils: active,
      plans: ownPlans.map(({ plan, title, date, maximum, criteria }) => ({
        plan,
        title,
        date,
        maximum,
        criteria,
      })),
      results: own.filter((row) => activeNames.has(row.student)),
    };
  });
}

function sameCohort(a: CohortKey, b: CohortKey): boolean {
  return a.course === b.course && a.studentGroup === b.studentGroup && a.academicTerm === b.academicTerm;
}

/** Groups that are no more, or belong to another term now, are left out. */
export async function readGroupRecords(db: Db, wanted: readonly InTerm[]): Promise<GroupRecords[]> {
  const { names, present, pupils } = await readGroups(db, wanted);
  if (present.length === 0) return [];
  // In no order: thousands of rows, which nothing reads one after another.
  const attendance = await rowsOf<AttendanceRow & { student: string; studentGroup: string }>(
    db,
    sql`
    select student, name, date, status, student_group as "studentGroup", course_schedule as lesson
    from mirror_student_attendance
    where student_group = any(${names}) and docstatus = 1 and date is not null and student is not null
      and status in ('Present', 'Absent', 'Leave')`,
  );

  return present.map(({ studentGroup, academicTerm, from, to }) => {
    const active = pupils.get(studentGroup) ?? [];
    const activeNames = new Set(active);
    return {
      studentGroup,
      academicTerm,
      pupils: active,
      attendance: attendance.filter(
        (row) =>
          row.studentGroup === studentGroup &&
          activeNames.has(row.student) &&
          row.date >= (from ?? '') &&
          (to === null || row.date <= to),
      ),
    };
  });
}

/** Of the same groups, who is in them, what was written in them, and whom a teacher keeps together or apart. */
export async function readPeerRecords(db: Db, wanted: readonly InTerm[]): Promise<PeerRecords[]> {
  const { names, present, pupils } = await readGroups(db, wanted);
  if (present.length === 0) return [];
  const results = await readResults(db, { groups: present });
  const wishes = await sql<PeerWish & { studentGroup: string }>`
    select student_group as "studentGroup", target_student as student, other_student as other,
      wish = 'Together' as together
    from mirror_ai_peer_wish
    where student_group = any(${names}) and target_student is not null and other_student is not null
      and wish in ('Together', 'Apart')
    order by name`.execute(db);
  return present.map(({ studentGroup, academicTerm }) => ({
    studentGroup,
    academicTerm,
    pupils: pupils.get(studentGroup) ?? [],
    results: results.filter((row) => row.studentGroup === studentGroup && row.academicTerm === academicTerm),
    wishes: wishes.rows
      .filter((row) => row.studentGroup === studentGroup)
      .map(({ student, other, together }) => ({ student, other, together })),
  }));
}

type InTerm = Omit<CohortKey, 'course'>;

async function readGroups(db: Db, wanted: readonly InTerm[]) {
  const names = [...new Set(wanted.map((group) => group.studentGroup))];
  if (names.length === 0) return { names, present: [], pupils: new Map<string, string[]>() };
  const groups = await sql<InTerm & { from: string | null; to: string | null }>`
    select g.name as "studentGroup", coalesce(g.academic_term, '') as "academicTerm",
      t.term_start_date as from, t.term_end_date as to
    from mirror_student_group g left join mirror_academic_term t on t.name = g.academic_term
    where g.name = any(${names})`.execute(db);
  const present = groups.rows.filter((group) =>
    wanted.some((one) => one.studentGroup === group.studentGroup && one.academicTerm === group.academicTerm),
  );
  return { names, present, pupils: await activePupils(db, names) };
}

async function activePupils(db: Db, groups: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await sql<{ parent: string; student: string }>`
    select distinct m.parent, m.student from mirror_student_group__students m
    join mirror_student s on s.name = m.student
    where m.parent = any(${groups}) and coalesce(m.active, 1) = 1 and coalesce(s.enabled, 1) = 1
    order by m.parent, m.student`.execute(db);
  const pupils = new Map<string, string[]>();
  for (const { parent, student } of rows.rows) {
    const list = pupils.get(parent);
    if (list === undefined) pupils.set(parent, [student]);
    else list.push(student);
  }
  return pupils;
}

type Plan = CohortKey & CohortRecords['plans'][number];

async function readPlans(db: Db, keys: readonly CohortKey[]): Promise<Plan[]> {
  const rows = await sql<Omit<Plan, 'criteria'>>`
    select p.name as plan, coalesce(p.assessment_name, p.assessment_group, p.name) as title,
      p.schedule_date as date, p.maximum_assessment_score as maximum,
      p.course, p.student_group as "studentGroup", coalesce(p.academic_term, '') as "academicTerm"
    from mirror_assessment_plan p
    join json_to_recordset(${JSON.stringify(keys)}::json)
      as c (course text, "studentGroup" text, "academicTerm" text)
      on p.course = c.course and p.student_group = c."studentGroup"
      and coalesce(p.academic_term, '') = c."academicTerm"
    where p.docstatus = 1 and p.schedule_date is not null and p.maximum_assessment_score > 0
    order by p.schedule_date, p.name`.execute(db);
  const criteria = await sql<{ parent: string; criterion: string; maximum: number }>`
    select parent, assessment_criteria as criterion, maximum_score as maximum
    from mirror_assessment_plan__assessment_criteria
    where parent = any(${rows.rows.map((row) => row.plan)})
      and assessment_criteria is not null and maximum_score is not null
    order by parent, idx`.execute(db);
  return rows.rows.map((row) => ({
    ...row,
    criteria: criteria.rows
      .filter((each) => each.parent === row.plan)
      .map(({ criterion, maximum }) => ({ criterion, maximum })),
  }));
}
