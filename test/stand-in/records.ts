/**
 * The stand-in's database: documents by DocType, held in memory. It knows no rule of a school and no contract;
 * who wants to hear of changes listens.
 */
import type { SiteClock } from './clock.ts';
import type { Row, SchoolDocument } from './school/document.ts';

export interface StoredDocument extends SchoolDocument {
  modified: string;
}

export interface Change {
  doctype: string;
  name: string;
  event: 'insert' | 'update' | 'delete';
}

export class Records {
  readonly #clock: SiteClock;
  readonly #byDoctype = new Map<string, Map<string, StoredDocument>>();
  readonly #listeners: ((change: Change) => void)[] = [];
  /** Documents in the order of their names, kept until one comes or goes: pages are cut from it. */
  readonly #sorted = new Map<string, StoredDocument[]>();
  readonly #counters = new Map<string, number>();

  constructor(clock: SiteClock) {
    this.#clock = clock;
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  get(doctype: string, name: string): StoredDocument | undefined {
    return this.#byDoctype.get(doctype)?.get(name);
  }

  count(doctype: string): number {
    return this.#byDoctype.get(doctype)?.size ?? 0;
  }

  /** All documents of a DocType in the order of their names. */
  all(doctype: string): readonly StoredDocument[] {
    const known = this.#sorted.get(doctype);
    if (known !== undefined) return known;
    const found = [...(this.#byDoctype.get(doctype)?.values() ?? [])];
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#sorted.set(doctype, found);
    return found;
  }

  /** Every document there is. */
  everything(): StoredDocument[] {
    return [...this.#byDoctype.values()].flatMap((documents) => [...documents.values()]);
  }

  /** Puts documents in without anybody hearing of it, as a restored database would have them. */
  load(documents: Iterable<SchoolDocument>): void {
    const modified = this.#clock.now();
    for (const document of documents) this.put({ ...document, modified });
  }

  /** Stores a document, new or changed. `quiet` where no document event is raised (bulk SQL, `db.set_value`). */
  save(document: SchoolDocument, quiet = false): StoredDocument {
    const event = this.get(document.doctype, document.name) === undefined ? 'insert' : 'update';
    const stored = { ...document, modified: this.#clock.now() };
    this.put(stored);
    if (!quiet) this.#tell({ doctype: document.doctype, name: document.name, event });
    return stored;
  }

  change(document: StoredDocument, values: Row, quiet = false): StoredDocument {
    return this.save({ ...document, values: { ...document.values, ...values } }, quiet);
  }

  remove(doctype: string, name: string, quiet = false): void {
    if (this.#byDoctype.get(doctype)?.delete(name) !== true) return;
    this.#sorted.delete(doctype);
    if (!quiet) this.#tell({ doctype, name, event: 'delete' });
  }

  /** Under another name, or nowhere; nobody hears of it. */
  move(document: StoredDocument, to: string | null): void {
    this.#byDoctype.get(document.doctype)?.delete(document.name);
    this.#sorted.delete(document.doctype);
    if (to !== null) this.put({ ...document, name: to });
  }

  /** As it is, `modified` included, as plain SQL would write it. */
  put(document: StoredDocument): void {
    const known = this.#byDoctype.get(document.doctype) ?? new Map<string, StoredDocument>();
    this.#byDoctype.set(document.doctype, known);
    known.set(document.name, document);
    this.#sorted.delete(document.doctype);
  }

  /** The next free name of a series such as `EDU-ATT-2026-`. */
  nextName(doctype: string, series: string): string {
    let number = this.#counters.get(series) ?? this.count(doctype);
    let name: string;
    do {
      number += 1;
      name = series + String(number).padStart(5, '0');
    } while (this.get(doctype, name) !== undefined);
    this.#counters.set(series, number);
    return name;
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
