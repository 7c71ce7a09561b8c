/** The fields on ERPNext's documents that a real site seals go where their document goes. */
import { z } from 'zod';
import { text } from './contract/stored.ts';
import type { Site } from './site.ts';

const Place = z.tuple([z.string(), z.string(), z.string()]);

/** The fields of a document that was deleted, merged away or left out. */
export function dropFields(site: Site, doctype: string, name: string): void {
  for (const { place } of placesOf(site, doctype, name)) site.fields.delete(place);
}

/** A rename seals them anew under the new name. */
export function moveFields(site: Site, doctype: string, from: string, to: string): void {
  for (const { place, field } of placesOf(site, doctype, from)) {
    const held = site.fields.get(place);
    site.fields.delete(place);
    if (held !== undefined) site.fields.set(text([doctype, to, field]), held);
  }
}

function placesOf(site: Site, doctype: string, name: string): { place: string; field: string }[] {
  return [...site.fields.keys()].flatMap((place) => {
    const [ofDoctype, ofName, field] = Place.parse(JSON.parse(place));
    return ofDoctype === doctype && ofName === name ? [{ place, field }] : [];
  });
}
