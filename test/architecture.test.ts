/** The rules of the source tree that no compiler knows: who may import whom, and where a thing may be done. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** About 300 lines: a longer file holds two concepts. Tests are lists and may be somewhat longer. */
const LONGEST = { source: 320, test: 400 } as const;

interface Source {
  path: string;
  text: string;
  imports: string[];
  /** Imports that are more than types. */
  values: string[];
}

function sources(folder: string): Source[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.map((file) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const found = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'/gm)];
    const resolved = (specifier: string) =>
      specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier;
    return {
      path,
      text,
      imports: found.map((match) => resolved(match[2] ?? '')),
      values: found.filter((match) => match[1] === undefined).map((match) => resolved(match[2] ?? '')),
    };
  });
}

const sidecar = sources('sidecar');
const everything = [...sidecar, ...sources('client_scripts'), ...sources('test')];

const within = (folder: string) => sidecar.filter(({ path }) => path.startsWith(`sidecar/${folder}/`));
const outside = (folder: string) => sidecar.filter(({ path }) => !path.startsWith(`sidecar/${folder}/`));

/** The folder of the sidecar that a path lies in; '' for its root files, null for anything else. */
function part(path: string): string | null {
  const match = /^sidecar\/(?:([^/]+)\/)?/.exec(path);
  return match === null ? null : (match[1] ?? '');
}

/** Without its comments: what is said about a thing is no use of it. */
function code({ text }: Source): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

describe('the stages', () => {
  const STAGES = ['intake', 'sync', 'analysis', 'write-back'];
  test.each(STAGES)('%s imports only types of earlier stages, the two doors and the root files', (stage) => {
    const earlier = STAGES.slice(0, STAGES.indexOf(stage));
    for (const { path, imports, values } of within(stage)) {
      for (const target of imports) {
        const where = part(target);
        if (where === null || ['', 'erpnext', 'store', stage].includes(where)) continue;
        expect(earlier, `${path} imports ${target}`).toContain(where);
        expect(values, `${path} takes more than types from ${target}`).not.toContain(target);
      }
    }
  });

  test('the doors know no stage but by its types', () => {
    for (const door of ['erpnext', 'store']) {
      for (const { path, values } of within(door)) {
        const stages = values.filter((target) => ['http', ...STAGES].includes(part(target) ?? ''));
        expect(stages, path).toEqual([]);
      }
    }
  });

  test('analysis is pure: no I/O, no clock, no chance, no import but its own and types', () => {
    for (const { path, text, values } of within('analysis')) {
      const impure = values.filter(
        (target) => target.startsWith('node:') || (part(target) ?? 'analysis') !== 'analysis',
      );
      expect(impure, path).toEqual([]);
      expect(text, path).not.toMatch(
        /Date\.now|new Date\(\)|Math\.random|process\.|fetch\(|setTimeout|\bawait\b/,
      );
    }
  });
});

describe('one place for one thing', () => {
  test('SQL is spoken in store/ alone', () => {
    for (const { path, imports, text } of outside('store')) {
      expect(imports, path).not.toContain('kysely');
      expect(text, path).not.toMatch(/\b(selectFrom|insertInto|updateTable|deleteFrom)\(/);
    }
  });

  test('the site is spoken to in erpnext/ alone', () => {
    const clients = new Set([
      'axios',
      'frappe-js-sdk',
      'socket.io-client',
      'node:http',
      'node:https',
      'node:net',
    ]);
    for (const { path, imports, text } of outside('erpnext')) {
      expect(
        imports.filter((target) => clients.has(target)),
        path,
      ).toEqual([]);
      expect(text, path).not.toMatch(/(?<![.\w])fetch\(/);
    }
  });

  test('the environment is read in config.ts alone', () => {
    for (const { path, text } of sidecar) {
      if (path !== 'sidecar/config.ts') expect(text, path).not.toContain('process.env');
    }
  });

  test('an error becomes retry or dead in work.ts alone', () => {
    for (const { path, text } of outside('store')) {
      if (path !== 'sidecar/work.ts') expect(text, path).not.toMatch(/\bfail\(/);
    }
  });
});

describe('a pupil’s gender', () => {
  const READER = 'sidecar/store/records-fairness.ts';
  const TABLE = 'sidecar/analysis/risk/fairness.ts';

  test('is named by its one reader alone, and where public data is judged', () => {
    const naming = sidecar.filter((source) => /gender/i.test(code(source)));
    expect(naming.map(({ path }) => path).sort()).toEqual([
      'sidecar/evaluation/oulad-rows.ts',
      'sidecar/evaluation/oulad.ts',
      READER,
    ]);
    expect(readFileSync('fixtures/app/sentences.json', 'utf8')).not.toMatch(/gender/i);
  });

  test('goes from there to the table on the model card, past whatever learns, warns or says', () => {
    const takers = (target: string): string[] =>
      sidecar.filter(({ values }) => values.includes(target)).map(({ path }) => path);
    expect(takers(READER)).toEqual(['sidecar/learn.ts']);
    expect(takers(TABLE).sort()).toEqual([
      'sidecar/analysis/risk/learn.ts',
      'sidecar/evaluation/fairness.ts',
    ]);
    const learning = sidecar.filter(({ path }) => path === 'sidecar/analysis/risk/learn.ts').map(code);
    const uses = [...learning.join('').matchAll(/.*\bgroupOf\b.*/g)];
    expect(uses.length).toBeGreaterThan(1);
    for (const [line] of uses)
      expect(line).toMatch(/export function learn\(|fairnessOf\(judged, said, groupOf\)/);
  });
});

describe('every file', () => {
  test('is short enough to be read at once', () => {
    const long = everything.filter(({ path, text }) => {
      const most = path.startsWith('test/') ? LONGEST.test : LONGEST.source;
      return text.split('\n').length > most + 1;
    });
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('says first what it is for; a test does so by its titles', () => {
    const sayers = everything.filter(({ path }) => !path.endsWith('.test.ts'));
    const silent = sayers.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('lies in no drawer', () => {
    const drawers = everything.filter(({ path }) => /\/(utils?|helpers?|common|misc)(\/|\.ts)/.test(path));
    expect(drawers.map(({ path }) => path)).toEqual([]);
  });
});
