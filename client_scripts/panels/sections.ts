/**
 * The pieces both panels are built of. Pure: data in, template out. Every text goes through lit-html, which
 * escapes it; what the school typed carries `dir="auto"`, so that right-to-left names stay in order.
 */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Fact, Level, Reason } from './answers.ts';
import type { SettingPart } from './setting-answers.ts';
import { ago, day, moment } from './when.ts';

export type Piece = TemplateResult | typeof nothing;

/** What the reader did to the panel and no answer of the site may undo. */
export interface Ui {
  chartAsTable: boolean;
  showAll: boolean;
  busy: boolean;
}

export interface Actions {
  showRows: (reason: Reason) => void;
  toggleChart: () => void;
  toggleAll: () => void;
  choose: (studentGroup: string, academicTerm: string) => void;
  openStudent: (student: string) => void;
  leaveOut: (out: boolean) => void;
  act: (insights: string[], acted: boolean) => void;
  /** Two pupils together, apart, or neither any more. */
  keep: (student: string, other: string, wish: string) => void;
  edit: (part: SettingPart) => void;
  openConflict: (name: string) => void;
}

/** A section of the panel; nothing at all when it has no content. */
export function section(title: string, ...content: Piece[]): Piece {
  if (content.every((piece) => piece === nothing)) return nothing;
  return html`<section class="edai-part">
    <h4>${title}</h4>
    <div>${content}</div>
  </section>`;
}

export function factRows(facts: Fact[]): Piece {
  if (facts.length === 0) return nothing;
  return html`<dl class="edai-rows">
    ${facts.map(
      (fact) =>
        html`<div>
          <dt dir="auto">${fact.title}</dt>
          <dd dir="auto">${fact.text}</dd>
        </div>`,
    )}
  </dl>`;
}

export function reasonRows(reasons: Reason[], actions: Actions): Piece {
  if (reasons.length === 0) return nothing;
  return html`<dl class="edai-rows">
    ${reasons.map(
      (reason) =>
        html`<div>
          <dt dir="auto">${reason.title}</dt>
          <dd dir="auto">${reason.text}</dd>
          ${reason.button === null ? nothing : rowsButton(reason, reason.button, actions)}
        </div>`,
    )}
  </dl>`;
}

function rowsButton(reason: Reason, label: string, actions: Actions): TemplateResult {
  return html`<dd>
    <button
      type="button"
      class="btn btn-xs btn-default"
      aria-label=${__('{0}: {1}', [reason.title, label])}
      @click=${() => actions.showRows(reason)}
    >
      ${label}
    </button>
  </dd>`;
}

export function steps(sentences: string[]): Piece {
  if (sentences.length === 0) return nothing;
  return html`<ol class="edai-steps">
    ${sentences.map((sentence) => html`<li dir="auto">${sentence}</li>`)}
  </ol>`;
}

export function paragraph(sentence: string, style = ''): Piece {
  return sentence ? html`<p class=${style} dir="auto">${sentence}</p>` : nothing;
}

/** Never without the sentence on how often it was right here. */
export function howSure(facts: Fact[], trackRecord: string): Piece {
  if (facts.length === 0) return nothing;
  return section(__('How sure'), factRows(facts), paragraph(trackRecord, 'edai-muted'));
}

/** Symbol and word together: neither colour nor shape alone says it. `steady` says nothing. */
export function levelMark(level: Level | null): Piece {
  if (level === 'act')
    return html`<span class="edai-level"><span aria-hidden="true">▲</span> ${__('Act')}</span>`;
  if (level === 'watch') {
    return html`<span class="edai-level"><span aria-hidden="true">●</span> ${__('Watch')}</span>`;
  }
  return nothing;
}

/** The one sentence that matters; the reader's way into the panel ends here, hence the tabindex. */
export function lead(sentence: string, level: Level | null, ...more: Piece[]): TemplateResult {
  return html`<div class="edai-lead">
    <h3 tabindex="-1" dir="auto">${levelMark(level)}${sentence}</h3>
    ${more}
  </div>`;
}

/** "Records to Fri 20 Nov · worked out 12 minutes ago". */
export function ages(recordsTo: string | null, workedOut: string | null): Piece {
  if (!recordsTo && !workedOut) return nothing;
  const parts: unknown[] = [];
  if (recordsTo) parts.push(__('Records to {0}', [day(recordsTo)]));
  if (workedOut) {
    const when = __('worked out {0}', [ago(workedOut)]);
    parts.push(html`<time datetime=${workedOut} title=${moment(workedOut)}>${when}</time>`);
  }
  return html`<span class="edai-muted edai-small">${parts.map((one, i) => [i > 0 ? ' · ' : '', one])}</span>`;
}

/** What the insight rests on, folded away; only where the site said something. */
export function workings(notes: string[], notUsed: string, hidden: string, choice: Piece = nothing): Piece {
  if (notes.length === 0 && !notUsed && !hidden && choice === nothing) return nothing;
  return html`<section class="edai-part">
    <h4>${__('About this')}</h4>
    <div>
      ${paragraph(hidden)} ${paragraph(notUsed)}
      ${
        notes.length === 0
          ? nothing
          : html`<details>
              <summary>${__('How this is worked out')}</summary>
              <ul>
                ${notes.map((note) => html`<li dir="auto">${note}</li>`)}
              </ul>
            </details>`
      }
      ${choice}
    </div>
  </section>`;
}
