import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp, compileScripts, filesBelow } from '../../client_scripts/build.ts';

const SCRIPT = 'education_ai/public/js/student.js';
const SETTINGS = 'education_ai/education_ai/doctype/ai_settings/ai_settings.json';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'education-ai-build-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): string {
  return spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).stdout.trim();
}

test('each form gets one script that leaves no name behind on the page', async () => {
  const scripts = await compileScripts();
  expect([...scripts.keys()].sort()).toEqual([
    'ai-conflict.js',
    'course.js',
    'instructor.js',
    'program-enrollment.js',
    'student-group.js',
    'student.js',
  ]);
  for (const script of scripts.values()) {
    const text = new TextDecoder().decode(script);
    // Frappe runs all scripts of a form as one function, where names of two apps would collide.
    expect(text.trimStart()).toMatch(/^;\s*\(\(\) => \{/);
    expect(text).not.toMatch(/^(import|export) /m);
  }
});

test('a script before ours that ends without a semicolon stays what it is', async () => {
  for (const script of (await compileScripts()).values()) {
    const joined = `let theirs = function () { throw new Error('called') }\n${new TextDecoder().decode(script)}`;
    const desk = { ui: { form: { on: () => null } } };
    // as Frappe does: all scripts of a form in one function
    // oxlint-disable-next-line no-implied-eval
    expect(() => new Function('frappe', joined)(desk)).not.toThrow('called');
  }
});

test('every sentence of a panel can be found and translated', async () => {
  for (const script of (await compileScripts()).values()) {
    const text = new TextDecoder().decode(script);
    const calls = text.match(/\b__\(/g) ?? [];
    const literal = text.match(/\b__\(\s*"[^"$]+"/g) ?? [];
    expect(calls.length).toBeGreaterThan(10);
    expect(literal).toHaveLength(calls.length);
  }
});

test('what bench installs has the app at its root, with scripts and data in their places', async () => {
  await buildApp(folder);
  const files = filesBelow(folder);
  expect(files).toContain('pyproject.toml');
  expect(files).toContain('education_ai/hooks.py');
  expect(files).toContain(SCRIPT);
  expect(files).toContain('education_ai/data/sentences.json');
  expect(files.filter((path) => path.includes('fixtures'))).toEqual([]);
});

test('a build adds a commit when something changed, and none otherwise', async () => {
  await buildApp(folder);
  await buildApp(folder);
  expect(git('rev-list', '--count', 'HEAD')).toBe('1');
  rmSync(join(folder, SCRIPT));
  git('commit', '--quiet', '--all', '-m', 'an older version');
  await buildApp(folder);
  expect(git('rev-list', '--count', 'HEAD')).toBe('3');
  expect(git('branch', '--show-current')).toBe('version-15');
  expect(git('status', '--porcelain')).toBe('');
});

test('a DocType edited in a Desk is not undone by a build before it was brought back', async () => {
  await buildApp(folder);
  const edited = `${readFileSync(join(folder, SETTINGS), 'utf8')}\n`;
  writeFileSync(join(folder, SETTINGS), edited);
  await expect(buildApp(folder)).rejects.toThrow('app:pull');
  expect(readFileSync(join(folder, SETTINGS), 'utf8')).toBe(edited);
});

test('every sentence stands in code too, where the tools of translators look for it', async () => {
  await buildApp(folder);
  const messages = readFileSync(join(folder, 'education_ai/data/messages.py'), 'utf8');
  expect(messages).toContain(
    '_("Present {present} of {days} school days ({rate}%); the class {class_rate}%.")',
  );
});
