/** What a generated record looks like: a DocType, its own fields, its child tables. Nothing else is known here. */
export type Value = string | number | null;
export type Row = Record<string, Value>;

export interface SchoolDocument {
  doctype: string;
  name: string;
  docstatus: 0 | 1 | 2;
  values: Row;
  children: Record<string, Row[]>;
}

/** A record with the given fields; submitted where `docstatus` says so. */
export function document(
  doctype: string,
  name: string,
  values: Row,
  more: { children?: Record<string, Row[]>; docstatus?: 0 | 1 | 2 } = {},
): SchoolDocument {
  return { doctype, name, docstatus: more.docstatus ?? 0, values, children: more.children ?? {} };
}

/** A text field of a record; a missing or numeric one is a mistake of the caller. */
export function text(of: SchoolDocument, field: string): string {
  const value = of.values[field];
  if (typeof value !== 'string') throw new Error(`${of.doctype} ${of.name} has no text in ${field}`);
  return value;
}
