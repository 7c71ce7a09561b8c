/**
 * The one door to the site: the six calls of the contract, parsed on the way in.
 *
 * frappe-js-sdk makes the request; its axios adapter is the one seam where the queue (never more than two
 * requests at once: a small bench has two workers), the breaker and the timeout sit. Before it stands the rate:
 * live changes first. Nothing is repeated here: the work table owns retries, and `operations.ts` those of a person who
 * waits.
 */
import { getAdapter, isAxiosError, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import { ConsecutiveBreaker, TimeoutStrategy, circuitBreaker, handleWhen, timeout, wrap } from 'cockatiel';
import { FrappeApp } from 'frappe-js-sdk';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import PQueue from 'p-queue';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { METHOD_PREFIX, METHODS, type MethodName, type Request, type Response } from './contract.ts';
import { failureOf, parseOf } from './failure.ts';
import { createRate } from './rate.ts';

/** A function per method. */
export interface Site {
  hello(request: Request<'hello'>): Promise<Response<'hello'>>;
  pull(request: Request<'pull'>): Promise<Response<'pull'>>;
  snapshot(request: Request<'snapshot'>): Promise<Response<'snapshot'>>;
  digest(request: Request<'digest'>): Promise<Response<'digest'>>;
  writeBack(request: Request<'write_back'>): Promise<Response<'write_back'>>;
  report(request: Request<'report'>): Promise<Response<'report'>>;
}

const TIMEOUT_MS = 60_000;
const LARGEST_ANSWER = 128 * 1024 * 1024;
/** More failures in a row than halving one page of 2,000 down to its poisoned row can cause. */
const BREAK_AFTER = 20;
const BREAK_MS = 10_000;
const LONGEST_RETRY_AFTER_S = 60;

/** `send` makes the request; only a test gives another. */
export function createSite(
  config: Config,
  clock: Clock,
  metrics: Metrics,
  send: AxiosAdapter = getAdapter(['http']),
): Site {
  const call = new FrappeApp(
    config.frappeUrl,
    { useToken: true, type: 'token', token: () => `${config.apiKey}:${config.apiSecret}` },
    undefined,
    // Without it a bench that is reached by address cannot tell its sites apart.
    { 'X-Frappe-Site-Name': config.site },
  ).call();
  const httpAgent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  Object.assign(call.axios.defaults, { httpAgent, httpsAgent, maxContentLength: LARGEST_ANSWER });
  call.axios.defaults.maxRedirects = 0;
  call.axios.defaults.adapter = throttled(clock, send);
  const rate = createRate(config.requestsPerMinute, clock);

  async function post<T>(
    method: MethodName,
    schemas: { request: z.ZodType; response: z.ZodType<T> },
    request: unknown,
    /** What is asked, where it is no live change: a page of a first load, a question of a check. */
    background: string | null = null,
  ): Promise<T> {
    await rate.turn(background !== null);
    const began = clock.now();
    let took: number | null = null;
    try {
      const answer: unknown = await call.post(METHOD_PREFIX + method, request).catch((thrown: unknown) => {
        throw failureOf(thrown);
      });
      took = clock.now() - began;
      return parseAnswer(answer, schemas.response);
    } finally {
      metrics.requests.observe({ method }, (clock.now() - began) / 1000);
      if (background !== null) rate.answered(background, took);
    }
  }

  return {
    hello: (request) => post('hello', METHODS.hello, request),
    pull: (request) => post('pull', METHODS.pull, request),
    snapshot: (request) =>
      post('snapshot', METHODS.snapshot, request, request.after === undefined ? null : request.doctype),
    digest: (request) => post('digest', METHODS.digest, request, `digest of ${request.doctype}`),
    writeBack: (request) => post('write_back', METHODS.write_back, request),
    report: (request) => post('report', METHODS.report, request),
  };
}

/** Frappe wraps what a method returns in `message`. Anything else was cut short, or is not Frappe. */
function parseAnswer<T>(answer: unknown, schema: z.ZodType<T>): T {
  const envelope = z.object({ message: z.unknown() }).safeParse(answer);
  if (!envelope.success) {
    const html = typeof answer === 'string' && /^\s*</.test(answer);
    throw new AppError(html ? 'site.not_frappe' : 'site.malformed', { detail: 'no message in the answer' });
  }
  return parseOf(schema, envelope.data.message);
}

/** News, and what was made of it, go before the questions that wait in a row: a hundred pupils may. */
function isWaitedFor({ url }: InternalAxiosRequestConfig): boolean {
  return url?.endsWith('.pull') === true || url?.endsWith('.write_back') === true;
}

function throttled(clock: Clock, send: AxiosAdapter) {
  const queue = new PQueue({ concurrency: 2 });
  // 4xx are answers: only a site that is away or failing opens the breaker.
  const broken = handleWhen((thrown) => !isAxiosError(thrown) || (thrown.response?.status ?? 500) >= 500);
  const policy = wrap(
    circuitBreaker(broken, { halfOpenAfter: BREAK_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) }),
    timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive),
  );

  return (request: InternalAxiosRequestConfig) =>
    queue.add(
      () =>
        policy.execute(async ({ signal }) => {
          try {
            return await send({ ...request, signal });
          } catch (thrown) {
            if (isAxiosError(thrown) && thrown.response?.status === 429) {
              holdBack(Number(thrown.response.headers['retry-after']));
            }
            throw thrown;
          }
        }),
      { priority: isWaitedFor(request) ? 1 : 0 },
    );

  function holdBack(seconds: number): void {
    if (!(seconds > 0) || queue.isPaused) return;
    queue.pause();
    void clock.sleep(Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000).then(() => queue.start());
  }
}
