/** The Student Group panel: the class over all its courses, who first, who could learn with whom. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { GroupAnswer } from './class-answers.ts';
import { keeping } from './keeping.ts';
import {
  type Actions,
  ages,
  factRows,
  lead,
  type Piece,
  reasonRows,
  section,
  type Ui,
  workings,
} from './sections.ts';
import { stale, tooLittleRows, withoutHeadline } from './states.ts';
import { whoFirst } from './who-first.ts';

export function groupPanel(answer: GroupAnswer, ui: Ui, actions: Actions): TemplateResult {
  return html`<div class="edai-head">
      <div class="edai-about">
        <strong dir="auto">${answer.heading.group}</strong>
        ${answer.heading.term ? html`<bdi>${answer.heading.term}</bdi>` : nothing}
      </div>
      ${ages(answer.records_to, answer.worked_out)}
    </div>
    <div class="edai-body">
      ${stale(answer)} ${opening(answer)} ${section(__('Who first'), whoFirst(answer, ui, actions))}
      ${section(__('Courses'), factRows(answer.courses))}
      ${section(__('Learn together'), reasonRows(answer.peers, actions), keeping(answer, actions))}
      ${tooLittleRows(answer.too_little)} ${workings(answer.notes, '', answer.hidden)}
    </div>`;
}

function opening(answer: GroupAnswer): Piece {
  if (answer.headline) return lead(answer.headline.text, null);
  return withoutHeadline(answer, answer.who_first.length + answer.courses.length + answer.peers.length > 0);
}
