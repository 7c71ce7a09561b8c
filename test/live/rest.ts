/** A real site's REST interface as an Administrator or anybody else sees it: for loading and for checking. */
import { z } from 'zod';
import type { LiveEnvironment } from './environment.ts';

/** The site's own refusal or failure. `retry` where the same request may succeed later. */
export class RestError extends Error {
  readonly status: number;
  readonly retry: boolean;

  constructor(status: number, message: string, retry: boolean) {
    super(message);
    this.name = 'RestError';
    this.status = status;
    this.retry = retry;
  }
}

const Failure = z.object({
  exc_type: z.string().optional(),
  exception: z.string().optional(),
});
const PASSING = new Set(['QueryDeadlockError', 'QueryTimeoutError', 'RetryBackgroundJobError']);
const REQUEST_TIMEOUT_MS = 115_000;

export class Rest {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  static administrator({ url, adminKey }: LiveEnvironment): Rest {
    return new Rest(url, { authorization: `token ${adminKey}` });
  }

  /** A browser's session for a person with a password. */
  static async login({ url }: LiveEnvironment, user: string, password: string): Promise<Rest> {
    const answer = await fetch(`${url}/api/method/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ usr: user, pwd: password }),
    });
    if (!answer.ok) throw new RestError(answer.status, `${user} could not log in`, false);
    const cookie = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    return new Rest(url, { cookie: cookie.join('; ') });
  }

  /** The `message` of a whitelisted method. */
  async call<T>(schema: z.ZodType<T>, method: string, args: Record<string, unknown> = {}): Promise<T> {
    const body = await this.#request('POST', `/api/method/${method}`, args);
    return z.object({ message: schema }).parse(body).message;
  }

  /** All documents' chosen fields; cancelled ones are left out. */
  async list<T>(
    row: z.ZodType<T>,
    doctype: string,
    fields: string[],
    filters: unknown[][] = [],
  ): Promise<T[]> {
    const query = new URLSearchParams({
      fields: JSON.stringify(fields),
      filters: JSON.stringify([...filters, ['docstatus', '<', 2]]),
      limit_page_length: '0',
    });
    const body = await this.#request(
      'GET',
      `/api/resource/${encodeURIComponent(doctype)}?${query.toString()}`,
    );
    return z.object({ data: z.array(row) }).parse(body).data;
  }

  async update(doctype: string, name: string, values: Record<string, unknown>): Promise<void> {
    await this.#request(
      'PUT',
      `/api/resource/${encodeURIComponent(doctype)}/${encodeURIComponent(name)}`,
      values,
    );
  }

  async #request(method: string, path: string, body?: Record<string, unknown>): Promise<unknown> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { ...this.#headers, 'content-type': 'application/json', accept: 'application/json' },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new RestError(0, `${this.#url} did not answer: ${String(cause)}`, true);
    });
    const text = await answer.text();
    if (!answer.ok) throw failure(answer.status, text);
    return JSON.parse(text);
  }
}

function failure(status: number, text: string): RestError {
  const parsed = Failure.safeParse(tryJson(text));
  const told = parsed.success ? parsed.data : {};
  const passing = status >= 500 || status === 429 || PASSING.has(told.exc_type ?? '');
  const message = told.exception ?? text.slice(0, 300);
  return new RestError(status, `${status} ${message}`, passing && told.exc_type !== 'TypeError');
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // a proxy's or the web server's own page
    return null;
  }
}
