/** Saving some keys of a field, for the edit dialog. */
import type { Saved } from './edit.ts';
import { readSave, type Value } from './setting-answers.ts';
import { ask, type Reply } from './site.ts';

export interface FieldPlace {
  doctype: string;
  name: string;
  field: string;
}

/** The dialog's `save`; `done` is called once the site has taken it. */
export function saveSettings(place: FieldPlace, done: () => void) {
  return async (values: Record<string, Value>, seen: string): Promise<Saved> => {
    if (Object.keys(values).length === 0) return { kind: 'done' };
    const reply = await ask('api.settings.save', { ...place, values, seen });
    if (reply.kind !== 'answer') return notSaved(reply);
    const answer = readSave(reply.message);
    if (!answer.moved) {
      done();
      return { kind: 'done' };
    }
    const now = answer.settings.find(({ field }) => field === place.field);
    return { kind: 'moved', keys: now?.keys ?? [], seen: now?.seen ?? '' };
  };
}

export function notSaved(reply: Exclude<Reply, { kind: 'answer' }>): Saved {
  if (reply.kind === 'forbidden') return { kind: 'refused', why: __('You may not change this any more.') };
  const why = reply.kind === 'refused' ? reply.why : '';
  return { kind: 'refused', why: why || __('This could not be saved. Try again.') };
}
