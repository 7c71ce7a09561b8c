/**
 * Puts a generated school on a real site over REST, and goes on where an earlier load stopped: every record
 * has a key of its own fields, and what is there already is not sent again.
 */
import { z } from 'zod';
import type { School } from '../stand-in/school/generate.ts';
import type { Row, SchoolDocument, Value } from '../stand-in/school/document.ts';
import { SiteAnswer, type LiveSite } from './site.ts';

/** Told after each request: records of this DocType there, and how many there will be. */
export type Progress = (doctype: string, done: number, total: number) => void;

/** How a record is known again where the site gives it a name of its own. The others keep their name. */
const KEYS: Record<string, string[]> = {
  Student: ['student_email_id'],
  Guardian: ['email_address'],
  Room: ['room_name'],
  Employee: ['user_id'],
  'Program Enrollment': ['student', 'program', 'academic_year', 'academic_term'],
  'Course Schedule': ['student_group', 'schedule_date', 'from_time'],
  'Student Leave Application': ['student', 'from_date'],
  'Student Attendance': ['student', 'date', 'student_group'],
  'Assessment Plan': ['student_group', 'course', 'assessment_name'],
  'Assessment Result': ['assessment_plan', 'student'],
};

/** Fields that hold the name of a record to which the site gave a name of its own. */
const LINKS: Record<string, string> = {
  student: 'Student',
  guardian: 'Guardian',
  room: 'Room',
  employee: 'Employee',
  assessment_plan: 'Assessment Plan',
};

/** A site takes 200 records in one request; those that make further records take longer. */
const BATCH: Record<string, number> = { Student: 25, 'Program Enrollment': 50, User: 5, 'Student Group': 10 };
const MOST = 200;
const TRIES = 8;

const Stored = z.object({ name: z.string() }).catchall(z.union([z.string(), z.number(), z.null()]));
/** What the site answers when two transactions were in each other's way. */
const PASSING = /QueryDeadlockError|QueryTimeoutError/;

export class SchoolLoader {
  readonly #site: LiveSite;
  readonly #progress: Progress;
  readonly #pause: (milliseconds: number) => Promise<void>;
  /** `DocType/generated name` to the site's name. */
  readonly #names = new Map<string, string>();

  constructor(site: LiveSite, progress: Progress, pause: (milliseconds: number) => Promise<void>) {
    this.#site = site;
    this.#progress = progress;
    this.#pause = pause;
  }

  async load(school: School): Promise<void> {
    const company = await this.#company();
    const roles = new Set((await this.#site.list('Role')).map((role) => role.name));
    for (const [doctype, documents] of byDoctype(school.documents)) {
      // the site makes these itself, when an enrolment is submitted
      if (doctype === 'Course Enrollment') continue;
      const sent = documents.map((one) => forSite(one, company, roles));
      // the site writes these rows itself, when the leave is submitted
      await this.#all(
        doctype,
        sent.filter((one) => !one.values.leave_application),
      );
      if (doctype === 'Academic Term') await this.#settle(school, company);
    }
  }

  /** What a record of the generated school is called on the site. */
  siteName(doctype: string, name: string): string {
    return this.#names.get(`${doctype}/${name}`) ?? name;
  }

  async #company(): Promise<string> {
    const [first] = await this.#site.list('Company');
    if (first === undefined) throw new Error('the site has no Company yet: finish its setup wizard first');
    return first.name;
  }

  /** Without its own holidays a school can mark no attendance; without current term, new records get none. */
  async #settle(school: School, company: string): Promise<void> {
    await this.#site.update('Company', company, { default_holiday_list: school.calendar.holidayList });
    await this.#site.update('Education Settings', 'Education Settings', {
      current_academic_year: school.calendar.year.name,
      current_academic_term: school.calendar.terms.at(-1)?.name,
      user_creation_skip: 1,
      instructor_created_by: 'Full Name',
      attendance_based_on_course_schedule: 0,
    });
  }

  /** Sends what is missing; after a failure that may pass it looks again at what is there. */
  async #all(doctype: string, documents: SchoolDocument[]): Promise<void> {
    for (let failures = 0; ;) {
      const missing = await this.#missing(doctype, documents);
      try {
        await this.#send(doctype, missing, documents.length);
        return;
      } catch (error) {
        failures += 1;
        if (!passing(error) || failures >= TRIES) throw error;
        await this.#pause(2000 * failures);
      }
    }
  }

  async #missing(doctype: string, documents: SchoolDocument[]): Promise<SchoolDocument[]> {
    const fields = KEYS[doctype] ?? [];
    const stored = z.array(Stored).parse(
      await this.#site.list(doctype, {
        fields: ['name', ...fields],
        filters: [['docstatus', '<', 2]],
      }),
    );
    const there = new Map(stored.map((row) => [keyOf(fields, row.name, row), row.name]));
    return documents.filter((one) => {
      const name = there.get(keyOf(fields, one.name, this.#linked(one.values)));
      if (name !== undefined) this.#names.set(`${doctype}/${one.name}`, name);
      return name === undefined;
    });
  }

  async #send(doctype: string, missing: SchoolDocument[], total: number): Promise<void> {
    const size = BATCH[doctype] ?? MOST;
    let done = total - missing.length;
    this.#progress(doctype, done, total);
    for (let from = 0; from < missing.length; from += size) {
      const batch = missing.slice(from, from + size);
      const docs = batch.map((one) => ({
        doctype,
        docstatus: one.docstatus,
        ...this.#linked(one.values),
        ...Object.fromEntries(
          Object.entries(one.children).map(([field, rows]) => [field, rows.map((row) => this.#linked(row))]),
        ),
      }));
      const answer = await this.#site.call('frappe.client.insert_many', { docs });
      const names = z.array(z.string()).parse(answer);
      for (const [at, name] of names.entries()) this.#names.set(`${doctype}/${batch[at]?.name ?? ''}`, name);
      done += batch.length;
      this.#progress(doctype, done, total);
    }
  }

  #linked(row: Row): Row {
    return Object.fromEntries(
      Object.entries(row).map(([field, value]): [string, Value] => {
        const doctype = LINKS[field];
        return [
          field,
          doctype === undefined || typeof value !== 'string' ? value : this.siteName(doctype, value),
        ];
      }),
    );
  }
}

/** Whether the same request may go through later: the site was away, or busy with another transaction. */
function passing(error: unknown): boolean {
  // fetch itself fails with a TypeError when nobody answers
  if (!(error instanceof SiteAnswer)) return error instanceof TypeError;
  return error.status === 429 || [502, 503, 504].includes(error.status) || PASSING.test(error.body);
}

/** A record's identity: its own name, or its key fields where the site names it. Times come back unpadded. */
function keyOf(fields: string[], name: string, row: Row): string {
  if (fields.length === 0) return name;
  return fields
    .map((field) => {
      const value = String(row[field] ?? '');
      return field === 'from_time' ? value.padStart(8, '0') : value;
    })
    .join('\u0000');
}

function byDoctype(documents: SchoolDocument[]): Map<string, SchoolDocument[]> {
  const groups = new Map<string, SchoolDocument[]>();
  for (const one of documents) {
    const group = groups.get(one.doctype);
    if (group === undefined) groups.set(one.doctype, [one]);
    else group.push(one);
  }
  return groups;
}

/** An Employee needs the site's company; a User takes only roles that the site has. */
function forSite(one: SchoolDocument, company: string, roles: Set<string>): SchoolDocument {
  if (one.doctype === 'Employee') return { ...one, values: { ...one.values, company } };
  if (one.doctype !== 'User') return one;
  const known = (one.children.roles ?? []).filter(({ role }) => typeof role === 'string' && roles.has(role));
  return { ...one, children: { roles: known } };
}
