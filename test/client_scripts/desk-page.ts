/** A Desk with our scripts loaded, fresh for each test of the file that asks for it, and a site that answers when told. */
import { afterEach, beforeEach, vi } from 'vitest';
import { FORMS } from '../../client_scripts/forms.ts';
import { FakeDesk } from './fake-desk.ts';

interface Asked {
  method: string;
  args: unknown;
  reply(status: number, body: unknown): Promise<void>;
}

export function deskForEachTest() {
  let desk: FakeDesk;
  let open: Asked[];

  beforeEach(async () => {
    vi.useFakeTimers();
    document.head.innerHTML = '';
    document.body.innerHTML = '';
    desk = new FakeDesk();
    open = [];
    vi.stubGlobal('frappe', desk.frappe);
    vi.stubGlobal('__', desk.translate);
    vi.stubGlobal('fetch', (url: string, init: { body: string }) => {
      const { promise, resolve } = Promise.withResolvers<Response>();
      async function reply(status: number, body: unknown): Promise<void> {
        resolve(new Response(JSON.stringify(body), { status }));
        await vi.advanceTimersByTimeAsync(0);
      }
      open.push({ method: url.split('.').at(-1) ?? '', args: JSON.parse(init.body), reply });
      return promise;
    });
    vi.resetModules();
    for (const script of FORMS) await import(`../../client_scripts/${script}.ts`);
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  return {
    get desk() {
      return desk;
    },
    /** Requests the site has got and not answered yet, oldest first. */
    get open() {
      return open;
    },
    /** Answers the oldest. */
    async answer(message: unknown, status = 200, body: object = {}): Promise<void> {
      const asked = open.shift();
      if (!asked) throw new Error('nothing was asked');
      await asked.reply(status, { message, ...body });
    },
  };
}

/** What the panel says. */
export function shownText(): string {
  return (document.querySelector('.frappe-control')?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

export function button(label: string): HTMLElement {
  const found = [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === label);
  if (!found) throw new Error(`no button ${label}`);
  return found;
}
