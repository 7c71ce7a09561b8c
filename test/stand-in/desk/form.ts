/** A Desk form: one for each DocType, kept while documents come and go in it. It runs the form scripts' events. */
import {
  PANEL_FIELD,
  TAB_FIELD,
  type Form,
  type Query,
  type Tab,
} from '../../../client_scripts/panels/desk.ts';
import { make, query } from './query.ts';

export type Handlers = Record<string, (frm: Form) => void>;

class DeskTab implements Tab {
  readonly df: { fieldname: string; hidden: 0 | 1 };
  readonly pane: HTMLElement;
  readonly #link: HTMLElement;
  readonly #form: DeskForm;

  constructor(form: DeskForm, fieldname: string, label: string) {
    this.df = { fieldname, hidden: 0 };
    this.#form = form;
    this.#link = make('button', 'nav-link', form.links, label);
    this.#link.setAttribute('role', 'tab');
    this.#link.addEventListener('click', () => this.set_active());
    this.pane = make('div', 'tab-pane', form.panes);
    this.pane.setAttribute('role', 'tabpanel');
  }

  refresh(): void {
    this.#link.classList.toggle('hide', this.df.hidden === 1);
    this.pane.classList.toggle('hide', this.df.hidden === 1);
  }

  is_active(): boolean {
    return this.pane.classList.contains('active');
  }

  is_hidden(): boolean {
    return this.df.hidden === 1;
  }

  set_active(): void {
    for (const tab of this.#form.layout.tabs) tab.mark(tab === this);
  }

  mark(active: boolean): void {
    this.pane.classList.toggle('active', active);
    this.#link.classList.toggle('active', active);
    this.#link.setAttribute('aria-selected', String(active));
  }
}

export class DeskForm implements Form {
  docname = '';
  readonly doctype: string;
  readonly element: HTMLElement;
  /** Where the page shows the document's own fields. */
  readonly details: HTMLElement;
  /** Above the tabs, where the page puts what enters records. */
  readonly entry: HTMLElement;
  readonly page: { wrapper: Query };
  readonly links: HTMLElement;
  readonly panes: HTMLElement;
  readonly layout: { tabs: DeskTab[]; wrapper: Query };
  readonly fields_dict: Record<string, { $wrapper: Query } | undefined>;
  readonly #scripts: readonly Handlers[];

  constructor(doctype: string, scripts: readonly Handlers[], parent: HTMLElement) {
    this.doctype = doctype;
    this.#scripts = scripts;
    this.element = make('section', 'form', parent);
    this.page = { wrapper: query(this.element) };
    this.entry = make('div', 'entry', this.element);
    const wrapper = make('div', 'form-layout', this.element);
    this.links = make('div', 'form-tabs', wrapper);
    this.links.setAttribute('role', 'tablist');
    this.panes = make('div', 'form-tab-content', wrapper);
    this.layout = { tabs: [], wrapper: query(wrapper) };
    const details = new DeskTab(this, 'details_tab', 'Details');
    this.layout.tabs.push(details);
    if (doctype === 'AI Conflict') {
      this.fields_dict = { comparison: { $wrapper: query(make('div', 'frappe-control', details.pane)) } };
    } else {
      const insights = new DeskTab(this, TAB_FIELD, 'Insights');
      this.layout.tabs.push(insights);
      this.fields_dict = { [PANEL_FIELD]: { $wrapper: query(make('div', 'frappe-control', insights.pane)) } };
    }
    this.details = make('div', 'details', details.pane);
    details.set_active();
    this.#run('setup');
  }

  is_new(): boolean {
    return false;
  }

  reload_doc(): void {
    this.#run('refresh');
  }

  open(name: string): void {
    this.docname = name;
    this.element.classList.remove('hide');
    this.#run('refresh');
  }

  leave(): void {
    this.element.classList.add('hide');
    this.element.dispatchEvent(new Event('hide'));
  }

  #run(event: string): void {
    for (const handlers of this.#scripts) handlers[event]?.(this);
  }
}
