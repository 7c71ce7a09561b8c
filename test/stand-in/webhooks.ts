/**
 * The stand-in's Webhooks: the body, the signature and the events of Frappe's, sent once and without a worker.
 * Switched on in `site.settings`, as in AI Settings; whatever came of a delivery stands in `site.deliveries`.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import table from '../../fixtures/app/webhooks.json' with { type: 'json' };
import type { Change } from './records.ts';
import type { Site } from './site.ts';

const ENDPOINTS = new Map(
  z
    .array(z.object({ doctype: z.string(), endpoint: z.string() }))
    .parse(table)
    .map(({ doctype, endpoint }) => [doctype, endpoint]),
);

/** Two Webhooks for each DocType see every change there is; a delete is one more change. */
const EVENTS = { insert: 'after_insert', update: 'on_change', delete: 'on_change' } as const;

export function attachWebhooks(site: Site): void {
  site.records.onChange((change) => {
    const endpoint = ENDPOINTS.get(change.doctype);
    const { webhooks, collect, sidecar_address: address } = site.settings;
    if (webhooks && collect && endpoint !== undefined)
      void deliver(site, `${address}/webhooks/${endpoint}`, change);
  });
}

async function deliver(site: Site, url: string, { doctype, name, event }: Change): Promise<void> {
  const time = Math.floor(site.clock.instant().getTime() / 1000);
  const body = pythonJson({ doctype, name, event: EVENTS[event], time });
  const signature = createHmac('sha256', site.webhookSecret).update(body).digest('base64');
  const headers = { 'content-type': 'application/json', 'x-frappe-webhook-signature': signature };
  const status = await fetch(url, { method: 'POST', body, headers }).then(
    (answer) => answer.status,
    () => null,
  );
  site.deliveries.push({ doctype, name, status });
}

/** As Python's `json.dumps` writes it: a space after each separator, nothing but ASCII. */
function pythonJson(members: Record<string, string | number>): string {
  const written = Object.entries(members).map((pair) => pair.map(ascii).join(': '));
  return `{${written.join(', ')}}`;
}

function ascii(value: string | number): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
