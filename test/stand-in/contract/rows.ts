/** A watched document as the contract gives it out: the listed fields, child rows, and one checksum over them. */
import { crc32 } from 'node:zlib';
import type { z } from 'zod';
import { SnapshotRow } from '../../../sidecar/erpnext/contract.ts';
import { watchedDocType, type WatchedDocType, type WatchedField } from '../../../sidecar/erpnext/watched.ts';
import type { Row, Value } from '../school/document.ts';
import type { Records, StoredDocument } from '../records.ts';
import { stateOf } from '../settings.ts';
import type { Site } from '../site.ts';
import { invalid } from './fault.ts';

export type GivenRow = z.output<typeof SnapshotRow>;

const SEPARATOR = '\u001f';
/** NULL must differ from '', and must not make the next field look like this one. */
const NULL = '\u0000';

export function find(doctype: string): WatchedDocType {
  const found = watchedDocType(doctype);
  if (found === undefined) throw invalid('doctype: is not watched');
  return found;
}

/** Whether the document is about a pupil who is left out of the analysis. */
function isLeftOut(source: WatchedDocType, document: StoredDocument, excluded: Set<string>): boolean {
  if (source.student === null || excluded.size === 0) return false;
  const pupil = source.student === 'name' ? document.name : document.values[source.student];
  return typeof pupil === 'string' && excluded.has(pupil);
}

export function given(
  site: Site,
  source: WatchedDocType,
  document: StoredDocument,
  excluded: Set<string>,
): GivenRow {
  const children = Object.fromEntries(
    source.children.map((child) => [
      child.field,
      (document.children[child.field] ?? [])
        .filter((row) => !namesLeftOut(row, excluded))
        .map((row) => listed(child.fields, row)),
    ]),
  );
  return {
    name: document.name,
    modified: document.modified,
    docstatus: document.docstatus,
    row_sum: rowSum(source, document, excluded),
    ...listed(source.fields, document.values),
    ...openedFields(site, source, document.name),
    ...children,
  };
}

const sums = new WeakMap<StoredDocument, number>();

/** A child row that names a pupil who is left out is not given, and no part of the sum. */
function namesLeftOut(row: Row, excluded: Set<string>): boolean {
  return typeof row['student'] === 'string' && excluded.has(row['student']);
}

/** CRC32 over the listed fields, the docstatus and the children's sums; a stored document never changes in place. */
export function rowSum(source: WatchedDocType, document: StoredDocument, excluded: Set<string>): number {
  const listsLeftOut = source.children.some(({ field }) =>
    (document.children[field] ?? []).some((row) => namesLeftOut(row, excluded)),
  );
  const known = listsLeftOut ? undefined : sums.get(document);
  if (known !== undefined) return known;
  const children = source.children.map((child) =>
    (document.children[child.field] ?? []).reduce(
      (sum, row, at) =>
        namesLeftOut(row, excluded)
          ? sum
          : sum + crc32([at + 1, ...written(child.fields, row)].join(SEPARATOR)),
      0,
    ),
  );
  const parts = [document.name, ...written(source.fields, document.values), document.docstatus, ...children];
  const sum = crc32(parts.join(SEPARATOR));
  if (!listsLeftOut) sums.set(document, sum);
  return sum;
}

/** Documents of this DocType that the sidecar may see, in the order of their names. */
export function present(source: WatchedDocType, records: Records, excluded: Set<string>): StoredDocument[] {
  return records.all(source.doctype).filter((document) => isExchanged(source, document, excluded));
}

/** Whether the sidecar is given the document at all. */
export function isExchanged(
  source: WatchedDocType,
  document: StoredDocument,
  excluded: Set<string>,
): boolean {
  const untouched = Object.entries(source.untouched);
  const ours = untouched.every(([field, value]) =>
    ['', value].includes(String(document.values[field] ?? '')),
  );
  return !isLeftOut(source, document, excluded) && !(untouched.length > 0 && ours);
}

function listed(fields: readonly WatchedField[], row: Row): Row {
  return Object.fromEntries(plain(fields).map(({ name }): [string, Value] => [name, row[name] ?? null]));
}

/** Fields that people edit too are given open, and are part of no checksum. */
function openedFields(site: Site, source: WatchedDocType, name: string) {
  const opened = source.fields.filter((field) => field.type === 'opened');
  return Object.fromEntries(
    opened.map((field) => {
      const state = stateOf(site, { doctype: source.doctype, name, field: field.name });
      return [
        field.name,
        state.seen === '' ? null : { value: state.value, base: state.base, seen: state.seen },
      ];
    }),
  );
}

function plain(fields: readonly WatchedField[]): WatchedField[] {
  return fields.filter((field) => field.type !== 'opened');
}

function written(fields: readonly WatchedField[], row: Row): string[] {
  return plain(fields).map(({ name }) => String(row[name] ?? NULL));
}
