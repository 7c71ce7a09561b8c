/** What becomes of one item of a write_back, and how two states of the same thing are compared. */
import type { Response } from '../../../sidecar/erpnext/contract.ts';
import type { StoredDocument } from '../records.ts';

export type Result = Response<'write_back'>['results'][number];

export const STORED: Result = { outcome: 'stored', code: null };
export const UNCHANGED: Result = { outcome: 'unchanged', code: null };
export const STALE: Result = { outcome: 'stale', code: null };

export function failed(code: string): Result {
  return { outcome: 'error', code };
}

export interface Stamp {
  epoch: string;
  revision: number;
}

export function stampOf({ values }: StoredDocument): Stamp {
  return { epoch: String(values['epoch'] ?? ''), revision: Number(values['revision'] ?? 0) };
}

/** Whether what is stored comes from the same run or a later one, in the same epoch. */
export function isNotOlder(stored: Stamp, epoch: string, revision: number): boolean {
  return stored.epoch === epoch && stored.revision >= revision;
}

/** JSON with sorted keys, so that the same content is the same text. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
