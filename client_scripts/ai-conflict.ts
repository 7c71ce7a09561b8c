/** The AI Conflict form: the values side by side, and the decision. Compiled to public/js/ai-conflict.js. */
import { render } from 'lit-html';
import { conflictView } from './panels/conflict-view.ts';
import type { Form } from './panels/desk.ts';
import { openEdit, type Saved } from './panels/edit.ts';
import { type ConflictAnswer, readConflict, type Value } from './panels/setting-answers.ts';
import { notSaved } from './panels/settings-save.ts';
import { ask } from './panels/site.ts';
import { failed, loading } from './panels/states.ts';
import { addStyle } from './panels/style.ts';

const FIELD = 'comparison';
const DECISIONS = { keep: 'Keep', use: "Use the AI's", edit: 'Edit' } as const;

frappe.ui.form.on('AI Conflict', {
  setup: () => addStyle(),
  refresh: (frm) => void show(frm),
});

async function show(frm: Form): Promise<void> {
  const place = placeIn(frm);
  const name = frm.docname;
  if (!place) return;
  render(loading(), place);
  const reply = await ask('api.settings.conflict', { name });
  if (frm.docname !== name) return;
  const answer = reply.kind === 'answer' ? readConflict(reply.message) : null;
  if (answer) draw(frm, place, answer, '');
  else
    render(
      failed(() => void show(frm)),
      place,
    );
}

function placeIn(frm: Form): HTMLElement | null {
  const field = frm.fields_dict[FIELD]?.$wrapper[0];
  if (!field) return null;
  const found = field.querySelector<HTMLElement>(':scope > .edai');
  if (found) return found;
  const place = document.createElement('div');
  place.className = 'edai edai-panel';
  field.append(place);
  return place;
}

function draw(frm: Form, place: HTMLElement, answer: ConflictAnswer, said: string): void {
  const decide = async (decision: string, value: Value, seen: string): Promise<Saved> => {
    const reply = await ask('api.settings.decide', { name: frm.docname, decision, value, seen });
    const now = reply.kind === 'answer' ? readConflict(reply.message) : null;
    if (reply.kind !== 'answer' || !now)
      return notSaved(reply.kind === 'answer' ? { kind: 'failed' } : reply);
    draw(frm, place, now, now.moved ? __('This was changed meanwhile. Look again, and decide then.') : '');
    if (now.moved) return { kind: 'moved', keys: now.key ? [now.key] : [], seen: now.seen };
    frm.reload_doc();
    return { kind: 'done' };
  };
  const at = (decision: string) => async (): Promise<void> => {
    const saved = await decide(decision, null, answer.seen);
    if (saved.kind === 'refused') draw(frm, place, answer, saved.why);
  };
  const edit = (): void => {
    const { key } = answer;
    if (!key) return;
    openEdit({
      title: answer.title,
      about: key.effect,
      keys: [key],
      seen: answer.seen,
      save: (values, seen) => decide(DECISIONS.edit, values[key.key] ?? key.value, seen),
    });
  };
  render(
    conflictView(answer, said, {
      keep: () => void at(DECISIONS.keep)(),
      useTheAis: () => void at(DECISIONS.use)(),
      edit,
    }),
    place,
  );
}
