/** The Program Enrollment panel: how far, what comes next, and what was done so far. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { ProgramAnswer } from './answers.ts';
import { ages, factRows, paragraph, section, type Ui } from './sections.ts';
import { stale, withoutHeadline } from './states.ts';

export function programPanel(answer: ProgramAnswer, _ui: Ui): TemplateResult {
  const said = answer.progress.length + answer.path.length > 0;
  return html`<div class="edai-head">
      <div class="edai-about"><strong dir="auto">${answer.heading.program}</strong></div>
      ${ages(answer.records_to, null)}
    </div>
    <div class="edai-body">
      ${stale(answer)} ${withoutHeadline(answer, said)} ${section(__('Progress'), factRows(answer.progress))}
      ${section(__('What comes next'), factRows(answer.path))}
      ${section(__('Steps so far'), factRows(answer.history))}
      ${said ? section(__('About this'), paragraph(noDates(), 'edai-muted')) : nothing}
    </div>`;
}

function noDates(): string {
  return __(
    'The order of courses is the one in the program: the records know no other conditions and no dates.',
  );
}
