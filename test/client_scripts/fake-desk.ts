/**
 * As much of a Desk as a form script touches: two tabs, our HTML field, a socket, a dialog. It runs in
 * happy-dom and, bundled, in a real browser page. What it does was seen on a real Desk; it decides nothing.
 */
import {
  type Dialog,
  type Form,
  PANEL_FIELD,
  type Query,
  type Tab,
  TAB_FIELD,
} from '../../client_scripts/panels/desk.ts';

type Handlers = Record<string, (frm: Form) => void>;

class Elements implements Query {
  readonly length = 1;
  [index: number]: HTMLElement;
  private readonly handlers = new Map<string, (() => void)[]>();

  constructor(element: HTMLElement) {
    this[0] = element;
  }

  on(event: string, handler: () => void): void {
    this.handlers.set(event, [...(this.handlers.get(event) ?? []), handler]);
  }

  trigger(event: string): void {
    for (const handler of this.handlers.get(event) ?? []) handler();
  }

  remove(): void {
    this[0]?.remove();
  }
}

class FakeTab implements Tab {
  readonly df: { fieldname: string; hidden: 0 | 1 } = { fieldname: '', hidden: 0 };
  readonly link: HTMLElement;
  readonly pane: HTMLElement;
  private readonly form: FakeForm;

  constructor(form: FakeForm, fieldname: string, label: string) {
    this.form = form;
    this.df.fieldname = fieldname;
    this.link = make('button', 'nav-link', form.links);
    this.link.textContent = label;
    this.link.addEventListener('click', () => this.set_active());
    this.pane = make('div', 'tab-pane', form.panes);
  }

  refresh(): void {
    this.link.classList.toggle('hide', this.df.hidden === 1);
    this.pane.classList.toggle('hide', this.df.hidden === 1);
  }

  is_active(): boolean {
    return this.pane.classList.contains('active');
  }

  is_hidden(): boolean {
    return this.link.classList.contains('hide') && this.pane.classList.contains('hide');
  }

  set_active(): void {
    for (const tab of this.form.layout.tabs) {
      tab.pane.classList.toggle('active', tab === this);
      tab.link.classList.toggle('active', tab === this);
    }
  }
}

export class FakeForm implements Form {
  docname = '';
  isNew = false;
  reloads = 0;
  readonly doctype: string;
  readonly page: { wrapper: Elements };
  readonly links: HTMLElement;
  readonly panes: HTMLElement;
  readonly layout: { tabs: FakeTab[]; wrapper: Elements };
  readonly fields_dict: Record<string, { $wrapper: Query } | undefined> = {};

  constructor(doctype: string, withOurFields: boolean) {
    this.doctype = doctype;
    const page = make('main', 'page', document.body);
    const wrapper = make('div', 'form-layout', page);
    this.page = { wrapper: new Elements(page) };
    this.links = make('div', 'form-tabs', wrapper);
    this.panes = make('div', 'form-tab-content', wrapper);
    this.layout = { tabs: [], wrapper: new Elements(wrapper) };
    this.layout.tabs.push(new FakeTab(this, 'details_tab', 'Details'));
    if (!withOurFields) return;
    if (doctype === 'AI Conflict') {
      const [first] = this.layout.tabs;
      if (first)
        this.fields_dict['comparison'] = {
          $wrapper: new Elements(make('div', 'frappe-control', first.pane)),
        };
      return;
    }
    const ours = new FakeTab(this, TAB_FIELD, 'Insights');
    this.layout.tabs.push(ours);
    this.fields_dict[PANEL_FIELD] = { $wrapper: new Elements(make('div', 'frappe-control', ours.pane)) };
  }

  /** As Frappe does before each `refresh`: where only one tab is visible, its link is hidden. */
  refreshTabs(): void {
    for (const tab of this.layout.tabs) tab.refresh();
    const [only, ...others] = this.layout.tabs.filter((tab) => !tab.is_hidden());
    if (only && others.length === 0) only.link.classList.add('hide');
  }

  is_new(): boolean {
    return this.isNew;
  }

  reload_doc(): void {
    this.reloads += 1;
  }
}

class FakeDialog implements Dialog {
  readonly $wrapper: Elements;
  readonly fields_dict: Record<string, { $wrapper: Query } | undefined> = {};
  private readonly title: HTMLElement;

  constructor(options: {
    title: string;
    fields: { fieldname: string }[];
    primary_action_label?: string;
    primary_action?: () => void;
  }) {
    const modal = make('div', 'modal', document.body);
    modal.setAttribute('role', 'dialog');
    modal.setAttribute('aria-modal', 'true');
    this.$wrapper = new Elements(modal);
    this.title = make('h4', 'modal-title', modal);
    this.title.id = 'fake-dialog-title';
    modal.setAttribute('aria-labelledby', this.title.id);
    this.set_title(options.title);
    for (const { fieldname } of options.fields) {
      this.fields_dict[fieldname] = { $wrapper: new Elements(make('div', 'frappe-control', modal)) };
    }
    if (options.primary_action === undefined) return;
    const primary = make('button', 'btn btn-primary', modal);
    primary.textContent = options.primary_action_label ?? 'Submit';
    primary.addEventListener('click', options.primary_action);
  }

  set_title(html: string): void {
    this.title.innerHTML = html;
  }

  show(): void {
    opened.push(this);
    this.$wrapper.trigger('shown.bs.modal');
  }

  hide(): void {
    this.$wrapper.trigger('hidden.bs.modal');
  }
}

const opened: FakeDialog[] = [];

/** Everything a test may look at or push. */
export class FakeDesk {
  readonly emitted: string[][] = [];
  readonly routes: string[][] = [];
  readonly dialogs = opened;
  private readonly scripts = new Map<string, Handlers[]>();
  private readonly listeners = new Map<string, (() => void)[]>();
  private readonly forms = new Map<string, FakeForm>();

  readonly frappe = {
    ui: {
      form: {
        on: (doctype: string, handlers: Handlers): void => {
          this.scripts.set(doctype, [...(this.scripts.get(doctype) ?? []), handlers]);
        },
      },
      Dialog: FakeDialog,
    },
    realtime: {
      on: (event: string, handler: () => void): void => {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), handler]);
      },
      emit: (...message: string[]): void => {
        this.emitted.push(message);
      },
    },
    datetime: {
      prettyDate: (): string => '12 minutes ago',
      convert_to_user_tz: (datetime: string): string => datetime,
      get_user_date_fmt: (): string => 'dd-mm-yyyy',
    },
    utils: {
      escape_html: (text: string): string =>
        text
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;'),
      get_form_link: (doctype: string, name: string): string =>
        `/app/${doctype.toLowerCase().replaceAll(' ', '-')}/${encodeURIComponent(name)}`,
    },
    boot: { lang: 'en' },
    flags: {},
    csrf_token: 'token-of-the-session',
    set_route: (...route: string[]): void => {
      this.routes.push(route);
    },
  };

  readonly translate = (text: string, values: (string | number)[] = []): string =>
    values.reduce<string>((said, value, i) => said.replace(`{${i}}`, () => String(value)), text);

  /** Opens a document as the Desk does: one form per DocType, `setup` once, `refresh` each time. */
  open(doctype: string, name: string, { isNew = false, withOurFields = true } = {}): FakeForm {
    let form = this.forms.get(doctype);
    if (!form) {
      form = new FakeForm(doctype, withOurFields);
      this.forms.set(doctype, form);
      this.run(form, 'setup');
      form.layout.tabs[0]?.set_active();
    }
    form.docname = name;
    form.isNew = isNew;
    form.refreshTabs();
    this.run(form, 'refresh');
    return form;
  }

  leave(form: FakeForm): void {
    form.page.wrapper.trigger('hide');
  }

  /** A message of the socket, or one of its own: `connect`, `disconnect`. */
  hear(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }

  listening(event: string): number {
    return this.listeners.get(event)?.length ?? 0;
  }

  private run(form: FakeForm, event: string): void {
    for (const handlers of this.scripts.get(form.doctype) ?? []) handlers[event]?.(form);
  }
}

function make(tag: string, className: string, parent: HTMLElement): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
}
