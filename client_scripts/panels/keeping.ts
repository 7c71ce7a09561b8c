/** Pupils kept together or apart in the groups to learn together: what stands, and two pupils to choose. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { GroupAnswer, Kept } from './class-answers.ts';
import type { Actions, Piece } from './sections.ts';

/** The wishes as the site calls them; '' takes one back. */
const TOGETHER = 'Together';
const APART = 'Apart';
const TAKEN_BACK = '';

/** The form only beside groups: without any there is nothing to choose for. */
export function keeping(answer: GroupAnswer, actions: Actions): Piece {
  if (answer.peers.length === 0) return standing(answer.kept, actions);
  return html`${standing(answer.kept, actions)} ${choice(answer, actions)}`;
}

function standing(kept: Kept[], actions: Actions): Piece {
  if (kept.length === 0) return nothing;
  return html`<ul class="edai-kept">
    ${kept.map(
      ({ text, student, other }) =>
        html`<li>
          <span dir="auto">${text}</span>
          <button
            type="button"
            class="btn btn-xs btn-default"
            aria-label=${__('{0}: {1}', [__('Take back'), text])}
            @click=${() => actions.keep(student, other, TAKEN_BACK)}
          >
            ${__('Take back')}
          </button>
        </li>`,
    )}
  </ul>`;
}

function choice(answer: GroupAnswer, actions: Actions): TemplateResult {
  const keep = (wish: string) => (event: Event) => {
    const button = event.currentTarget;
    const selects = button instanceof Element ? button.closest('fieldset')?.querySelectorAll('select') : null;
    actions.keep(selects?.[0]?.value ?? '', selects?.[1]?.value ?? '', wish);
  };
  // No form of its own: the Desk has its fields in one already.
  return html`<fieldset class="edai-pair">
    <legend class="edai-muted">${__('Keep two pupils together or apart')}</legend>
    <label>${__('One pupil')} ${pupils(answer)}</label>
    <label>${__('Other pupil')} ${pupils(answer)}</label>
    <div>
      <button type="button" class="btn btn-xs btn-default" @click=${keep(TOGETHER)}>
        ${__('Keep together')}
      </button>
      <button type="button" class="btn btn-xs btn-default" @click=${keep(APART)}>${__('Keep apart')}</button>
    </div>
  </fieldset>`;
}

function pupils({ members }: GroupAnswer): TemplateResult {
  return html`<select class="form-control input-xs">
    <option value="">${__('Choose')}</option>
    ${members.map(({ student, student_name: name }) => html`<option value=${student}>${name}</option>`)}
  </select>`;
}
