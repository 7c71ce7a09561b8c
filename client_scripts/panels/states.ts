/** The states in which a panel has no insight to show, or an old one. Pure; each says what will happen next. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Answer, Fact } from './answers.ts';
import { factRows, lead, paragraph, type Piece, section } from './sections.ts';
import { moment } from './when.ts';

/** Quiet: it stays invisible for a quarter of a second, and most answers are here by then. */
export function loading(): TemplateResult {
  return html`<div class="edai-wait">
    <span class="edai-hear">${__('Loading insights')}</span>
    <i style="width: 45%"></i><i style="width: 80%"></i><i style="width: 65%"></i>
  </div>`;
}

export function failed(retry: () => void): TemplateResult {
  return html`<div class="edai-lead">
    <h3 tabindex="-1">${__('The insight could not be loaded.')}</h3>
    <button type="button" class="btn btn-default btn-sm edai-gap" @click=${retry}>${__('Try again')}</button>
  </div>`;
}

/**
 * What stands in the place of the one sentence where the site has none. "Nothing needs a step" is a claim:
 * it is made only of a pupil or class that was analysed, and has no reasons below.
 */
export function withoutHeadline(answer: Answer, saysMore: boolean): Piece {
  if (answer.state === 'waiting') {
    return lead(
      __('First analysis is running.'),
      null,
      paragraph(__('This page fills by itself.'), 'edai-muted'),
    );
  }
  if (saysMore) return nothing;
  if (answer.state === 'too_little' || answer.too_little.length > 0) {
    const then = paragraph(__('Nothing to do: it fills by itself.'), 'edai-muted');
    return lead(__('Too little data for an insight yet.'), null, then);
  }
  if (answer.worked_out === null)
    return answer.state === 'stale' ? nothing : lead(__('There are no records to look at yet.'), null);
  return lead(__('Nothing in the records needs a step.'), null);
}

/** What still lacks records, beside what there is to say. */
export function tooLittleRows(facts: Fact[]): Piece {
  return section(__('Too little data'), factRows(facts));
}

export function stale(answer: Answer): Piece {
  if (answer.state !== 'stale' || answer.stale_since === null) return nothing;
  const since = moment(answer.stale_since);
  const sentence =
    answer.worked_out === null
      ? __('Analysis has not run since {0}.', [since])
      : __('Analysis has not run since {0}. Below is the state of that day.', [since]);
  return html`<p class="edai-note" role="note">${sentence}</p>`;
}
