/**
 * What the sidecar answers over HTTP: its health, its metrics, the command line and the site's webhooks. The one place
 * where an error becomes an answer.
 */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { asAppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Health } from '../status.ts';

const HealthBody = z.object({
  live: z.boolean(),
  ready: z.boolean(),
  why: z.array(z.object({ code: z.string(), message: z.string(), check: z.string() })),
  load: z
    .object({
      rows: z.int(),
      total: z.int(),
      doctypes: z.array(z.object({ doctype: z.string(), rows: z.int(), total: z.int(), done: z.boolean() })),
    })
    .nullable(),
  hears: z.object({ socket: z.boolean(), webhook: z.iso.datetime().nullable(), timer: z.boolean() }),
});

const content = { 'application/json': { schema: HealthBody } };

const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  responses: {
    200: { description: 'Insights are kept up to date', content },
    503: { description: 'Not yet, or not now: `why` says what is waited for', content },
  },
});

interface HttpTools {
  health(): Promise<Health>;
  metrics: Metrics;
  measure(): Promise<void>;
  /** Mounted below `/control`. */
  control: OpenAPIHono;
  /** Mounted below `/webhooks`. */
  webhooks: Hono;
}

export function createHttp(tools: HttpTools) {
  const app = new OpenAPIHono({
    // What was sent is not repeated: it may hold a pupil's name.
    defaultHook: (result, context) =>
      result.success ? undefined : context.json({ code: 'request.invalid' }, 422),
  });
  app.openapi(healthRoute, async (context) => {
    const health = await tools.health();
    return context.json(health, health.ready ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    await tools.measure();
    return context.text(await tools.metrics.registry.metrics(), 200, {
      'content-type': tools.metrics.registry.contentType,
    });
  });
  app.route('/control', tools.control);
  app.route('/webhooks', tools.webhooks);
  app.onError((thrown, context) => {
    if (thrown instanceof HTTPException) return thrown.getResponse();
    const error = asAppError(thrown);
    return context.json({ code: error.code, message: error.message, check: error.check }, 500);
  });
  return app;
}
