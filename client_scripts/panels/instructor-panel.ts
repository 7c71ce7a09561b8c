/** The Instructor panel: the own work in figures, and what teachers set for their own panels. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { InstructorAnswer } from './answers.ts';
import { type Actions, factRows, lead, paragraph, section, type Ui } from './sections.ts';
import { settingSections } from './settings-section.ts';

export function instructorPanel(answer: InstructorAnswer, _ui: Ui, actions: Actions): TemplateResult {
  return html`<div class="edai-body">
    ${lead(
      answer.own ? __('Your work in figures, and what you see of the insights.') : __('Work in figures.'),
      null,
      paragraph(readers(answer), 'edai-muted'),
    )}
    ${section(__('Work'), factRows(answer.work))}
    ${section(
      __('Classes'),
      factRows(answer.classes),
      answer.classes.length === 0 ? nothing : paragraph(notARanking(), 'edai-muted'),
    )}
    ${settingSections(answer.settings, actions)}
  </div>`;
}

/** Who else sees the figures: the person is told. */
function readers({ own, shown_to_managers: shown }: InstructorAnswer): string {
  if (!own) return __('The teacher sees the same figures, and that they are shown.');
  return shown
    ? __('Education Managers see the figures, too, as AI Settings says. Only you see and change the rest.')
    : __('Only you see and change this.');
}

function notARanking(): string {
  return __('Classes differ in what they bring along. This compares no teachers.');
}
