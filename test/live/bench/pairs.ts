/**
 * What the app costs a save: the same request on this site and on a site of the same bench without the app.
 *
 * `PLAIN_SITE` names that site; it should hold the same school. Requests go in pairs, the order changing from
 * pair to pair, so that a drift of the machine falls on both sides.
 */
import { z } from 'zod';
import { LiveSite, type Document, type LiveBench } from '../site.ts';
import { atMost, median, printed, timed, type Figure } from './figure.ts';

const PAIRS = 200;
const LIMIT = 1.05;

type Save = (site: LiveSite, turn: number) => Promise<unknown>;

export async function pairs(site: LiveSite, bench: LiveBench): Promise<Figure[]> {
  const { PLAIN_SITE: plainName } = process.env;
  if (!plainName)
    return [printed('saves with the app against without', 'skipped: set PLAIN_SITE to a site without it')];
  const plain = new LiveSite(site.url, await administratorKey(bench, plainName), plainName);
  const figures: Figure[] = [];
  const day = await freeSchoolDay(site);
  for (const [name, save] of await saves(site, day)) {
    const pairsOf = await measure(site, plain, save);
    const ratio = median(pairsOf.map(([withApp, without]) => withApp / without));
    const [withApp, without] = [0, 1].map((side) =>
      median(pairsOf.map((pair) => pair[side] ?? 0)).toFixed(1),
    );
    figures.push(
      atMost(`${name}: with the app against without, median of ${PAIRS} pairs`, ratio, LIMIT, '×'),
      printed(`${name}: medians with, without`, `${withApp}, ${without} ms`),
    );
  }
  await Promise.all([site, plain].map((at) => clearDay(at, day)));
  return figures;
}

/** Milliseconds with the app and without it, pair by pair: a drift of the machine falls on both of a pair. */
async function measure(site: LiveSite, plain: LiveSite, save: Save): Promise<[number, number][]> {
  const found: [number, number][] = [];
  for (let turn = -5; turn < PAIRS; turn += 1) {
    const [a, b] = turn % 2 === 0 ? [site, plain] : [plain, site];
    const first = await timed(() => save(a, turn + 5));
    const second = await timed(() => save(b, turn + 5));
    // The first five pairs warm caches on both sides.
    if (turn >= 0) found.push(a === site ? [first, second] : [second, first]);
  }
  return found;
}

async function saves(site: LiveSite, day: string): Promise<[string, Save][]> {
  const students = await site.list('Student', {
    fields: ['name', 'first_name'],
    filters: [['enabled', '=', 1]],
  });
  const courses = await site.list('Course', { fields: ['name', 'course_name'] });
  const members = await memberships(site);
  return [
    ['Student PUT', (at, turn) => saveAsIs(at, 'Student', pick(students, turn), 'first_name')],
    ['Course PUT', (at, turn) => saveAsIs(at, 'Course', pick(courses, turn), 'course_name')],
    [
      'attendance submit',
      (at, turn) => {
        const { student, group } = pick(members, turn);
        return at.insert('Student Attendance', {
          student,
          student_group: group,
          date: day,
          status: 'Present',
          docstatus: 1,
        });
      },
    ],
  ];
}

/** A whole save that changes nothing but `modified`: the site is left as it was. */
const saveAsIs = (
  at: LiveSite,
  doctype: string,
  { name, ...values }: Document,
  field: string,
): Promise<Document> => at.update(doctype, name, { [field]: values[field] });

function pick<T>(items: readonly T[], turn: number): T {
  const item = items[turn % items.length];
  if (item === undefined) throw new Error('the site holds no school: run npm run school:load first');
  return item;
}

/** A weekday later than every attendance row and no holiday, in the year that follows. */
async function freeSchoolDay(site: LiveSite): Promise<string> {
  const [last] = await site.list('Student Attendance', {
    fields: ['name', 'date'],
    order_by: 'date desc',
    limit: 1,
  });
  const { date } = z.object({ date: z.string() }).parse(last);
  const day = new Date(`${date}T12:00:00Z`);
  do day.setUTCDate(day.getUTCDate() + 7);
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6);
  return day.toISOString().slice(0, 10);
}

/** Takes away the rows that the measuring entered. */
async function clearDay(site: LiveSite, day: string): Promise<void> {
  for (const { name } of await site.list('Student Attendance', { filters: [['date', '=', day]] })) {
    await site.call('frappe.client.cancel', { doctype: 'Student Attendance', name });
    await site.remove('Student Attendance', name);
  }
}

async function memberships(site: LiveSite): Promise<{ student: string; group: string }[]> {
  const groups = await site.list('Student Group', { filters: [['group_based_on', '=', 'Batch']] });
  const found: { student: string; group: string }[] = [];
  for (const { name } of groups) {
    const document: Document = await site.get('Student Group', name);
    for (const { student, active } of Members.parse(document['students']))
      if (active === 1) found.push({ student, group: name });
  }
  return found;
}

const Members = z.array(z.object({ student: z.string(), active: z.int() }));

/** A new secret for the Administrator of a test site; its old one stops working. */
async function administratorKey(bench: LiveBench, siteName: string): Promise<string> {
  const run = async (...args: string[]): Promise<string> =>
    (await bench.bench('--site', siteName, 'execute', ...args)).trim();
  const made = await run('frappe.core.doctype.user.user.generate_keys', '--args', '["Administrator"]');
  const { api_secret: secret } = z.object({ api_secret: z.string() }).parse(JSON.parse(made));
  const key = await run('frappe.db.get_value', '--args', '["User", "Administrator", "api_key"]');
  return `${z.string().parse(JSON.parse(key))}:${secret}`;
}
