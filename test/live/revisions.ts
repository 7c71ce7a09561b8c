/** Looks at every insight's revision on the site and counts those that went backwards within an epoch. */
import type { LiveSite } from './site.ts';

export class RevisionWatch {
  readonly #site: LiveSite;
  readonly #highest = new Map<string, { epoch: string; revision: number }>();
  fallen = 0;
  /** Insights that were new, or said anew, since the look before. */
  risen = 0;
  looks = 0;

  constructor(site: LiveSite) {
    this.#site = site;
  }

  async look(): Promise<void> {
    this.looks += 1;
    for (const row of await this.#site.list('AI Insight', { fields: ['name', 'epoch', 'revision'] })) {
      const epoch = String(row['epoch']);
      const revision = Number(row['revision']);
      const before = this.#highest.get(row.name);
      if (before !== undefined && before.epoch === epoch && revision < before.revision) this.fallen += 1;
      if (this.looks > 1 && revision !== before?.revision) this.risen += 1;
      this.#highest.set(row.name, { epoch, revision });
    }
  }
}
