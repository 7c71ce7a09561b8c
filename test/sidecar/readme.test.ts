import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '../../sidecar/errors.ts';
import { REFUSALS } from '../../sidecar/intake/webhook.ts';

const rows = readFileSync('sidecar/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `') || /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the error table of the README says for every code what the program says', () => {
  const written = rows
    .filter((cells) => cells[1]?.includes('.'))
    .map((cells) => [cells[1]?.replaceAll('`', ''), cells[2], cells[3]]);
  expect(written).toEqual(Object.entries(ERRORS).map(([code, { message, check }]) => [code, message, check]));
});

test('the table of refused webhooks in the README has every status and code', () => {
  const written = rows
    .filter((cells) => cells[2]?.startsWith('`webhook.'))
    .map((cells) => [cells[2], cells[1]]);
  expect(written).toEqual(Object.entries(REFUSALS).map(([code, status]) => [`\`${code}\``, String(status)]));
});

test('each rule of the protocol that the README lists is the title of a test', () => {
  const sources = ['test', 'frappe_app/education_ai/tests'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|py)$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  const titles = sources.flatMap((text) => [...text.matchAll(/(?:\(rule |_rule_)(\d+)\b/g)]);
  const tested = new Set(titles.map(([, rule]) => rule));
  const listed = rows
    .filter((cells) => cells.length === 4 && /^\d+$/.test(cells[1] ?? ''))
    .map((cells) => cells[1]);
  expect(listed).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)));
  expect(listed.filter((rule) => !tested.has(rule))).toEqual([]);
});
