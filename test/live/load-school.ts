/**
 * `npm run school:load`: puts the demo school on a real site.
 *
 * `--students N` (300), `--seed N`, `--today YYYY-MM-DD`, `--yes` (do not ask), `--logins FILE` (give the
 * school's logins a new random password each and write them to FILE).
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { generateSchool, type School } from '../stand-in/school/generate.ts';
import { progressLine } from './progress.ts';
import { SchoolLoader } from './school-loader.ts';
import { MISSING_SITE, siteOfEnvironment, type LiveSite } from './site.ts';

const { values: options } = parseArgs({
  options: {
    students: { type: 'string', default: '300' },
    seed: { type: 'string', default: '7' },
    today: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    yes: { type: 'boolean', default: false },
    logins: { type: 'string' },
  },
});

const site = siteOfEnvironment();
if (site === null) {
  console.error(`school:load ${MISSING_SITE} (key:secret of an Administrator)`);
  process.exit(1);
}
const students = z.int().parse(await site.call('frappe.client.get_count', { doctype: 'Student' }));
if (students > 0 && !options.yes && !(await agreed(students, site.url))) process.exit(1);

const school = generateSchool({
  students: z.coerce.number().int().min(10).parse(options.students),
  seed: z.coerce.number().int().parse(options.seed),
  today: z.iso.date().parse(options.today),
});
const started = performance.now();
const loader = new SchoolLoader(site, progressLine(process.stdout), setTimeout);
await loader.load(school);
console.log(`${site.url} has the school after ${Math.round((performance.now() - started) / 1000)} s`);
for (const known of school.known) {
  const name = loader.siteName('Student', known.student);
  console.log(`${name}  ${known.studentName}, ${known.studentGroup}: ${known.about}`);
}
if (options.logins !== undefined) await writeLogins(site, school, options.logins);

async function agreed(count: number, url: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error(`${url} has ${count} students already; run with --yes to add the demo school to them`);
    return false;
  }
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await ask.question(
    `${url} has ${count} students already. Add the demo school to them, and make its holidays and term the current ones? [y/N] `,
  );
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** One line each: what the login is there for, user, password, and whom it stands for. */
async function writeLogins(on: LiveSite, from: School, file: string): Promise<void> {
  const roles = new Set((await on.list('Role')).map((role) => role.name));
  const lines: string[] = [];
  for (const login of from.logins) {
    const password = randomBytes(12).toString('base64url');
    await on.update('User', login.user.name, {
      new_password: password,
      roles: (login.user.children.roles ?? []).filter(
        ({ role }) => typeof role === 'string' && roles.has(role),
      ),
    });
    const who =
      login.student !== null
        ? loader.siteName('Student', login.student)
        : login.guardian !== null
          ? loader.siteName('Guardian', login.guardian)
          : (login.instructor ?? '-');
    lines.push([login.as, login.user.name, password, who].join('\t'));
  }
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  console.log(`logins written to ${file}`);
}
