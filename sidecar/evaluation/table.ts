/** Reads a table of a data set: rows as text by column name, parsed by the shape its caller states. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';

export function readTable<T>(file: string, delimiter: string, row: z.ZodType<T>): T[] {
  const rows: unknown[] = parse(readFileSync(file, 'utf8'), { columns: true, delimiter, bom: true });
  return rows.map((each) => row.parse(each));
}
