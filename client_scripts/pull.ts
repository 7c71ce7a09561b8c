/**
 * `npm run app:pull`: brings DocTypes, reports and other module JSON edited in a developer's Desk back from
 * the bench named by `FRAPPE_BENCH` into `frappe_app/`. A file that is new there comes along whatever it is
 * (a new DocType brings its controller); code that exists here is never overwritten.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { APP_SOURCE, filesBelow } from './build.ts';

const MODULE = join('education_ai', 'education_ai');

function pull(bench: string): void {
  const from = join(bench, 'apps', 'education_ai', MODULE);
  if (!existsSync(from)) throw new Error(`no app at ${from}: is FRAPPE_BENCH the bench with the app?`);
  const paths = filesBelow(from).filter((path) => differs(join(from, path), join(APP_SOURCE, MODULE, path)));
  for (const path of paths) {
    const target = join(APP_SOURCE, MODULE, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(join(from, path)));
    console.log(`frappe_app/${MODULE}/${path}`);
  }
  console.log(paths.length === 0 ? 'nothing was edited in the Desk' : `${paths.length} brought back`);
}

function differs(there: string, here: string): boolean {
  if (!existsSync(here)) return true;
  return here.endsWith('.json') && !readFileSync(there).equals(readFileSync(here));
}

const bench = process.env['FRAPPE_BENCH'];
try {
  if (!bench) throw new Error('set FRAPPE_BENCH to the folder of a bench with the app installed');
  pull(bench);
} catch (error) {
  console.error(error instanceof Error ? `app:pull: ${error.message}` : error);
  process.exitCode = 1;
}
