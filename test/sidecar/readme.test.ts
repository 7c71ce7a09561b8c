import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from '../../sidecar/errors.ts';

const rows = readFileSync('sidecar/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the error table of the README says for every code what the program says', () => {
  const written = rows
    .filter((cells) => cells[1]?.includes('.'))
    .map((cells) => [cells[1]?.replaceAll('`', ''), cells[2], cells[3]]);
  expect(written).toEqual(Object.entries(ERRORS).map(([code, { message, check }]) => [code, message, check]));
});
