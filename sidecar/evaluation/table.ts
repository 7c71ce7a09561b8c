/** Reads a table of a data set: rows as text by column name, parsed by the shape its caller states. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError } from '../errors.ts';

/** Throws `data.unreadable` with the file, and where the first wrong row stands. */
export function readTable<T>(file: string, delimiter: string, row: z.ZodType<T>): T[] {
  try {
    const rows: unknown[] = parse(readFileSync(file, 'utf8'), { columns: true, delimiter, bom: true });
    return z.array(row).parse(rows);
  } catch (cause) {
    const first = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const [at, column] = first?.path ?? [];
    const place = typeof at === 'number' ? `, row ${at + 1}, column ${String(column)}` : '';
    throw new AppError('data.unreadable', { detail: `${file}${place}`, cause });
  }
}
