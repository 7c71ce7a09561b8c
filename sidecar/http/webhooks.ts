/**
 * Where the site's own Webhooks arrive: three addresses, which differ for whoever reads the site's list of them.
 * Routes only; what is believed is decided in `intake/webhook.ts`.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import table from '../../fixtures/app/webhooks.json' with { type: 'json' };
import type { Clock } from '../clock.ts';
import { MOST_BYTES, REFUSALS, refused, refusedType, type Refusal } from '../intake/webhook.ts';
import type { Metrics } from '../metrics.ts';

interface WebhookTools {
  /** Without one there are no such addresses. */
  secrets: readonly string[];
  clock: Clock;
  metrics: Metrics;
  /** Called for each delivery that is believed. */
  accepted(): void;
}

const ENDPOINTS = [...new Set(table.map(({ endpoint }) => `/${endpoint}`))];

export function createWebhooks(tools: WebhookTools): Hono {
  const { secrets, clock, metrics } = tools;
  const app = new Hono();
  if (secrets.length === 0) return app;

  /** The code and nothing else: what was sent may hold a pupil's name. */
  function refuse(code: Refusal): Response {
    metrics.webhooks.inc({ outcome: code });
    return Response.json({ code }, { status: REFUSALS[code] });
  }

  app.on(
    'POST',
    ENDPOINTS,
    async (context, next) => {
      const wrong = refusedType(context.req.header('content-type'));
      if (wrong !== null) return refuse(wrong);
      return next();
    },
    bodyLimit({ maxSize: MOST_BYTES, onError: () => refuse('webhook.too_large') }),
    async (context) => {
      const body = new Uint8Array(await context.req.arrayBuffer());
      const signature = context.req.header('x-frappe-webhook-signature');
      const wrong = refused(body, signature, secrets, clock.now());
      if (wrong !== null) return refuse(wrong);
      metrics.webhooks.inc({ outcome: 'accepted' });
      tools.accepted();
      return context.body(null, 202);
    },
  );
  return app;
}
