/** What stands in the fields that the AI alone writes, as lines for one reader. */
import { z } from 'zod';
import { Reason } from '../../../sidecar/erpnext/contract.ts';
import { text } from '../contract/stored.ts';
import type { Site } from '../site.ts';
import { maySee } from './composition.ts';
import { sectionOf, type Speaker } from './sentences.ts';

const Content = z.object({
  said: z.array(Reason).default([]),
  records_to: z.string().nullable().default(null),
  /** Of a course, what is said of each class. */
  classes: z
    .array(z.object({ student_group: z.string(), academic_term: z.string(), said: z.array(Reason) }))
    .default([]),
});
type Content = z.output<typeof Content>;

/** The content of one field; an empty one where nothing was written yet. */
export function opened(site: Site, doctype: string, name: string, field: string): Content {
  const stored = JSON.parse(site.fields.get(text([doctype, name, field]))?.value ?? 'null');
  return Content.parse(stored ?? {});
}

/** What this reader may see of these sentences, in their order, of these sections of a panel. */
export function rowsOf(
  said: readonly Reason[],
  speaker: Speaker,
  sections: readonly string[],
): { title: string; text: string }[] {
  return said.flatMap((reason) => {
    if (!sections.includes(sectionOf(reason.code) ?? '') || !maySee(reason.code, speaker.audience)) return [];
    const line = speaker.text(reason);
    return line === null ? [] : [{ title: speaker.title(reason) ?? '', text: line }];
  });
}
