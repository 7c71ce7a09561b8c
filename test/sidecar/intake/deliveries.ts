/** Deliveries as Frappe makes them: Python's JSON, and its signature over the very bytes. */
import { createHmac } from 'node:crypto';

export const SECRET = 'present-secret-of-at-least-32-characters';
export const PREVIOUS = 'previous-secret-of-at-least-32-characters';
/** Nothing of this may ever be repeated. */
export const NAME = 'EDU-STU-LINA';

export function bodyAt(now: number, more: Record<string, unknown> = {}): string {
  const time = Math.floor(now / 1000);
  return JSON.stringify({ doctype: 'Student', name: NAME, event: 'on_change', time, ...more });
}

export function sign(body: string | Uint8Array, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}
