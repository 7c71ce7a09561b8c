/** The Instructor panel: what teachers set for their own panels, and nothing else yet. Pure. */
import { html, type TemplateResult } from 'lit-html';
import type { InstructorAnswer } from './answers.ts';
import { type Actions, lead, paragraph, type Ui } from './sections.ts';
import { settingSections } from './settings-section.ts';

export function instructorPanel(answer: InstructorAnswer, _ui: Ui, actions: Actions): TemplateResult {
  return html`<div class="edai-body">
    ${lead(
      __('What you see of the insights, and how.'),
      null,
      paragraph(__('Only you see and change this.'), 'edai-muted'),
    )}
    ${settingSections(answer.settings, actions)}
  </div>`;
}
