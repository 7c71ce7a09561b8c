/** Our tab on a form: shown only to a reader who has something to read there, opened on request. */
import { type Form, PANEL_FIELD, TAB_FIELD } from './desk.ts';

/** The place for our markup, made once in the HTML field; null on a form without our field. */
export function panelRoot(frm: Form): HTMLElement | null {
  const field = frm.fields_dict[PANEL_FIELD]?.$wrapper[0];
  if (!field) return null;
  const found = field.querySelector<HTMLElement>(':scope > .edai');
  if (found) return found;
  const root = document.createElement('div');
  root.className = 'edai edai-panel';
  field.append(root);
  return root;
}

/** Only flips the tab's own switch: the document, dirty or not, is left alone. */
export function toggleTab(frm: Form, visible: boolean): void {
  const tab = findTab(frm);
  if (!tab) return;
  tab.df.hidden = visible ? 0 : 1;
  tab.refresh();
  // The link of a form's only visible tab Frappe hides, and does not bring back where a second one appears.
  if (visible) for (const other of frm.layout.tabs) other.refresh();
  // Frappe leaves a hidden tab's pane open and its form without any open tab.
  if (!visible && tab.is_active()) frm.layout.tabs.find((one) => !one.is_hidden())?.set_active();
}

export function openTab(frm: Form): void {
  findTab(frm)?.set_active();
}

/** Opens the tab and puts the reader at its first sentence. */
export function enterTab(frm: Form): void {
  openTab(frm);
  panelRoot(frm)?.querySelector<HTMLElement>('h3')?.focus();
}

function findTab(frm: Form): Form['layout']['tabs'][number] | undefined {
  return frm.layout.tabs.find((tab) => tab.df.fieldname === TAB_FIELD);
}
