/**
 * The one door from a panel to the site. It uses `fetch` and not `frappe.call`, which opens a message box of
 * its own for every 403, 404 and 500: a teacher would get one on each form of a pupil who is not theirs.
 */

import { list, part, text } from './reading.ts';

/** `forbidden`: the reader has no business here. `refused`: the site says why. `failed`: try again later. */
export type Reply =
  | { kind: 'answer'; message: unknown }
  | { kind: 'forbidden' }
  | { kind: 'refused'; why: string }
  | { kind: 'failed' };

const PREFIX = '/api/method/education_ai.';
const TIMEOUT_MS = 30_000;

/** Calls `education_ai.<method>`; never rejects. */
export async function ask(method: string, args: Record<string, unknown>): Promise<Reply> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(PREFIX + method, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'X-Frappe-CSRF-Token': frappe.csrf_token ?? '',
      },
      body: JSON.stringify(args),
      signal: abort.signal,
    });
    if (response.status === 403) return { kind: 'forbidden' };
    if (response.status === 417) return { kind: 'refused', why: whyOf(await response.json()) };
    if (!response.ok) return { kind: 'failed' };
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'message' in body
      ? { kind: 'answer', message: body.message }
      : { kind: 'failed' };
  } catch {
    return { kind: 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

/** Frappe's messages of a refused request: a JSON list of JSON objects, as text. */
function whyOf(body: unknown): string {
  const messages = list(parsed(text(part(body, '_server_messages'))));
  return messages.map((message) => text(part(parsed(text(message)), 'message'))).join(' ');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
