import { readFileSync } from 'node:fs';
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
