/**
 * `npm run build:app [-- --watch]`: puts the app together as a bench installs it, in `dist/education_ai`:
 * `frappe_app/`, the form scripts compiled to `public/js/`, and `fixtures/app/` as `education_ai/data/`
 * (a folder named `fixtures` there would be force-imported at every migrate).
 *
 * The folder is a git repository of its own, since `bench get-app` takes only the root of one; each build
 * that changes something adds a commit, so that its branch can be published with continuous history.
 */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import editableFields from '../fixtures/app/editable_fields.json' with { type: 'json' };
import errors from '../fixtures/app/errors.json' with { type: 'json' };
import sentences from '../fixtures/app/sentences.json' with { type: 'json' };
import { FORMS } from './forms.ts';

export const ROOT = join(import.meta.dirname, '..');
export const APP_SOURCE = join(ROOT, 'frappe_app');
const APP_BUILT = join(ROOT, 'dist', 'education_ai');

const BRANCH = 'version-15';
/** What tools leave behind in a linked folder. */
const LEFT_BEHIND = /(^|\/)(__pycache__|[^/]*\.egg-info|node_modules|\.git|\.\w+_cache)(\/|$)|\.pyc$/;

/** The keys of a sentence, and of an error, that a reader gets to see. */
const SPOKEN = new Set(['title', 'staff', 'headline', 'student', 'guardian', 'evidence', 'message', 'check']);

type Files = Map<string, Uint8Array>;

/** Compiles the form scripts; keys are file names such as `student.js`. */
export async function compileScripts(): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: FORMS.map((form) => join(ROOT, 'client_scripts', `${form}.ts`)),
    outdir: 'js',
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2017',
    legalComments: 'none',
    // Education's Course script ends without a semicolon: without one of ours it would call our function.
    banner: { js: ';' },
    // A "use strict" at the top would hold for every script Frappe joins with ours.
    tsconfigRaw: {},
  });
  const compiled: Files = new Map();
  for (const { path, contents, text } of outputFiles) {
    const name = relative(join(process.cwd(), 'js'), path);
    refuseTemplates(name, text);
    compiled.set(name, contents);
  }
  return compiled;
}

/** Frappe expands these while it serves a form script, and the form does not open where it cannot. */
function refuseTemplates(name: string, script: string): void {
  const found = /\{%|\{\{/.exec(script);
  if (found) throw new Error(`${name} contains "${found[0]}", which Frappe would take for a template`);
}

/** Every file below a folder, by its path from there, without what tools leave behind. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !LEFT_BEHIND.test(path))
    .sort();
}

/** The words of `editable_fields.json`, in the order in which they stand there. */
function settingWords(): string[] {
  return editableFields.flatMap(({ title, about, keys }) => [
    title,
    about,
    ...keys.flatMap((key) => [
      key.label,
      key.effect,
      ...('options' in key ? key.options : []).map(({ label }) => label),
    ]),
  ]);
}

/**
 * Sentences, settings and errors as Python calls. Frappe looks for what is to be translated in code and would not find them in
 * JSON; `bench get-untranslated` does with this file.
 */
function translatable(): string {
  const texts = [...Object.values(sentences), ...Object.values(errors)].flatMap((entry) =>
    Object.entries(entry).flatMap(([key, text]) =>
      SPOKEN.has(key) && typeof text === 'string' ? [text] : [],
    ),
  );
  return [
    '"""Made by the build from sentences, editable fields and errors, for the extraction of messages; never run."""',
    '',
    'from frappe import _',
    '',
    '',
    'def messages() -> None:',
    ...[...new Set([...texts, ...settingWords()])].map((text) => `\t_(${JSON.stringify(text)})`),
    '',
  ].join('\n');
}

async function assemble(): Promise<Files> {
  const files: Files = new Map();
  const take = (from: string, to: string): void => {
    for (const path of filesBelow(from)) files.set(join(to, path), readFileSync(join(from, path)));
  };
  take(APP_SOURCE, '');
  take(join(ROOT, 'fixtures', 'app'), 'education_ai/data');
  for (const [name, script] of await compileScripts()) files.set(`education_ai/public/js/${name}`, script);
  files.set('education_ai/data/messages.py', Buffer.from(translatable()));
  files.set('LICENSE', readFileSync(join(ROOT, 'LICENSE')));
  return files;
}

/** Writes only what differs, since a bench may be running on this very folder. */
function bring(folder: string, files: Files): number {
  let changed = 0;
  for (const [path, contents] of files) {
    const target = join(folder, path);
    if (existsSync(target) && readFileSync(target).equals(contents)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contents);
    changed += 1;
  }
  for (const path of filesBelow(folder)) {
    if (files.has(path)) continue;
    rmSync(join(folder, path));
    changed += 1;
  }
  return changed;
}

/** DocTypes edited in a Desk on this folder and not brought back yet; a build would undo them. */
function editedInDesk(folder: string, files: Files): string[] {
  const status = git(folder, 'status', '--porcelain', '--no-renames', '-z') ?? '';
  return status
    .split('\0')
    .filter((line) => line.endsWith('.json'))
    .map((line) => line.slice(3))
    .filter((path) => {
      const mine = files.get(path);
      return mine && existsSync(join(folder, path)) && !readFileSync(join(folder, path)).equals(mine);
    });
}

/** Runs git and answers its output, or null where there is no git or it refused. */
function git(folder: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}

function commit(folder: string): string {
  if (git(folder, 'add', '--all') === null) return 'not committed: git is missing, and bench needs it';
  if (git(folder, 'diff', '--cached', '--quiet') !== null) return 'nothing new to commit';
  const source = git(ROOT, 'rev-parse', '--short', 'HEAD')?.trim() ?? 'a working copy';
  const known = git(folder, 'config', 'user.email') !== null;
  const identity = known
    ? []
    : ['-c', 'user.name=Education AI', '-c', 'user.email=build@education-ai.invalid'];
  const done = git(folder, ...identity, 'commit', '--quiet', '-m', `Education AI, built from ${source}`);
  return done === null ? 'git refused the commit' : `committed on ${BRANCH}`;
}

/** Builds into a folder and answers what came of it, in a line. */
export async function buildApp(folder: string): Promise<string> {
  const files = await assemble();
  mkdirSync(folder, { recursive: true });
  // Without a repository of its own, git would answer for the one around it.
  if (!existsSync(join(folder, '.git'))) git(folder, 'init', '--quiet', `--initial-branch=${BRANCH}`);
  const edited = existsSync(join(folder, '.git')) ? editedInDesk(folder, files) : [];
  if (edited.length > 0) {
    throw new Error(`edited in a Desk; run "npm run app:pull" first:\n  ${edited.join('\n  ')}`);
  }
  const changed = bring(folder, files);
  const outcome = existsSync(join(folder, '.git')) ? commit(folder) : 'not committed: git is missing';
  return `${relative(ROOT, folder)}: ${files.size} files, ${changed} changed, ${outcome}`;
}

async function report(): Promise<void> {
  console.log(await buildApp(APP_BUILT));
}

/** Builds now and after every pause in the edits; a build that fails says so and waits for the next edit. */
async function buildOnChange(): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(report).catch((error: unknown) => console.error(error));
    }, 150);
  };
  for (const folder of ['client_scripts', 'frappe_app', join('fixtures', 'app')]) {
    watch(join(ROOT, folder), { recursive: true }, again);
  }
  await report().catch((error: unknown) => console.error(error));
  console.log('watching client_scripts, frappe_app and fixtures/app');
}

if (import.meta.main) {
  try {
    await (process.argv.includes('--watch') ? buildOnChange() : report());
  } catch (error) {
    console.error(error instanceof Error ? `build:app: ${error.message}` : error);
    process.exitCode = 1;
  }
}
