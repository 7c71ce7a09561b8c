/**
 * A real site for the live tests: its REST door as Administrator, and its bench where one is given.
 *
 * `FRAPPE_URL` and `ADMIN_KEY` (`key:secret` of an Administrator) name the site, `FRAPPE_BENCH` the bench's
 * folder; without them a live test skips with one line that says so.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';

const execute = promisify(execFile);

export const MISSING_SITE = 'needs a real site: set FRAPPE_URL and ADMIN_KEY';
export const MISSING_BENCH = 'needs the bench itself: set FRAPPE_BENCH beside FRAPPE_URL and ADMIN_KEY';

/** A document as REST gives it. */
export type Document = Record<string, unknown> & { name: string };

const Named = z.looseObject({ name: z.string() });

/** An answer of the site that is no success: its status, Frappe's exception type and our own code where there is one. */
export class SiteAnswer extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`HTTP ${status}: ${body.slice(0, 400)}`);
    this.status = status;
    this.body = body;
  }
}

export class LiveSite {
  readonly url: string;
  readonly headers: Record<string, string>;

  /** `key` is `key:secret`; null asks as a guest. `host` picks another site of the same bench. */
  constructor(url: string, key: string | null, host?: string) {
    this.url = url.replace(/\/$/, '');
    this.headers = { 'content-type': 'application/json', accept: 'application/json' };
    if (key !== null) this.headers['authorization'] = `token ${key}`;
    if (host !== undefined) this.headers['x-frappe-site-name'] = host;
  }

  /** One request; the parsed body of a 2xx answer. */
  async request(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(this.url + path, {
      method,
      headers: this.headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new SiteAnswer(answer.status, text);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  }

  async call(method: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const answer = await this.request('POST', `/api/method/${method}`, args);
    return answer['message'];
  }

  async get(doctype: string, name: string): Promise<Document> {
    const answer = await this.request('GET', resource(doctype, name));
    return Named.parse(answer['data']);
  }

  async list(
    doctype: string,
    query: { fields?: string[]; filters?: unknown[]; order_by?: string; limit?: number } = {},
  ): Promise<Document[]> {
    const search = new URLSearchParams({
      fields: JSON.stringify(query.fields ?? ['name']),
      filters: JSON.stringify(query.filters ?? []),
      order_by: query.order_by ?? 'name asc',
      limit_page_length: String(query.limit ?? 0),
    });
    const answer = await this.request('GET', `${resource(doctype)}?${search}`);
    return z.array(Named).parse(answer['data']);
  }

  async insert(doctype: string, document: Record<string, unknown>): Promise<Document> {
    const answer = await this.request('POST', resource(doctype), document);
    return Named.parse(answer['data']);
  }

  async update(doctype: string, name: string, values: Record<string, unknown>): Promise<Document> {
    const answer = await this.request('PUT', resource(doctype, name), values);
    return Named.parse(answer['data']);
  }

  async remove(doctype: string, name: string): Promise<void> {
    await this.request('DELETE', resource(doctype, name));
  }
}

function resource(doctype: string, name?: string): string {
  const path = `/api/resource/${encodeURIComponent(doctype)}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

/** The site of the environment, or null where a live test has to skip. */
export function siteOfEnvironment(): LiveSite | null {
  const { FRAPPE_URL: url, ADMIN_KEY: key } = process.env;
  return url && key ? new LiveSite(url, key) : null;
}

/** The bench of the environment: runs `bench` commands on the site. */
export class LiveBench {
  readonly folder: string;
  readonly site: string;

  constructor(folder: string, site: string) {
    this.folder = folder;
    this.site = site;
  }

  /** `bench <args>` in the bench's folder; its standard output. */
  async bench(...args: string[]): Promise<string> {
    const { stdout } = await execute('bench', args, { cwd: this.folder, maxBuffer: 64 * 2 ** 20 });
    return stdout;
  }

  async onSite(...args: string[]): Promise<string> {
    return this.bench('--site', this.site, ...args);
  }
}

export function benchOfEnvironment(): LiveBench | null {
  const { FRAPPE_URL: url, FRAPPE_BENCH: folder, FRAPPE_SITE: site } = process.env;
  return url && folder ? new LiveBench(folder, site ?? new URL(url).hostname) : null;
}
