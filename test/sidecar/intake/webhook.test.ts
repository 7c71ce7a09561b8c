import { describe, expect, test } from 'vitest';
import { MOST_BYTES, refused, refusedType } from '../../../sidecar/intake/webhook.ts';
import { bodyAt, PREVIOUS, SECRET, sign } from './deliveries.ts';

const NOW = Date.UTC(2026, 10, 23, 8, 0, 0, 500);
const bytes = (text: string) => new TextEncoder().encode(text);

/** What comes of a body that is signed as the site would, or as given. */
function verdict(body: string | Uint8Array, signature?: string, secrets = [SECRET], now = NOW) {
  const raw = typeof body === 'string' ? bytes(body) : body;
  return refused(raw, signature ?? sign(raw), secrets, now) ?? 'accepted';
}

describe('a delivery', () => {
  test('is believed with the signature of its very bytes, by the present or the previous secret', () => {
    const body = bodyAt(NOW);
    expect(verdict(body)).toBe('accepted');
    const both = [SECRET, PREVIOUS];
    expect(verdict(body, sign(body, PREVIOUS), both)).toBe('accepted');
    expect(verdict(body, sign(body, SECRET), both)).toBe('accepted');
    expect(verdict(body, sign(body, PREVIOUS), [SECRET])).toBe('webhook.unsigned');
  });

  test('is signed by whoever holds the secret, and by nobody else', () => {
    const body = bodyAt(NOW);
    const right = sign(body);
    for (const wrong of ['', right.slice(0, -1), `${right}=`, right.toLowerCase(), `${right}, ${right}`, 'ü'])
      expect(verdict(body, wrong), wrong).toBe('webhook.unsigned');
    const hex = Buffer.from(right, 'base64').toString('hex');
    expect(verdict(body, hex)).toBe('webhook.unsigned');
    expect(refused(bytes(body), undefined, [SECRET], NOW)).toBe('webhook.unsigned');
    expect(verdict(body, right, [])).toBe('webhook.unsigned');
  });

  test('of other bytes is forged, also where they mean the same', () => {
    const body = bodyAt(NOW);
    expect(verdict(`${body} `, sign(body))).toBe('webhook.unsigned');
    expect(verdict(body.slice(0, -1), sign(body))).toBe('webhook.unsigned');
  });

  test('is refused five minutes after its time, and more than one before it', () => {
    const verdicts = [-299, 60, -300, 61].map((seconds) =>
      verdict(bodyAt(NOW, { time: NOW / 1000 + seconds - 0.5 })),
    );
    expect(verdicts).toEqual(['accepted', 'accepted', 'webhook.stale', 'webhook.stale']);
  });

  test('has its four members and no other, each of its kind', () => {
    const odd = [
      { doctype: 7 },
      { name: '' },
      { name: null },
      { name: 'x'.repeat(281) },
      { event: ['on_change'] },
      { time: String(NOW) },
      { time: 1.5 },
      { time: null },
      { student_name: 'Lina Haddad' },
    ];
    for (const more of odd) expect(verdict(bodyAt(NOW, more)), JSON.stringify(more)).toBe('webhook.invalid');
    for (const text of ['', 'null', '[]', '"x"', '{}', '{', bodyAt(NOW).slice(1), `\uFEFF${bodyAt(NOW)}`])
      expect(verdict(text), text).toBe('webhook.invalid');
    const latin1 = Uint8Array.from(Buffer.from(bodyAt(NOW, { name: 'José' }), 'latin1'));
    expect(verdict(latin1)).toBe('webhook.invalid');
  });

  test('takes the longest name there can be, and 16 kB are enough for it', () => {
    const longest = bodyAt(NOW, { name: '\u{1F600}'.repeat(140), doctype: 'ü'.repeat(140) });
    expect(verdict(longest)).toBe('accepted');
    // each unit as the six bytes of an escape, as Python writes it
    expect(longest.length * 6).toBeLessThan(MOST_BYTES / 2);
  });

  test('is JSON in UTF-8 or refused unread', () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
    ])
      expect(refusedType(type), type).toBeNull();
    const others = [
      undefined,
      '',
      'text/plain',
      'application/json; charset=latin1',
      'application/json; charset=utf-16',
      'application/jsonp',
      'application/json, text/html',
      'multipart/form-data; boundary=x',
    ];
    for (const type of others) expect(refusedType(type), type).toBe('webhook.content_type');
  });
});
