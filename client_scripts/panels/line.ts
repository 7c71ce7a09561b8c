/** One line above the form's tabs that says there is something, and leads to our tab. */
import { html, render } from 'lit-html';
import type { Level } from './answers.ts';
import type { Form } from './desk.ts';
import { levelMark } from './sections.ts';

/** What the line says; details stay in the tab, since a form is often open while others look on. */
export interface Notice {
  level: Level | null;
  text: string;
}

const CLASS = 'edai-line';

/** Shows, replaces or removes the form's one line; a refresh of the form never makes it two. */
export function showLine(frm: Form, notice: Notice | null, open: () => void): void {
  const top = frm.layout.wrapper[0];
  if (!top) return;
  const found = top.querySelector<HTMLElement>(`:scope > .${CLASS}`);
  if (!notice) {
    found?.remove();
    return;
  }
  const line = found ?? document.createElement('div');
  if (!found) {
    line.className = `edai ${CLASS}`;
    top.prepend(line);
  }
  render(
    html`${levelMark(notice.level)}<span>${notice.text}</span>
      <button type="button" class="btn btn-xs btn-default" @click=${open}>${__('Open insights')}</button>`,
    line,
  );
}
