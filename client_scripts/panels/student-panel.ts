/** The Student panel in the order a teacher needs it: what matters, why, what goes well, what to try. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Acted, StudentAnswer } from './answers.ts';
import { chart } from './chart.ts';
import type { Notice } from './line.ts';
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
import { day } from './when.ts';

export function studentPanel(answer: StudentAnswer, ui: Ui, actions: Actions): TemplateResult {
  return html`${head(answer)}
    <div class="edai-body">
      ${stale(answer)} ${opening(answer)}
      ${section(answer.audience === 'staff' ? __('Why') : __('From the records'), reasonRows(answer.why, actions))}
      ${section(__('Going well'), factRows(answer.going_well))}
      ${section(__('Marks'), chart(answer.chart, ui, actions))}
      ${section(__('Next test'), factRows(answer.next_test))}
      ${section(__('Early warning'), ...answer.rule.map((rule) => paragraph(rule)))}
      ${section(__('Try next'), steps(answer.steps), answer.contact ? factRows([answer.contact]) : nothing)}
      ${section(__('Step taken'), acted(answer.acted, actions))}
      ${howSure(answer.how_sure, answer.track_record)} ${tooLittleRows(answer.too_little)}
      ${section(__('Learning so far'), factRows(answer.profile))} ${settingSections(answer.settings, actions)}
      ${workings(answer.notes, answer.not_used, answer.hidden, exclusion(answer, actions))}
    </div>`;
}

export function studentNotice(answer: StudentAnswer): Notice | null {
  if (!answer.headline || (answer.state !== 'ready' && answer.state !== 'stale')) return null;
  if (answer.audience !== 'staff') return { level: null, text: __('There is something for you here.') };
  if (answer.level === 'act') return { level: 'act', text: __('Something in the records needs a step.') };
  if (answer.level === 'watch')
    return { level: 'watch', text: __('Something in the records is worth a look.') };
  return null;
}

function head(answer: StudentAnswer): TemplateResult {
  const { name, group, term } = answer.heading;
  const about = [group, term].filter(Boolean).map((one) => html`<bdi>${one}</bdi>`);
  return html`<div class="edai-head">
    <div class="edai-about"><strong dir="auto">${name}</strong>${about}</div>
    ${ages(answer.records_to, answer.worked_out)}
  </div>`;
}

function opening(answer: StudentAnswer): Piece {
  if (answer.headline) {
    const { text, step } = answer.headline;
    return lead(text, answer.level, step ? paragraph(__('First step: {0}', [step])) : nothing);
  }
  return withoutHeadline(answer, answer.why.length > 0 || answer.going_well.length > 0);
}

/** What was acted upon is followed up: four weeks later the Program Enrollment tells what came. */
function acted(raised: Acted[], actions: Actions): Piece {
  if (raised.length === 0) return nothing;
  return html`<dl class="edai-rows">
      ${raised.map(({ title, insights, on }) => {
        const word = on ? __('Take back') : __('Acted upon');
        return html`<div>
          <dt dir="auto">${title}</dt>
          ${on ? html`<dd>${__('Acted upon on {0}.', [day(on)])}</dd>` : nothing}
          <dd>
            <button
              type="button"
              class="btn btn-xs btn-default"
              aria-label=${__('{0}: {1}', [title, word])}
              @click=${() => actions.act(insights, on === null)}
            >
              ${word}
            </button>
          </dd>
        </div>`;
      })}
    </dl>
    ${paragraph(__('What followed stands in the Program Enrollment after four weeks.'), 'edai-muted')}`;
}

/** For who decides it: leaving the pupil out, with what that means told before, and taking the pupil in again. */
function exclusion(answer: StudentAnswer, actions: Actions): Piece {
  if (answer.exclusion === null) return nothing;
  const out = answer.exclusion === 'out';
  const [title, meaning, word] = out
    ? [
        __('Take into the analysis again'),
        __('The records are read again, and insights appear after the next analysis.'),
        __('Take in'),
      ]
    : [
        __('Leave out of the analysis'),
        __('The records are no longer read, and what was worked out so far is erased for good.'),
        __('Leave out'),
      ];
  return html`<details>
    <summary>${title}</summary>
    <p>${meaning}</p>
    <button
      type="button"
      class="btn btn-xs btn-default"
      aria-label=${__('{0}: {1}', [word, answer.heading.name])}
      @click=${() => actions.leaveOut(!out)}
    >
      ${word}
    </button>
  </details>`;
}
