/** The dialog in which settings are changed. What somebody else changed meanwhile is shown, and never overwritten unseen. */
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { settingForm } from './setting-form.ts';
import type { SettingKey, Value } from './setting-answers.ts';

/** What came of a save. `moved` brings what stands there now; `refused` says why, in the reader's words. */
export type Saved =
  { kind: 'done' } | { kind: 'moved'; keys: SettingKey[]; seen: string } | { kind: 'refused'; why: string };

export interface Editing {
  title: string;
  about: string;
  keys: SettingKey[];
  seen: string;
  /** Only what was changed; against the state named by `seen`. */
  save(values: Record<string, Value>, seen: string): Promise<Saved>;
}

const FIELD = 'settings';

export function openEdit(editing: Editing): void {
  new EditDialog(editing).open();
}

class EditDialog {
  private readonly editing: Editing;
  private readonly draft = new Map<string, Value>();
  private keys: SettingKey[];
  private seen: string;
  private said: TemplateResult | typeof nothing = nothing;
  private saving = false;
  private body: HTMLElement | null = null;
  private hide: () => void = () => undefined;

  constructor(editing: Editing) {
    this.editing = editing;
    this.keys = editing.keys;
    this.seen = editing.seen;
  }

  open(): void {
    const opener = document.activeElement;
    const dialog = new frappe.ui.Dialog({
      // The Desk puts a title into the page as HTML.
      title: frappe.utils.escape_html(this.editing.title),
      size: 'large',
      fields: [{ fieldname: FIELD, fieldtype: 'HTML' }],
      primary_action_label: __('Save'),
      primary_action: () => void this.save(),
    });
    const place = dialog.fields_dict[FIELD]?.$wrapper[0];
    if (!place) return;
    this.hide = () => dialog.hide();
    this.body = document.createElement('div');
    this.body.className = 'edai edai-panel';
    place.append(this.body);
    dialog.$wrapper.on('shown.bs.modal', () =>
      this.body?.querySelector<HTMLElement>('select, input, textarea')?.focus(),
    );
    dialog.$wrapper.on('hidden.bs.modal', () => {
      dialog.$wrapper.remove();
      if (opener instanceof HTMLElement) opener.focus();
    });
    this.draw();
    dialog.show();
  }

  private async save(): Promise<void> {
    if (this.saving) return;
    this.saving = true;
    this.said = nothing;
    const saved = await this.editing.save(Object.fromEntries(this.draft), this.seen);
    this.saving = false;
    if (saved.kind === 'done') {
      this.hide();
      return;
    }
    if (saved.kind === 'moved') {
      this.said = changedMeanwhile(saved.keys.filter(({ key }) => this.draft.has(key)));
      this.keys = saved.keys;
      this.seen = saved.seen;
    } else this.said = html`${saved.why}`;
    this.draw();
  }

  private draw(): void {
    if (!this.body) return;
    const change = (key: string, value: Value): void => {
      this.draft.set(key, value);
      this.draw();
    };
    render(
      html`<p class="edai-muted">${this.editing.about}</p>
        ${settingForm(this.keys, this.draft, change)}
        <div role="alert" class=${this.said === nothing ? '' : 'edai-note'}>${this.said}</div>`,
      this.body,
    );
  }
}

function changedMeanwhile(keys: SettingKey[]): TemplateResult {
  return html`${__('This was changed meanwhile. Save again to put yours in its place.')}
    <ul>
      ${keys.map(({ label, lines }) => html`<li dir="auto">${__('{0}, now: {1}', [label, lines.join(', ')])}</li>`)}
    </ul>`;
}
