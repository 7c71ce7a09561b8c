/** Changes a real site behind the back of its outbox, and puts everything back as it was, newest first. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { LiveBench, LiveSite } from '../site.ts';

const execute = promisify(execFile);
const Rows = z.array(z.record(z.string(), z.unknown()));

export class Ground {
  readonly #site: LiveSite;
  readonly #bench: LiveBench;
  readonly #undoing: { what: string; undo: () => Promise<unknown> }[] = [];

  constructor(site: LiveSite, bench: LiveBench) {
    this.#site = site;
    this.#bench = bench;
  }

  async #order(order: Record<string, unknown>): Promise<unknown> {
    const { folder, site } = this.#bench;
    const words = [resolve('test/live/drift/plant.py'), site, JSON.stringify(order)];
    const options = { cwd: join(folder, 'sites'), maxBuffer: 64 * 2 ** 20 };
    const { stdout } = await execute(join(folder, 'env/bin/python'), words, options);
    return JSON.parse(stdout);
  }

  /** Remembers rows of a table as they are stored. */
  async keep(table: string, column: string, values: string[]): Promise<void> {
    const kept = Rows.parse(await this.#order({ do: 'rows', table, column, values }));
    if (kept.length === 0) throw new Error(`nothing to keep in ${table}`);
    this.#later(`${kept.length} rows of ${table}`, () =>
      this.#order({ do: 'put', table, column, values, kept }),
    );
  }

  /** A row that was not there before; cancelling it as a person does would change others. */
  made(table: string, name: string): void {
    this.#later(`a row of ${table}`, () =>
      this.#order({ do: 'put', table, column: 'name', values: [name], kept: [] }),
    );
  }

  #later(what: string, undo: () => Promise<unknown>): void {
    this.#undoing.push({ what, undo });
  }

  async sql(statement: string, values: Record<string, unknown>): Promise<void> {
    const changed = z.int().parse(await this.#order({ do: 'sql', statement, values }));
    if (changed === 0) throw new Error(`nothing was changed by: ${statement}`);
  }

  /** A save whose row in the outbox vanishes. */
  async unheard(doctype: string, name: string, values: Record<string, unknown>): Promise<void> {
    await this.#order({ do: 'unheard', doctype, name, values });
  }

  /** A rename while the outbox is off. */
  async rename(doctype: string, old: string, now: string): Promise<void> {
    await this.#order({ do: 'rename', doctype, old, new: now });
    this.#later(`the name of a ${doctype}`, () =>
      this.#site.call('frappe.client.rename_doc', { doctype, old_name: now, new_name: old }),
    );
  }

  /** Puts everything back; what could not be is returned, one line each. */
  async undo(): Promise<string[]> {
    const left: string[] = [];
    for (const { what, undo } of this.#undoing.toReversed())
      await undo().catch((thrown: unknown) => left.push(`${what}: ${String(thrown).slice(0, 400)}`));
    this.#undoing.length = 0;
    return left;
  }
}
