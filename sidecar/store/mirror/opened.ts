/** The sealed fields of the mirror that people edit on the site, opened: the state a proposal is merged with. */
import { OpenedField } from '../../erpnext/contract.ts';
import type { Sealer } from '../sealing.ts';
import type { Db } from '../tables.ts';
import { readDocuments } from './documents.ts';
import { mirrorShape } from './shape.ts';

export type Opened = ReturnType<typeof OpenedField.parse>;

const NEVER_SET: Opened = { value: {}, base: {}, seen: '' };

/** By document and field; documents that the mirror does not hold are left out. */
export async function readOpened(
  db: Db,
  sealer: Sealer,
  doctype: string,
  names: readonly string[],
): Promise<Map<string, Map<string, Opened>>> {
  const shape = mirrorShape(doctype);
  if (shape === undefined || names.length === 0) return new Map();
  const fields = shape.fields.filter((field) => field.type === 'opened').map((field) => field.name);
  const documents = await readDocuments(db, shape, names);
  return new Map(
    [...documents.values()].map((document) => [
      document.name,
      new Map(
        fields.map((field) => {
          const place = { table: shape.table, row: document.name, column: field };
          return [field, opened(sealer, document.fields[field], place)];
        }),
      ),
    ]),
  );
}

function opened(sealer: Sealer, sealed: unknown, place: Parameters<Sealer['open']>[1]): Opened {
  const text = typeof sealed === 'string' ? sealer.open(sealed, place) : null;
  return text === null ? NEVER_SET : OpenedField.parse(JSON.parse(text));
}
