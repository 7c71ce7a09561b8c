/** `frappe.ui.Dialog`, on the browser's own dialog element: keyboard and focus come with it. */
import type { Dialog, Query } from '../../../client_scripts/panels/desk.ts';
import { make, query } from './query.ts';

export class DeskDialog implements Dialog {
  readonly $wrapper: Query;
  readonly fields_dict: Record<string, { $wrapper: Query } | undefined> = {};
  readonly #element: HTMLDialogElement;
  readonly #title: HTMLElement;

  constructor(options: {
    title: string;
    fields: { fieldname: string }[];
    primary_action_label?: string;
    primary_action?: () => void;
  }) {
    this.#element = document.createElement('dialog');
    this.#element.className = 'modal';
    document.body.append(this.#element);
    this.$wrapper = query(this.#element);
    const head = make('div', 'modal-header', this.#element);
    this.#title = make('h4', 'modal-title', head);
    this.#title.id = 'dialog-title';
    this.#element.setAttribute('aria-labelledby', this.#title.id);
    const close = make('button', 'btn btn-default btn-sm', head, 'Close');
    close.addEventListener('click', () => this.#element.close());
    this.#element.addEventListener('close', () => this.#element.dispatchEvent(new Event('hidden.bs.modal')));
    for (const { fieldname } of options.fields) {
      this.fields_dict[fieldname] = { $wrapper: query(make('div', 'frappe-control', this.#element)) };
    }
    this.set_title(options.title);
    const { primary_action: act, primary_action_label: label } = options;
    if (act === undefined) return;
    const foot = make('div', 'modal-footer', this.#element);
    make('button', 'btn btn-primary btn-sm', foot, label ?? 'Submit').addEventListener('click', act);
  }

  /** The Desk puts a title into the page as HTML, so whoever sets one escapes it. */
  set_title(html: string): void {
    this.#title.innerHTML = html;
  }

  show(): void {
    this.#element.showModal();
    this.#element.dispatchEvent(new Event('shown.bs.modal'));
  }

  hide(): void {
    this.#element.close();
  }
}
