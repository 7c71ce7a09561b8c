/** digest: counts and row sums, from which the sidecar sees what its mirror missed. */
import { crc32 } from 'node:zlib';
import type { Request, Response } from '../../../sidecar/erpnext/contract.ts';
import type { StoredDocument } from '../records.ts';
import type { Site } from '../site.ts';
import { find, present, rowSum } from './rows.ts';

const BUCKETS = 256;
const PAGE = 5000;

export function digest(site: Site, request: Request<'digest'>): Response<'digest'> {
  site.pairing.check(request.epoch);
  const source = find(request.doctype);
  const excluded = site.excluded();
  const all = present(source, site.records, excluded);
  const newest = all.reduce<string | null>(
    (latest, { modified }) => (latest === null || modified > latest ? modified : latest),
    null,
  );
  const answer = { doctype: source.doctype, count: all.length, newest, next: null };
  const buckets =
    request.buckets === true ? bucketsOf(all, (document) => rowSum(source, document, excluded)) : null;
  const { bucket, modified_from: from, after = '' } = request;
  const paged = bucket !== undefined || from !== undefined;
  const found = paged
    ? all.filter(
        (document) =>
          document.name > after &&
          (bucket === undefined || crc32(document.name) % BUCKETS === bucket) &&
          (from === undefined || document.modified >= from),
      )
    : [];
  const page = found.slice(0, PAGE).map((document) => ({
    name: document.name,
    modified: document.modified,
    row_sum: rowSum(source, document, excluded),
  }));
  return {
    ...answer,
    ...(buckets === null ? {} : { buckets }),
    ...(paged ? { rows: page, next: page.length === PAGE ? (page.at(-1)?.name ?? null) : null } : {}),
  };
}

function bucketsOf(
  documents: StoredDocument[],
  sumOf: (document: StoredDocument) => number,
): { bucket: number; count: number; sum: number }[] {
  const found = new Map<number, { bucket: number; count: number; sum: number }>();
  for (const document of documents) {
    const bucket = crc32(document.name) % BUCKETS;
    const known = found.get(bucket) ?? { bucket, count: 0, sum: 0 };
    found.set(bucket, { bucket, count: known.count + 1, sum: known.sum + sumOf(document) });
  }
  return [...found.values()].sort((a, b) => a.bucket - b.bucket);
}
