/** The dialog with the very rows behind a reason, read at the moment of asking. */
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { type EvidenceAnswer, type EvidenceRow, type Reason, readEvidence } from './answers.ts';
import { paragraph } from './sections.ts';
import { ask } from './site.ts';
import { failed, loading } from './states.ts';

const FIELD = 'rows';

/** Opens at once, fills when the site has answered, and gives the focus back when it closes. */
export function openEvidence(reason: Reason): void {
  const opener = document.activeElement;
  const dialog = new frappe.ui.Dialog({
    // set_title puts its text into the page as HTML.
    title: frappe.utils.escape_html(reason.title),
    size: 'large',
    fields: [{ fieldname: FIELD, fieldtype: 'HTML' }],
  });
  const place = dialog.fields_dict[FIELD]?.$wrapper[0];
  if (!place) return;
  const body = document.createElement('div');
  body.className = 'edai edai-panel';
  place.append(body);
  dialog.$wrapper.on('hidden.bs.modal', () => {
    // A closed dialog stays in the page otherwise, one more for each look.
    dialog.$wrapper.remove();
    if (opener instanceof HTMLElement) opener.focus();
  });
  const load = async (): Promise<void> => {
    render(loading(), body);
    const reply = await ask('api.panel.evidence', { insight: reason.insight, reason: reason.reason });
    const answer = reply.kind === 'answer' ? readEvidence(reply.message) : null;
    if (answer?.title) dialog.set_title(frappe.utils.escape_html(answer.title));
    render(answer ? evidence(answer) : failed(() => void load()), body);
  };
  dialog.show();
  void load();
}

export function evidence(answer: EvidenceAnswer): TemplateResult {
  const links = answer.rows.some((row) => row.can_open);
  return html`${answer.rows.length === 0 ? paragraph(__('There are no rows to show.')) : rowTable(answer, links)}
  ${answer.note === null ? nothing : paragraph(answer.note, 'edai-muted edai-small edai-gap')}`;
}

function rowTable(answer: EvidenceAnswer, links: boolean): TemplateResult {
  return html`<div class="edai-scroll" tabindex="0" role="region" aria-label=${answer.title}>
    <table class="edai-table">
      <thead>
        <tr>
          ${answer.columns.map((column) => html`<th scope="col" dir="auto">${column}</th>`)}
          ${links ? html`<th scope="col"><span class="edai-hear">${__('Open')}</span></th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${answer.rows.map(
          (row) =>
            html`<tr>
              ${row.cells.map((cell) => html`<td dir="auto">${cell}</td>`)}
              ${links ? html`<td>${row.can_open ? recordLink(row) : nothing}</td>` : nothing}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function recordLink(row: EvidenceRow): TemplateResult {
  return html`<a
    href=${frappe.utils.get_form_link(row.doctype, row.name)}
    aria-label=${__('Open {0}', [row.name])}
    >${__('Open')}</a
  >`;
}
