/**
 * The embedded database for tests that need one and not how it is made: making it takes seconds of a core, so that the
 * first to need it keeps a copy for the other files of the run.
 */
import { openAsBlob, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { inject } from 'vitest';
import type { Store } from '../../sidecar/store/open.ts';
import { createPglite, storeOn } from './databases.ts';

export async function embeddedStore(): Promise<Store> {
  return storeOn(await embeddedPglite());
}

/** With this release's tables, and nothing in them. */
export async function embeddedPglite(): Promise<PGlite> {
  const copy = join(inject('scratch'), 'embedded.tar');
  if (existsSync(copy)) return createPglite(await openAsBlob(copy));
  const made = await createPglite();
  await storeOn(made);
  const held = await made.dumpDataDir('none');
  // several files may begin at once, and none may read half a copy
  const own = `${copy}.${process.pid}`;
  writeFileSync(own, Buffer.from(await held.arrayBuffer()));
  renameSync(own, copy);
  return made;
}
