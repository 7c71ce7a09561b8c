/** The `frappe` that form scripts find on the page: only what they use, done as the Desk does it. */
import { io, type Socket } from 'socket.io-client';
import { DeskDialog } from './dialog.ts';
import type { Handlers } from './form.ts';

export type DeskFrappe = typeof frappe;

const MINUTE_MS = 60_000;

/** Form scripts by DocType, in the order in which they were registered. */
export const scripts = new Map<string, Handlers[]>();

export function createFrappe(siteName: string, go: (...parts: string[]) => void): DeskFrappe {
  // Only a WebSocket carries an Origin to one's own server, and the site asks for one.
  const socket: Socket = io(`/${siteName}`, { transports: ['websocket'] });
  return {
    ui: {
      form: {
        on: (doctype, handlers) => scripts.set(doctype, [...(scripts.get(doctype) ?? []), handlers]),
      },
      Dialog: DeskDialog,
    },
    realtime: {
      on: (event, handler) => void socket.on(event, () => handler()),
      emit: (event, ...args) => void socket.emit(event, ...args),
    },
    datetime: {
      prettyDate,
      // the stand-in keeps the time zone of the machine it runs on
      convert_to_user_tz: (siteDatetime) => siteDatetime,
      get_user_date_fmt: () => 'dd-mm-yyyy',
    },
    utils: {
      escape_html: (text) => {
        const element = document.createElement('div');
        element.textContent = text;
        return element.innerHTML.replaceAll('"', '&quot;');
      },
      get_form_link: (doctype, name) => formLink(doctype, name),
    },
    boot: { lang: 'en' },
    flags: {},
    csrf_token: '',
    set_route: (...parts) => go(...parts),
  };
}

/** `{0}` is replaced by the first value; the demo is in English. */
export function translate(text: string, values: (string | number)[] = []): string {
  return values.reduce<string>((said, value, at) => said.replace(`{${at}}`, () => String(value)), text);
}

export function formLink(doctype: string, name: string): string {
  return `/app/${doctype.toLowerCase().replaceAll(' ', '-')}/${encodeURIComponent(name)}`;
}

function prettyDate(siteDatetime: string): string {
  const minutes = Math.floor((Date.now() - new Date(siteDatetime.replace(' ', 'T')).getTime()) / MINUTE_MS);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} minutes ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} hours ago` : '';
}
