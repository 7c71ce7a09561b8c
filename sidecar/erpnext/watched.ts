/** The list of what is watched (`fixtures/app/watched.json`), typed: fields, child tables, whose record it is. */
import { z } from 'zod';
import watchedJson from '../../fixtures/app/watched.json' with { type: 'json' };

const Field = z.object({
  name: z.string(),
  /** `opened`: a sealed field that people edit too, given open; part of no row sum. */
  type: z.enum(['text', 'link', 'number', 'check', 'date', 'time', 'datetime', 'opened']),
  personal: z.boolean().default(false),
});

const Child = z.object({ field: z.string(), doctype: z.string(), fields: z.array(Field) });

const WatchedDocType = z.object({
  doctype: z.string(),
  /** The field that names the pupil the record is about; `name` for Student itself. */
  student: z.string().nullable(),
  due_seconds: z.number(),
  fields: z.array(Field),
  children: z.array(Child),
  /** Of our own DocTypes: a row that holds this still is one that nobody has answered, and is not exchanged. */
  untouched: z.record(z.string(), z.string()).default({}),
});

export type WatchedField = z.output<typeof Field>;
export type WatchedDocType = z.output<typeof WatchedDocType>;

export const WATCHED: readonly WatchedDocType[] = z.array(WatchedDocType).parse(watchedJson);

/** Of these, analysis reads only what is submitted: a draft and a cancelled document say nothing. */
export const SUBMITTABLE: ReadonlySet<string> = new Set([
  'Student Attendance',
  'Assessment Result',
  'Assessment Plan',
]);

const byName = new Map(WATCHED.map((watched) => [watched.doctype, watched]));

export function watchedDocType(doctype: string): WatchedDocType | undefined {
  return byName.get(doctype);
}
