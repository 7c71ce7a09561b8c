/**
 * What we use of the Desk, typed once. Everything else in this folder reaches Frappe through these names, so
 * a page that offers them (a test, the demo) can run the very same compiled scripts.
 */

/** A jQuery object as far as we need one. */
export interface Query extends ArrayLike<HTMLElement> {
  on(event: string, handler: () => void): void;
  remove(): void;
}

export interface Tab {
  df: { fieldname?: string; hidden?: 0 | 1 };
  refresh(): void;
  is_active(): boolean;
  is_hidden(): boolean;
  set_active(): void;
}

export interface Form {
  doctype: string;
  docname: string;
  is_new(): boolean;
  reload_doc(): void;
  fields_dict: Record<string, { $wrapper: Query } | undefined>;
  layout: { tabs: Tab[]; wrapper: Query };
  page: { wrapper: Query };
}

export interface Dialog {
  $wrapper: Query;
  fields_dict: Record<string, { $wrapper: Query } | undefined>;
  set_title(html: string): void;
  show(): void;
  hide(): void;
}

interface DialogOptions {
  title: string;
  size: 'large';
  fields: { fieldname: string; fieldtype: 'HTML' }[];
  primary_action_label?: string;
  primary_action?: () => void;
}

interface Frappe {
  ui: {
    form: { on(doctype: string, handlers: Record<string, (frm: Form) => void>): void };
    Dialog: new (options: DialogOptions) => Dialog;
  };
  realtime: {
    on(event: string, handler: () => void): void;
    emit(event: string, ...args: string[]): void;
  };
  datetime: {
    prettyDate(siteDatetime: string): string;
    convert_to_user_tz(siteDatetime: string): string;
    /** Such as `dd-mm-yyyy`. */
    get_user_date_fmt(): string;
  };
  utils: {
    escape_html(text: string): string;
    get_form_link(doctype: string, name: string): string;
  };
  boot: { lang?: string };
  flags: Record<string, unknown>;
  csrf_token?: string;
  set_route(...parts: string[]): void;
}

declare global {
  const frappe: Frappe;
  /** Translates; `{0}` is replaced by the first value. Escapes nothing: lit-html does that for us. */
  // oxlint-disable-next-line no-underscore-dangle -- the name is Frappe's
  function __(text: string, values?: (string | number)[]): string;
}

export const TAB_FIELD = 'education_ai_tab';
export const PANEL_FIELD = 'education_ai_panel';
