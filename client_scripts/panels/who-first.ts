/** Whom to look at first, each with the clearest reasons, and what is true of those who are not listed. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Answer } from './answers.ts';
import type { Listed, WhoFirst } from './class-answers.ts';
import type { Notice } from './line.ts';
import { type Actions, levelMark, paragraph, type Piece, type Ui } from './sections.ts';

/** A list to start from, not a ranking of the class. */
const SHOWN_FIRST = 5;

/** What the form's header says of them. */
export function whoNotice(answer: Answer & WhoFirst): Notice | null {
  if (answer.who_total === 0 || (answer.state !== 'ready' && answer.state !== 'stale')) return null;
  return { level: null, text: __('Pupils with a reason to look: {0}.', [answer.who_total]) };
}

export function whoFirst(answer: WhoFirst, ui: Ui, actions: Actions): Piece {
  if (answer.pupils === 0) return nothing;
  if (answer.who_first.length === 0) return paragraph(answer.not_listed_text, 'edai-muted');
  const shown = ui.showAll ? answer.who_first : answer.who_first.slice(0, SHOWN_FIRST);
  return html`<div class="edai-bar">
      <span class="edai-muted">${howShown(answer, shown.length)}</span>
      ${answer.who_first.length > SHOWN_FIRST ? allButton(answer, ui, actions) : nothing}
    </div>
    <ul class="edai-who">
      ${shown.map((who) => listed(who, actions))}
    </ul>
    ${paragraph(answer.not_listed_text, 'edai-muted')}`;
}

function howShown(answer: WhoFirst, shown: number): string {
  return answer.who_order === 'name'
    ? __('Shown: {0} of {1} with a reason; by name.', [shown, answer.who_total])
    : __('Shown: {0} of {1} with a reason; clearest reason first.', [shown, answer.who_total]);
}

function allButton(answer: WhoFirst, ui: Ui, actions: Actions): TemplateResult {
  return html`<button
    type="button"
    class="btn btn-xs btn-default"
    aria-expanded=${ui.showAll ? 'true' : 'false'}
    @click=${actions.toggleAll}
  >
    ${ui.showAll ? __('Show fewer') : __('All {0}', [answer.who_first.length])}
  </button>`;
}

function listed(who: Listed, actions: Actions): TemplateResult {
  return html`<li>
    <strong dir="auto">${who.student_name}</strong>
    <span>${levelMark(who.level)}</span>
    <span dir="auto">${who.text}</span>
    ${
      who.can_open
        ? html`<button
            type="button"
            class="btn btn-xs btn-default"
            aria-label=${__('Open {0}', [who.student_name])}
            @click=${() => actions.openStudent(who.student)}
          >
            ${__('Open')}
          </button>`
        : nothing
    }
  </li>`;
}
