import { assert as check, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSealer } from '../../../sidecar/store/sealing.ts';

const sealer = createSealer(Buffer.alloc(32, 1));
const other = createSealer(Buffer.alloc(32, 2));
const text = string({ unit: 'binary' });

describe('a sealed value', () => {
  test('opens where it was sealed, by the same key, and nowhere else', () => {
    check(
      property(text, tuple(text, text, text), tuple(text, text, text), (value, a, b) => {
        const place = { table: a[0], row: a[1], column: a[2] };
        const elsewhere = { table: b[0], row: b[1], column: b[2] };
        const sealed = sealer.seal(value, place);
        expect(sealer.open(sealed, place)).toBe(value.toWellFormed());
        expect(other.open(sealed, place)).toBeNull();
        if (a.join('\0') !== b.join('\0')) expect(sealer.open(sealed, elsewhere)).toBeNull();
      }),
    );
  });

  test('never looks the same twice, and does not open when it was touched', () => {
    const place = { table: 't', row: 'r', column: 'c' };
    const sealed = sealer.seal('Lina', place);
    expect(sealer.seal('Lina', place)).not.toBe(sealed);
    expect(sealer.open(`${sealed.slice(0, -6)}AAAA==`, place)).toBeNull();
    expect(sealer.open('', place)).toBeNull();
    expect(sealer.open('nonsense', place)).toBeNull();
  });
});
