/**
 * By what groups of pupils the model card asks whether warnings err more for some: the gender that the school entered.
 * Nothing else opens it, and no insight is drawn from it.
 */
import { sql } from 'kysely';
import type { Store } from './open.ts';
import { rowsOf } from './rows.ts';

const COLUMN = 'gender';

/** By pupil, as the school names it. One that was changed by hand does not open, and counts as not entered. */
export async function readFairnessGroups({ db, sealer }: Store): Promise<Map<string, string>> {
  const rows = await rowsOf<{ name: string; gender: string }>(
    db,
    sql`select name, gender from mirror_student where gender is not null`,
  );
  return new Map(
    rows.map(({ name, gender }) => {
      const opened = sealer.open(gender, { table: 'mirror_student', row: name, column: COLUMN });
      return [name, opened ?? ''];
    }),
  );
}
