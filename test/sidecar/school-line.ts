/** A school on a line with a database of its own, fresh for each test of the file that asks for it. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { readDocuments } from '../../sidecar/store/mirror/documents.ts';
import { SHAPES } from '../../sidecar/store/mirror/shape.ts';
import type { Store } from '../../sidecar/store/open.ts';
import { wipe } from './databases.ts';
import { embeddedStore } from './embedded.ts';
import type { FakeSite } from './fake-site.ts';
import { createLine, type Line } from './line.ts';
import { PUPILS, addSchool } from './school.ts';

/** What the site was told and still holds, by address. */
export function held(site: FakeSite): Map<string, string> {
  const entries = [...site.insights].filter(([, { values }]) => values !== null);
  return new Map(entries.map(([address, { values }]) => [address, JSON.stringify(values)]));
}

export function lineForEachTest() {
  let store: Store;
  let line: Line;

  async function fresh(): Promise<void> {
    await wipe(store);
    line = createLine(store);
    addSchool(line.site);
  }

  async function mirrored(): Promise<Record<string, unknown>> {
    const tables: Record<string, unknown> = {};
    for (const shape of SHAPES) {
      const names = [...(line.site.documents.get(shape.doctype)?.keys() ?? [])];
      const found = await readDocuments(store.db, shape, [...names, ...PUPILS, 'S-9', 'Math', '8B']);
      tables[shape.doctype] = [...found.values()]
        .map(({ name, modified, docstatus, rowSum, children }) => ({
          name,
          modified,
          docstatus,
          rowSum,
          children,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    return tables;
  }

  beforeAll(async () => {
    store = await embeddedStore();
  }, 60_000);
  beforeEach(fresh);
  afterAll(() => store.close());

  return {
    get store() {
      return store;
    },
    get line() {
      return line;
    },
    fresh,
    mirrored,
    /** The sidecar is killed and starts again, on the same database and the same site. */
    restart(): void {
      line = createLine(store, line.site);
    },
    /** What both hold, and what they would hold if this database had never known anything else. */
    async fromScratch() {
      const { site } = line;
      const before = { mirror: await mirrored(), insights: held(site) };
      await wipe(store);
      site.insights.clear();
      site.epoch = null;
      line = createLine(store, site);
      await line.settle();
      return { before, after: { mirror: await mirrored(), insights: held(site) } };
    },
  };
}
