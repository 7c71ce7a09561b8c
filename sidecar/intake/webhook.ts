/**
 * Whether a delivery of the site's own Webhooks is to be believed. Pure: bytes and a time in, a verdict out.
 *
 * What is believed still only means "pull now": nothing in it is used, and nothing of it is repeated or kept.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** No more than this is read; the longest names there can be need half of it. */
export const MOST_BYTES = 16 * 1024;
const OLDEST_S = 300;
/** The clocks of two machines differ a little. */
const AHEAD_S = 60;
const JSON_IN_UTF8 = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/** Why a delivery is not believed, and the HTTP status that says so. `sidecar/README.md` prints this table. */
export const REFUSALS = {
  'webhook.unsigned': 401,
  'webhook.too_large': 413,
  'webhook.content_type': 415,
  'webhook.invalid': 422,
  'webhook.stale': 422,
} as const;

export type Refusal = keyof typeof REFUSALS;

/** 140 characters on the site, each two units here at worst. */
const Name = z.string().min(1).max(280);

const Delivery = z.strictObject({
  doctype: Name,
  name: Name,
  event: Name,
  /** Seconds since 1970, UTC: inside the signed body, since Frappe signs no header. */
  time: z.int(),
});

/** Before the body is read: null where it may be. */
export function refusedType(contentType: string | undefined): Refusal | null {
  if (JSON_IN_UTF8.test(contentType ?? '')) return null;
  return 'webhook.content_type';
}

/**
 * null where the delivery is the site's and fresh. `signature` is base64 of HMAC-SHA256 over the raw bytes, as
 * Frappe sends it; during a rotation two secrets hold. Nothing is parsed before the signature holds.
 */
export function refused(
  body: Uint8Array,
  signature: string | undefined,
  secrets: readonly string[],
  now: number,
): Refusal | null {
  // Every secret is tried, so that the time taken does not tell which one held.
  const held = secrets.filter((secret) => isSignedBy(secret, body, signature ?? ''));
  if (held.length === 0) return 'webhook.unsigned';
  const delivery = Delivery.safeParse(parsed(body));
  if (!delivery.success) return 'webhook.invalid';
  const age = now / 1000 - delivery.data.time;
  return age > OLDEST_S || age < -AHEAD_S ? 'webhook.stale' : null;
}

function isSignedBy(secret: string, body: Uint8Array, signature: string): boolean {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** undefined for what is no JSON in UTF-8. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}
