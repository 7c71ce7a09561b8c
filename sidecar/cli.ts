/** The command line of an operator: `npm run cli -- doctor | sync | show | write | check | dead-letters | backup | restore | evaluate`. */
import { Argument, Command, Option } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.ts';
import type { Order, Progress } from './control.ts';
import { examine } from './doctor.ts';
import { Entry, ENTRY_KINDS } from './erpnext/entries.ts';
import { watchedDocType } from './erpnext/watched.ts';
import { asAppError } from './errors.ts';
import { evaluate, jsonOf, tableOf } from './evaluation/evaluate.ts';
import type { EvaluateOptions } from './evaluation/evaluate.ts';
import { createLog } from './log.ts';
import { createBase } from './main.ts';
import { openOperator, type Operator } from './operate.ts';
import { progressBar } from './progress-bar.ts';
import { restoreBackup } from './store/backup.ts';
import { CHECKS, type Recurring } from './store/checks.ts';
import { openStore } from './store/open.ts';

const MARKS = { ok: 'ok      ', wrong: 'WRONG   ', away: 'AWAY    ', 'not checked': '-       ' } as const;

const program = new Command('education-ai').option('--env <file>', 'the file that `connect` wrote');

function base() {
  const config = readConfig(program.opts<{ env?: string }>().env ?? null);
  // What a command answers stands on its output alone.
  return createBase(config, createLog(config.sealingKey, pino({ base: null }, pino.destination(2))));
}

async function operate<T>(work: (operator: Operator) => Promise<T>): Promise<T> {
  const operator = await openOperator(base());
  try {
    return await work(operator);
  } finally {
    await operator.close();
  }
}

/** Runs an order with a progress line, and says in one more what came of it. */
async function run(operator: Operator, order: Order): Promise<Progress> {
  const bar = progressBar(process.stderr, () => performance.now());
  const done = await operator.run(order, ({ load, examined, total, left }) => {
    if (load !== null) bar(load.rows, load.total, 'records of the first load');
    else bar(Math.max(Math.max(total, examined) - left, 0), Math.max(total, examined), 'records');
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(`${done.examined} examined, ${done.found} differed, ${done.repaired} repaired`);
  return done;
}

program
  .command('doctor')
  .description('checks address, app, key, contract, socket, database and clock, and says what to do')
  .action(async () => {
    const findings = await examine(base());
    for (const { title, state, says } of findings) console.log(`${MARKS[state]}${title.padEnd(10)}${says}`);
    process.exitCode = findings.every((finding) => finding.state === 'ok') ? 0 : 1;
  });

const sync = program
  .command('sync')
  .description('reads documents again, whether they differ or not: all, of some DocTypes, or changed since')
  .option('--doctype <name...>', 'only these')
  .option('--since <time>', 'only what changed since then, as the site writes times: YYYY-MM-DD [HH:MM:SS]')
  .action(async ({ doctype = [], since = null }: { doctype?: string[]; since?: string | null }) => {
    const unknown = doctype.filter((name) => watchedDocType(name) === undefined);
    if (unknown.length > 0) sync.error(`--doctype: not watched: ${unknown.join(', ')}`);
    if (since !== null && !/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?$/.test(since))
      sync.error('--since: write it as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS');
    await operate((operator) => run(operator, { kind: 'sync', doctypes: doctype, since }));
  });

sync
  .command('student')
  .argument('<name...>', 'the names of Student documents')
  .description('reads everything about these pupils again, analyses and writes back')
  .action(async (names: string[]) => {
    await operate(async (operator) => {
      await operator.run({ kind: 'students', names }, () => undefined);
      const { success, failed } = await operator.outcome(names);
      for (const { name, code } of failed) console.log(`${code}\t${name}`);
      console.log(`${success.length} done, ${failed.length} failed`);
      process.exitCode = failed.length === 0 ? 0 : 1;
    });
  });

const show = program.command('show').description('prints what the site has now, as JSON');

show
  .command('student')
  .argument('<name...>', 'the names of Student documents')
  .option('--year <name>', 'assessments of this Academic Year only')
  .description(
    'these pupils with guardians, groups, enrollments and assessments, drafts and cancelled included',
  )
  .action(async (names: string[], { year = null }: { year?: string | null }) => {
    const batch = await operate((operator) => operator.students([...new Set(names)], year));
    console.log(JSON.stringify(batch, null, 2));
    process.exitCode = batch.failed.length === 0 ? 0 : 1;
  });

const schedule = show
  .command('schedule')
  .option('--group <name>', 'of this Student Group')
  .option('--instructor <name>', 'of this Instructor')
  .option('--from <day>', 'from this day on, YYYY-MM-DD')
  .option('--to <day>', 'up to this day')
  .description('lessons in the order of time; at least one option is needed')
  .action(async (options: { group?: string; instructor?: string; from?: string; to?: string }) => {
    if (Object.keys(options).length === 0)
      schedule.error('say at least one of --group, --instructor, --from, --to');
    for (const option of ['from', 'to'] as const) {
      if (!z.iso.date().optional().safeParse(options[option]).success)
        schedule.error(`--${option}: write it as YYYY-MM-DD`);
    }
    const { group = null, instructor = null, from = null, to = null } = options;
    const filter = { student_group: group, instructor, from_date: from, to_date: to };
    console.log(JSON.stringify(await operate((operator) => operator.schedule(filter)), null, 2));
  });

const write = program
  .command('write')
  .addArgument(new Argument('<what>').choices(ENTRY_KINDS))
  .argument('<file>', 'one JSON object; sidecar/README.md says what stands in it')
  .description("writes a pupil's AI profile, an insight into a result, or a session with the tutor")
  .action(async (kind: string, file: string) => {
    const entry = Entry.safeParse({ kind, entry: await readJson(file) });
    if (!entry.success) {
      // Only where it is wrong, never what stood there: it is about a pupil.
      for (const { path, message } of entry.error.issues)
        console.error(`${path.slice(1).join('.') || 'the whole'}: ${message}`);
      write.error(`${file} is not written`);
    } else {
      const { outcome } = await operate((operator) => operator.write(entry.data));
      console.log(outcome);
      if (outcome === 'stale') process.exitCode = 1;
    }
  });

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => write.error(`${file} cannot be read`));
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message repeats what stood there.
    return write.error(`${file} is not JSON`);
  }
}

program
  .command('check')
  .addArgument(new Argument('<which>').choices(CHECKS))
  .description('runs a check now; it repairs what it finds')
  .action(async (check: Recurring) => {
    await operate((operator) => run(operator, { kind: 'check', check }));
  });

program
  .command('dead-letters')
  .description('lists the work that was given up, and what to check')
  .option('--redrive', 'try all of it again')
  .action(async (options: { redrive?: boolean }) => {
    await operate(async (operator) => {
      const dead = await operator.dead();
      for (const { kind, name, code, check } of dead) console.log(`${code}\t${kind}\t${name}\t${check}`);
      console.log(`${dead.length} given up`);
      if (options.redrive === true) console.log(`${await operator.tryAgain()} will be tried again`);
    });
  });

program
  .command('backup')
  .argument('<file>')
  .description('writes what a first load cannot bring back, encrypted with SEALING_KEY')
  .action(async (file: string) => {
    await writeFile(file, await operate((operator) => operator.backup()), { mode: 0o600, flag: 'wx' });
    console.log(`${file} written; it opens with the same SEALING_KEY only`);
  });

program
  .command('restore')
  .argument('<file>')
  .description('puts a backup back; stop the sidecar first. The next start reads every record anew')
  .action(async (file: string) => {
    const { config } = base();
    const content = await readFile(file);
    const store = await openStore(config);
    await restoreBackup(store, config.sealingKey, content).finally(() => store.close());
    console.log('restored; start the sidecar, it begins with a first load');
  });

program
  .command('evaluate')
  .description('measures the models on public data and prints each figure beside its bar')
  .addOption(
    new Option('--data <folder>', 'where the data sets lie').env('EVALUATION_DATA').makeOptionMandatory(),
  )
  .addOption(new Option('--dataset <name>', 'only this one').choices(['oulad', 'uci']))
  .option('--train <presentations>', 'comma-separated', '2013B')
  .option('--test <presentations>', 'comma-separated', '2013J')
  .option('--report <file>', 'writes a page with reliability plots')
  .option('--json', 'prints one object instead of the table')
  .action((options: EvaluateOptions & { json?: boolean }) => {
    const evaluation = evaluate(options);
    console.log(options.json === true ? JSON.stringify(jsonOf(evaluation)) : tableOf(evaluation).join('\n'));
  });

await program.parseAsync().catch((thrown: unknown) => {
  const lines =
    thrown instanceof ConfigError
      ? thrown.faults.map(({ variable, remedy }) => `${variable}: ${remedy}`)
      : [asAppError(thrown).advice];
  console.error(lines.join('\n'));
  process.exitCode = 1;
});
