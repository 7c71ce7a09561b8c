/** What a walk makes on a site, and takes away again newest first; with one tag in every name. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SiteAnswer, type Document, type LiveSite } from '../site.ts';

interface Made {
  doctype: string;
  name: string;
  submitted: boolean;
}

/** Makes documents and remembers them, so that they can be removed newest first. */
export class Stage {
  readonly site: LiveSite;
  /** Part of every name, so that two walks and a left-over one never meet. */
  readonly tag = `walk-${randomBytes(3).toString('hex')}`;
  readonly #made: Made[] = [];

  constructor(site: LiveSite) {
    this.site = site;
  }

  async make(doctype: string, values: Record<string, unknown>): Promise<Document> {
    const document = await this.site.insert(doctype, values);
    this.remember(doctype, document.name, values['docstatus'] === 1);
    return document;
  }

  remember(doctype: string, name: string, submitted = false): void {
    this.#made.push({ doctype, name, submitted });
  }

  /** Removes everything; what could not be removed is returned, one line each. */
  async clear(): Promise<string[]> {
    const left: string[] = [];
    for (const made of this.#made.toReversed()) {
      const failure = await this.#remove(made, 20);
      if (failure !== null) left.push(`${made.doctype} ${made.name}: ${failure.slice(0, 200)}`);
    }
    this.#made.length = 0;
    return left;
  }

  /** The site's own jobs may hold a record for a moment (a deadlock, a lock): those are asked again. */
  async #remove(made: Made, tries: number): Promise<string | null> {
    const { doctype, name } = made;
    try {
      if (made.submitted) await this.site.call('frappe.client.cancel', { doctype, name });
      made.submitted = false;
      await this.site.remove(doctype, name);
      return null;
    } catch (error) {
      const passing = error instanceof SiteAnswer && /Query(Deadlock|Timeout)Error/.test(error.body);
      if (!passing || tries <= 1) return String(error);
      await pause(500);
      return this.#remove(made, tries - 1);
    }
  }
}

/** A day `days` after `from`, as the site writes it. */
export function day(from: Date, days: number): string {
  return new Date(from.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
