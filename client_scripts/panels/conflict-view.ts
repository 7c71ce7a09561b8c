/** A conflict side by side: what was set, what is suggested, what stood there before, and how to decide. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { paragraph, type Piece } from './sections.ts';
import type { ConflictAnswer } from './setting-answers.ts';
import { moment } from './when.ts';

export interface Decide {
  keep: () => void;
  useTheAis: () => void;
  edit: () => void;
}

export function conflictView(answer: ConflictAnswer, said: string, decide: Decide): TemplateResult {
  const open = answer.state === 'open';
  const { site, ai, base } = answer.values;
  return html`<div class="edai-lead">
      <h3 tabindex="-1" dir="auto">${__('{0}: {1}', [answer.title, answer.about.shown])}</h3>
      ${open ? paragraph(__('Nothing changes until somebody decides.'), 'edai-muted') : decided(answer)}
    </div>
    <div class="edai-sides">
      ${side(__('Set by people'), site, open ? button(__('Keep'), decide.keep) : nothing)}
      ${side(__('Suggested by the analysis'), ai, open ? button(__("Use the AI's"), decide.useTheAis) : nothing)}
      ${side(__('Before both'), base, nothing)}
    </div>
    ${open ? html`<p class="edai-gap">${button(__('Edit'), decide.edit)}</p>` : nothing}
    <div role="alert" class=${said ? 'edai-note' : ''}>${said}</div>
    <p class="edai-gap">
      <a href=${frappe.utils.get_form_link(answer.about.doctype, answer.about.name)}
        >${__('Open {0}', [answer.about.shown])}</a
      >
    </p>`;
}

function side(title: string, lines: string[], action: Piece): TemplateResult {
  return html`<section>
    <h4>${title}</h4>
    ${value(lines)} ${action}
  </section>`;
}

function value(lines: string[]): Piece {
  const [only, ...more] = lines;
  if (only === undefined) return paragraph(__('Not set'), 'edai-muted');
  if (more.length === 0) return paragraph(only);
  return html`<ul>
    ${lines.map((line) => html`<li><bdi>${line}</bdi></li>`)}
  </ul>`;
}

function button(label: string, act: () => void): TemplateResult {
  return html`<button type="button" class="btn btn-sm btn-default" @click=${act}>${label}</button>`;
}

function decided({ decided: how }: ConflictAnswer): Piece {
  if (!how) return nothing;
  const what = how.lines.length > 0 ? `${how.how}: ${how.lines.join(', ')}` : how.how;
  const who = how.by
    ? __('Decided by {0}, {1}.', [how.by, moment(how.on)])
    : __('Ended by itself, {0}.', [moment(how.on)]);
  return html`${paragraph(what)} ${paragraph(who, 'edai-muted')}`;
}
