/**
 * A site in memory behind the client's interface, one function per method: documents, an outbox, a token, and
 * what was written back. Each method can be told to fail. For the HTTP side see `erpnext/client.test.ts`.
 */
import { crc32 } from 'node:zlib';
import { PULL_LIMIT } from '../../sidecar/intake/pull.ts';
import type { Site } from '../../sidecar/erpnext/client.ts';
import type {
  Response,
  Settings,
  SnapshotPage,
  SnapshotQuestion,
  SnapshotRow,
  WriteBackItem,
} from '../../sidecar/erpnext/contract.ts';
import { watchedDocType } from '../../sidecar/erpnext/watched.ts';
import { AppError } from '../../sidecar/errors.ts';
import { settingsOf, storeSetting, type OpenConflicts } from './fake-settings.ts';

type Event = Response<'pull'>['events'][number];
interface Asked {
  doctype?: string;
  names?: string[];
  also?: readonly { doctype: string }[];
}
type Values = Omit<SnapshotRow, 'name' | 'modified' | 'docstatus' | 'row_sum'>;

export const SETTINGS: Settings = {
  collect: true,
  show: true,
  attendance_watch_rate: 90,
  attendance_act_rate: 80,
  pass_mark: 50,
  minimum_group_size: 2,
};

export class FakeSite implements Site {
  readonly documents = new Map<string, Map<string, SnapshotRow>>();
  readonly insights = new Map<string, { revision: number; epoch: string; values: unknown }>();
  /** Open conflicts by address, with what was asked. */
  readonly conflicts: OpenConflicts = new Map();
  readonly requests: { method: string; size: number }[] = [];
  readonly written: WriteBackItem[] = [];
  readonly reports: Parameters<Site['report']>[0][] = [];
  /** What people on the site ask for. */
  asked: Response<'report'> = { redrive: [], erase: [] };
  outbox: Event[] = [];
  settings: Settings = SETTINGS;
  /** What `hello` says otherwise than usual. */
  answers: Partial<Response<'hello'>> = {};
  epoch: string | null = null;
  token = 0;
  previousToken: number | null = null;
  pageSize = 50;
  /** When records are saved. */
  day = '2026-11-23';
  now = Date.UTC(2026, 10, 23, 8);
  /** Called before a method answers; throws what the method shall fail with. */
  before: (method: string, request: Asked) => void = () => undefined;
  /** Called after a method took effect; throws to lose its answer. */
  after: (method: string) => void = () => undefined;
  /** Outcome of one item, where it is not to be stored. */
  refuse: (item: WriteBackItem) => string | null = () => null;

  #events = 0;
  #modified = 0;

  /** Saves a document, with its outbox row unless told otherwise. */
  save(
    doctype: string,
    name: string,
    values: Values = {},
    options: { docstatus?: number; silent?: boolean } = {},
  ) {
    this.#modified += 1;
    const row: SnapshotRow = {
      name,
      modified: `${this.day} 08:00:00.${String(this.#modified).padStart(6, '0')}`,
      docstatus: options.docstatus ?? 0,
      row_sum: 0,
      ...this.#children(doctype),
      ...settingsOf(this.#of(doctype).get(name), doctype),
      ...values,
    };
    this.#of(doctype).set(name, row);
    if (options.silent !== true) this.#event(doctype, name, 'update', null);
  }

  submit(doctype: string, name: string, values: Values): void {
    this.save(doctype, name, values, { docstatus: 1 });
  }

  remove(doctype: string, name: string): void {
    this.#of(doctype).delete(name);
    this.#event(doctype, name, 'delete', null);
  }

  /** As Frappe does it: links in other rows are rewritten without an event. */
  rename(doctype: string, from: string, to: string): void {
    const row = this.#of(doctype).get(from);
    if (row === undefined) throw new Error(`no ${doctype} ${from}`);
    this.#of(doctype).delete(from);
    const merged = this.#of(doctype).has(to);
    if (!merged) this.#of(doctype).set(to, { ...row, name: to });
    this.#moveInsights(from, to, merged);
    for (const rows of this.documents.values()) {
      for (const [name, each] of rows) rows.set(name, relink(each, from, to));
    }
    this.#event(doctype, from, 'rename', to);
  }

  /** What was said follows the record to its new name; of one that was merged away it is erased. */
  #moveInsights(from: string, to: string, merged: boolean): void {
    for (const [address, said] of this.insights) {
      const there = address.replaceAll(JSON.stringify(from), JSON.stringify(to));
      if (there === address) continue;
      this.insights.delete(address);
      if (!merged) this.insights.set(there, said);
    }
  }

  /** As plain SQL does it: no event, and `modified` stays unless it is given. */
  sql(doctype: string, name: string, values: Values & { modified?: string; docstatus?: number }): void {
    const row = this.#of(doctype).get(name);
    if (row === undefined) throw new Error(`no ${doctype} ${name}`);
    this.#of(doctype).set(name, { ...row, ...values });
  }

  sqlDelete(doctype: string, name: string): void {
    this.#of(doctype).delete(name);
  }

  raise(doctype: string, name: string, event: Event['event'] = 'update'): void {
    this.#event(doctype, name, event, null);
  }

  async hello(request: Parameters<Site['hello']>[0]): Promise<Response<'hello'>> {
    this.#begin('hello', {});
    const known = request.epoch !== null && request.epoch === this.epoch;
    const resync = !known || ![this.token, this.previousToken].includes(Number(request.token));
    if (resync) {
      this.epoch = `epoch-${(this.#events += 1)}`;
      this.token += 1;
      this.previousToken = null;
    }
    return {
      site_id: 'fake',
      epoch: this.epoch ?? '',
      token: String(this.token),
      resync,
      contract: 1,
      versions: { frappe: '15', erpnext: '15', education: '15', app: '0', database: 'none' },
      time_zone: 'Asia/Amman',
      now: new Date(this.now).toISOString(),
      settings: this.settings,
      pending: this.outbox.length,
      faults: [],
      ...this.answers,
    };
  }

  async pull(request: Parameters<Site['pull']>[0]): Promise<Response<'pull'>> {
    this.#begin('pull', {}, request.ack.length);
    this.#fence(request.epoch);
    const current = Number(request.token) === this.token;
    if (!current && Number(request.token) !== this.previousToken) throw new AppError('site.fenced');
    const acked = new Set(request.ack);
    this.outbox = this.outbox.filter((event) => !acked.has(event.id));
    if (acked.size > 0 && current) {
      this.previousToken = this.token;
      this.token += 1;
    }
    const events = this.outbox.slice(0, Math.min(request.limit, PULL_LIMIT));
    this.after('pull');
    return {
      token: String(this.token),
      events,
      pending: this.outbox.length - events.length,
      settings: this.settings,
    };
  }

  async snapshot(request: Parameters<Site['snapshot']>[0]): Promise<Response<'snapshot'>> {
    this.#begin('snapshot', request, request.names?.length ?? 0);
    this.#fence(request.epoch);
    const page = this.#page(request);
    const { also } = request;
    return also === undefined ? page : { ...page, also: also.map((question) => this.#page(question)) };
  }

  #page(request: SnapshotQuestion): SnapshotPage {
    const rows = this.#of(request.doctype);
    const answer = { doctype: request.doctype, gone: [], next: null };
    if (request.names !== undefined) {
      // As MariaDB compares: without case and accents.
      const asked = new Set(request.names.map(folded));
      const found = [...rows.values()].filter((row) => asked.has(folded(row.name)));
      return { ...answer, rows: found.map(summed), gone: request.names.filter((name) => !rows.has(name)) };
    }
    if (request.students !== undefined) {
      const column = watchedDocType(request.doctype)?.student ?? '';
      const students = new Set(request.students);
      const found = [...rows.values()].filter((row) => students.has(text(row[column])));
      return { ...answer, rows: found.map(summed) };
    }
    const after = request.after ?? '';
    const sorted = [...rows.values()]
      .filter((row) => row.name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = sorted.slice(0, this.pageSize);
    return {
      ...answer,
      rows: page.map(summed),
      next: sorted.length > page.length ? (page.at(-1)?.name ?? null) : null,
    };
  }

  async digest(request: Parameters<Site['digest']>[0]): Promise<Response<'digest'>> {
    this.#begin('digest', request);
    this.#fence(request.epoch);
    const rows = [...this.#of(request.doctype).values()].map(summed);
    const { bucket, modified_from: from, after = '' } = request;
    const listed = rows
      .filter(
        (row) =>
          row.name > after &&
          (from === undefined || row.modified >= from) &&
          (bucket === undefined || bucketOf(row.name) === bucket),
      )
      .map(({ name, modified, row_sum: sum }) => ({ name, modified, row_sum: sum }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const newest = rows.reduce<string | null>(
      (latest, { modified }) => (latest === null || modified > latest ? modified : latest),
      null,
    );
    const answer = { doctype: request.doctype, count: rows.length, newest, rows: listed, next: null };
    if (request.buckets !== true) return answer;
    const sums = new Map<number, { bucket: number; count: number; sum: number }>();
    for (const row of rows) {
      const at = bucketOf(row.name);
      const known = sums.get(at) ?? { bucket: at, count: 0, sum: 0 };
      sums.set(at, { bucket: at, count: known.count + 1, sum: known.sum + row.row_sum });
    }
    return { ...answer, buckets: [...sums.values()] };
  }

  async writeBack(request: Parameters<Site['writeBack']>[0]): Promise<Response<'write_back'>> {
    this.#begin('write_back', {}, request.items.length);
    this.#fence(request.epoch);
    const results = request.items.map((item) => this.#store(item, request.epoch));
    this.after('write_back');
    return { results };
  }

  async report(request: Parameters<Site['report']>[0]): Promise<Response<'report'>> {
    this.#begin('report', {});
    this.#fence(request.epoch);
    this.reports.push(request);
    return this.asked;
  }

  #store(item: WriteBackItem, epoch: string): Response<'write_back'>['results'][number] {
    const code = this.refuse(item);
    if (code !== null) return { outcome: 'error', code };
    const settled = storeSetting(this.documents, this.conflicts, item);
    if (settled !== null) {
      if (settled === 'stored') this.written.push(item);
      return { outcome: settled, code: null };
    }
    const key = JSON.stringify(item.address);
    if (item.kind === 'fields' && !this.#of(item.address.doctype).has(item.address.name)) {
      // Fields stand on their document, and went with it.
      this.insights.delete(key);
      return { outcome: 'error', code: 'target.gone' };
    }
    const held = this.insights.get(key);
    if (held !== undefined && held.epoch === epoch && held.revision > item.revision) {
      return { outcome: 'stale', code: null };
    }
    const values = item.kind === 'withdraw' ? null : item.values;
    const same = held !== undefined && JSON.stringify(held.values) === JSON.stringify(values);
    this.insights.set(key, { revision: item.revision, epoch, values });
    if (!same) this.written.push(item);
    return { outcome: same ? 'unchanged' : 'stored', code: null };
  }

  #begin(method: string, request: { [K in keyof Asked]: Asked[K] | undefined }, size = 0): void {
    this.requests.push({ method, size });
    this.before(method, {
      ...(request.doctype === undefined ? {} : { doctype: request.doctype }),
      ...(request.names === undefined ? {} : { names: request.names }),
      ...(request.also === undefined ? {} : { also: request.also }),
    });
  }

  #fence(epoch: string): void {
    if (epoch !== this.epoch) throw new AppError('site.fenced');
  }

  #event(doctype: string, name: string, event: Event['event'], newName: string | null): void {
    this.outbox.push({ id: (this.#events += 1), doctype, name, event, new_name: newName });
  }

  #of(doctype: string): Map<string, SnapshotRow> {
    const rows = this.documents.get(doctype) ?? new Map<string, SnapshotRow>();
    this.documents.set(doctype, rows);
    return rows;
  }

  #children(doctype: string): Values {
    const children = watchedDocType(doctype)?.children ?? [];
    return Object.fromEntries(children.map((child) => [child.field, []]));
  }
}

/** The row with a sum over everything but `modified`, as the site works it out. */
function summed(row: SnapshotRow): SnapshotRow {
  const { modified: _modified, row_sum: _sum, ...content } = row;
  return {
    ...row,
    row_sum: crc32(JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)))),
  };
}

function bucketOf(name: string): number {
  return crc32(name) % 256;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function folded(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function relink(row: SnapshotRow, from: string, to: string): SnapshotRow {
  const swap = <T>(value: T) => (value === from ? to : value);
  const entries = Object.entries(row).map(([key, value]) => {
    if (key === 'name') return [key, value];
    if (!Array.isArray(value)) return [key, swap(value)];
    return [
      key,
      value.map((child) => Object.fromEntries(Object.entries(child).map(([k, v]) => [k, swap(v)]))),
    ];
  });
  return { ...row, ...Object.fromEntries(entries) };
}
