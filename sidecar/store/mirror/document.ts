/** A document as the mirror keeps it, and how the site's answer becomes one. Pure. */
import { crc32 } from 'node:zlib';
import type { SnapshotRow } from '../../erpnext/contract.ts';
import type { WatchedField } from '../../erpnext/watched.ts';
import { AppError } from '../../errors.ts';
import { canonical } from '../canonical.ts';
import type { MirrorShape } from './shape.ts';

export type Scalar = string | number | null;
export type Fields = Record<string, Scalar>;

export interface MirrorDocument {
  name: string;
  modified: string;
  docstatus: number;
  rowSum: number;
  fields: Fields;
  children: Record<string, Fields[]>;
}

/** A document as it lies in the mirror: personal fields sealed, and the sum that was worked out when it was stored. */
export interface MirroredDocument extends MirrorDocument {
  ownSum: number;
  /** The number of the first load that stored it last. */
  seen: number;
}

/** A checksum over everything the mirror holds of a document, as it is kept: finds a row that was edited by hand. */
export function ownSum({ name, modified, docstatus, rowSum, fields, children }: MirrorDocument): number {
  return crc32(canonical({ name, modified, docstatus, rowSum, fields, children }));
}

/**
 * Whether storing the document would change nothing: the mirror holds it undamaged, and the site says the same of it.
 * Of fields that are ours the site's sum says nothing, so that a document with one is never the same.
 */
export function isHeld(
  shape: MirrorShape,
  held: MirroredDocument | undefined,
  { modified, docstatus, rowSum }: MirrorDocument,
): boolean {
  return (
    held !== undefined &&
    held.rowSum === rowSum &&
    held.modified === modified &&
    held.docstatus === docstatus &&
    ownSum(held) === held.ownSum &&
    shape.fields.every(({ type }) => type !== 'opened')
  );
}

/** The site's own buckets, `CRC32(name) % 256`, by which a digest is compared (`sync.md` 19). */
export const BUCKETS = 256;

export function bucketOf(name: string): number {
  return crc32(name) % BUCKETS;
}

export function documentOf(shape: MirrorShape, row: SnapshotRow): MirrorDocument {
  const children: Record<string, Fields[]> = {};
  for (const child of shape.children) {
    const rows = row[child.field] ?? [];
    if (!Array.isArray(rows))
      throw new AppError('site.malformed', { detail: `${shape.doctype}.${child.field}` });
    children[child.field] = rows.map((each) => fieldsOf(child.fields, each, shape.doctype));
  }
  return {
    name: row.name,
    modified: row.modified,
    docstatus: row.docstatus,
    rowSum: row.row_sum,
    fields: fieldsOf(shape.fields, row, shape.doctype),
    children,
  };
}

function fieldsOf(fields: readonly WatchedField[], row: Record<string, unknown>, doctype: string): Fields {
  return Object.fromEntries(fields.map((field) => [field.name, valueOf(field, row[field.name], doctype)]));
}

function valueOf(field: WatchedField, value: unknown, doctype: string): Scalar {
  if (value === null || value === undefined) return null;
  if (field.type === 'opened') return canonical(value);
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new AppError('site.malformed', { detail: `${doctype}.${field.name}` });
  }
  if (field.type === 'number' || field.type === 'check') {
    const number = Number(value);
    if (!Number.isFinite(number))
      throw new AppError('site.malformed', { detail: `${doctype}.${field.name}` });
    return field.type === 'check' ? Math.sign(number) : number;
  }
  // PostgreSQL cannot hold a NUL in text; MariaDB can.
  return String(value).replaceAll('\0', '\uFFFD');
}

/** Whether analysis can tell the two apart. Sealed fields are left out: no analysis reads a name. */
export function sameForAnalysis(shape: MirrorShape, a: MirrorDocument, b: MirrorDocument): boolean {
  return readable(shape, a) === readable(shape, b);
}

function readable(shape: MirrorShape, document: MirrorDocument): string {
  return JSON.stringify([
    document.docstatus,
    openFields(shape.fields, document.fields),
    shape.children.map((child) =>
      (document.children[child.field] ?? []).map((row) => openFields(child.fields, row)),
    ),
  ]);
}

function openFields(fields: readonly WatchedField[], row: Fields): Scalar[] {
  return fields.filter((field) => !field.personal).map((field) => row[field.name] ?? null);
}
