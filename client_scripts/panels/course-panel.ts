/** The Course panel, for one group in one term: the class in a sentence, who first, hardest parts. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { CourseAnswer, CourseGroup } from './class-answers.ts';
import { chart } from './chart.ts';
import {
  type Actions,
  ages,
  factRows,
  howSure,
  lead,
  paragraph,
  type Piece,
  reasonRows,
  section,
  steps,
  type Ui,
  workings,
} from './sections.ts';
import { settingSections } from './settings-section.ts';
import { stale, tooLittleRows, withoutHeadline } from './states.ts';
import { whoFirst } from './who-first.ts';

export function coursePanel(answer: CourseAnswer, ui: Ui, actions: Actions): TemplateResult {
  return html`${head(answer, actions)}
    <div class="edai-body">
      ${stale(answer)} ${opening(answer)} ${section(__('Who first'), whoFirst(answer, ui, actions))}
      ${section(__('Hardest parts'), reasonRows(answer.parts, actions))}
      ${section(__('Marks'), chart(answer.chart, ui, actions))}
      ${section(__('Try next'), steps(answer.steps))} ${section(__('How hard'), factRows(answer.difficulty))}
      ${section(__('Topics'), factRows(answer.mapping), ...answer.material.map((one) => paragraph(one)))}
      ${howSure(answer.how_sure, answer.track_record)} ${tooLittleRows(answer.too_little)}
      ${settingSections(answer.settings, actions)} ${workings([], '', answer.hidden)}
    </div>`;
}

function head(answer: CourseAnswer, actions: Actions): TemplateResult {
  const counts = [
    answer.pupils === null ? '' : __('Pupils: {0}', [answer.pupils]),
    answer.tests === null ? '' : __('Tests: {0}', [answer.tests]),
  ].filter(Boolean);
  return html`<div class="edai-head">
    <div class="edai-about">
      <strong dir="auto">${answer.heading.course}</strong>
      ${groupChoice(answer, actions)} ${counts.map((count) => html`<span class="edai-muted">${count}</span>`)}
    </div>
    ${ages(answer.records_to, answer.worked_out)}
  </div>`;
}

function groupChoice(answer: CourseAnswer, actions: Actions): Piece {
  const [only] = answer.groups;
  if (!only) return nothing;
  if (answer.groups.length === 1) return html`<bdi>${only.label}</bdi>`;
  const choose = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const group = answer.groups[event.target.selectedIndex];
    if (group) actions.choose(group.student_group, group.academic_term);
  };
  return html`<label
    >${__('Group')}
    <select class="form-control input-xs" @change=${choose}>
      ${answer.groups.map((group) => html`<option .selected=${isChosen(group, answer)}>${group.label}</option>`)}
    </select>
  </label>`;
}

function isChosen(group: CourseGroup, answer: CourseAnswer): boolean {
  return group.student_group === answer.student_group && group.academic_term === answer.academic_term;
}

function opening(answer: CourseAnswer): Piece {
  if (answer.headline) {
    const { text, step } = answer.headline;
    return lead(text, null, step ? paragraph(__('First step: {0}', [step])) : nothing);
  }
  return withoutHeadline(answer, answer.who_first.length > 0 || answer.parts.length > 0);
}
