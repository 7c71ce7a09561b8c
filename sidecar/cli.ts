/** The command line of an operator: `npm run cli -- doctor | dead-letters`. */
import { Command } from 'commander';
import { ConfigError, readConfig } from './config.ts';
import { examine } from './doctor.ts';
import { asAppError } from './errors.ts';
import { createBase } from './main.ts';
import { openStore } from './store/open.ts';
import { deadWork, redrive } from './store/work.ts';

const MARKS = { ok: 'ok      ', wrong: 'WRONG   ', away: 'AWAY    ', 'not checked': '-       ' } as const;

const program = new Command('education-ai').option('--env <file>', 'the file that `connect` wrote');

function base() {
  return createBase(readConfig(program.opts<{ env?: string }>().env ?? null));
}

program
  .command('doctor')
  .description('checks address, app, key, contract, socket, database and clock, and says what to do')
  .action(async () => {
    const findings = await examine(base());
    for (const { title, state, says } of findings) console.log(`${MARKS[state]}${title.padEnd(10)}${says}`);
    process.exitCode = findings.every((finding) => finding.state === 'ok') ? 0 : 1;
  });

program
  .command('dead-letters')
  .description(
    'lists the work that was given up, and what to check; stop the sidecar first when it is embedded',
  )
  .option('--redrive', 'try all of it again')
  .action(async (options: { redrive?: boolean }) => {
    const { config, clock } = base();
    const store = await openStore(config);
    const dead = await deadWork(store.db);
    for (const { kind, name, code, check } of dead) console.log(`${code}\t${kind}\t${name}\t${check}`);
    console.log(`${dead.length} given up`);
    if (options.redrive === true) await redrive(store.db, dead, clock.now());
    await store.close();
  });

await program.parseAsync().catch((thrown: unknown) => {
  const lines =
    thrown instanceof ConfigError
      ? thrown.faults.map(({ variable, remedy }) => `${variable}: ${remedy}`)
      : [asAppError(thrown).advice];
  console.error(lines.join('\n'));
  process.exitCode = 1;
});
