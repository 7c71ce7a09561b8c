/** The little of jQuery that form scripts use of the Desk: an element, its events, its removal. */
import type { Query } from '../../../client_scripts/panels/desk.ts';

export function query(element: HTMLElement): Query {
  return {
    0: element,
    length: 1,
    on: (event, handler) => element.addEventListener(event, handler),
    remove: () => element.remove(),
  };
}

export function make(tag: string, className: string, parent: HTMLElement, text = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  parent.append(element);
  return element;
}
