/** What the sidecar counts about itself, for `GET /metrics`. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    events: new Counter({ name: 'education_ai_events_total', help: 'Outbox rows pulled', registers }),
    webhooks: new Counter({
      name: 'education_ai_webhooks_total',
      help: 'Deliveries of the site, accepted or refused with a code',
      labelNames: ['outcome'],
      registers,
    }),
    documents: new Counter({
      name: 'education_ai_documents_total',
      help: 'Documents stored in the mirror or found gone',
      labelNames: ['outcome'],
      registers,
    }),
    insights: new Counter({
      name: 'education_ai_write_back_total',
      help: 'Items written back, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    errors: new Counter({
      name: 'education_ai_errors_total',
      help: 'Failed attempts by stage and code',
      labelNames: ['stage', 'code'],
      registers,
    }),
    requests: new Histogram({
      name: 'education_ai_site_request_seconds',
      help: 'Requests to the site, by contract method',
      labelNames: ['method'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    batches: new Histogram({
      name: 'education_ai_batch_seconds',
      help: 'One batch of a stage, from claim to stored',
      labelNames: ['stage'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    waiting: new Gauge({
      name: 'education_ai_work_waiting',
      help: 'Pieces of work that are due within a minute',
      labelNames: ['stage'],
      registers,
    }),
    dead: new Gauge({ name: 'education_ai_work_dead', help: 'Pieces of work given up', registers }),
    lag: new Gauge({
      name: 'education_ai_lag_seconds',
      help: 'Age of the oldest work that is due',
      registers,
    }),
    ready: new Gauge({ name: 'education_ai_ready', help: '1 when insights are kept up to date', registers }),
  };
}
