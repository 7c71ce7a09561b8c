/**
 * A stand-in site with a large school, as a process of its own: `large-site.ts STUDENTS`. Sends the environment of a
 * sidecar to its parent and ends with it.
 *
 * Pairing, pulls, reports and proposals are the stand-in's; of the insights that are written back it keeps nothing.
 */
import { serve } from '@hono/node-server';
import { once } from 'node:events';
import { Server } from 'node:http';
import { Hono } from 'hono';
import { METHOD_PREFIX, METHODS, type Request, type Response } from '../../sidecar/erpnext/contract.ts';
import { call, isMethod } from '../stand-in/contract/calls.ts';
import { STORED } from '../stand-in/contract/stored.ts';
import { find, given } from '../stand-in/contract/rows.ts';
import { PAGE } from '../stand-in/contract/snapshot.ts';
import { SiteClock } from '../stand-in/clock.ts';
import { Site } from '../stand-in/site.ts';
import { attachSocket } from '../stand-in/socket.ts';
import { LargeSchool } from './large-school.ts';

const HOST = '127.0.0.1';
const NOBODY: Set<string> = new Set();
const SAID: ReadonlySet<string> = new Set(['insight', 'assessment_insight', 'withdraw']);

const site = new Site({
  name: 'greenfield.example',
  clock: new SiteClock(Intl.DateTimeFormat().resolvedOptions().timeZone),
});
const modified = site.clock.now();
const school = new LargeSchool(Number(process.argv[2]), site.clock.today());
site.records.load(school.held);

function answer(method: string, body: unknown): unknown {
  if (!isMethod(method)) throw new Error(`no method ${method}`);
  if (method === 'snapshot') {
    const request = METHODS.snapshot.request.parse(body);
    if (school.count(request.doctype) !== null) return page(request);
  }
  if (method === 'digest') {
    const request = METHODS.digest.request.parse(body);
    const count = school.count(request.doctype);
    if (count !== null) return { doctype: request.doctype, count, newest: modified, next: null };
  }
  if (method === 'write_back') return writeBack(METHODS.write_back.request.parse(body));
  return call(site, method, body);
}

function page({ epoch, doctype, after }: Request<'snapshot'>): Response<'snapshot'> {
  site.pairing.check(epoch);
  if (after === undefined) throw new Error('only pages are made');
  const source = find(doctype);
  const size = source.children.length > 0 ? PAGE.withChildren : PAGE.flat;
  const rows = school
    .page(doctype, after, size)
    .map((document) => given(site, source, { ...document, modified }, NOBODY));
  return { doctype, rows, gone: [], next: rows.length === size ? (rows.at(-1)?.name ?? null) : null };
}

/** What is proposed must stand where it was written, or it is proposed again; what is only said need not. */
function writeBack({ epoch, items }: Request<'write_back'>): Response<'write_back'> {
  site.pairing.check(epoch);
  return {
    results: items.flatMap((item) =>
      SAID.has(item.kind)
        ? STORED
        : METHODS.write_back.response.parse(call(site, 'write_back', { epoch, items: [item] })).results,
    ),
  };
}

const app = new Hono();
app.post('/api/method/:method', async (context) =>
  context.json({
    message: answer(context.req.param('method').slice(METHOD_PREFIX.length), await context.req.json()),
  }),
);
const server = serve({ fetch: app.fetch, hostname: HOST, port: 0 });
if (!(server instanceof Server)) throw new Error('plain HTTP/1.1 only');
await once(server, 'listening');
attachSocket(site, new Map(), server);
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port to listen on');
const url = `http://${HOST}:${address.port}`;
const [key = '', secret = ''] = site.keys.sidecar.split(':');
process.once('disconnect', () => process.exit());
process.send?.({
  FRAPPE_URL: url,
  FRAPPE_SITE: site.name,
  FRAPPE_SOCKET_URL: url,
  FRAPPE_API_KEY: key,
  FRAPPE_API_SECRET: secret,
  REQUESTS_PER_MINUTE: '0',
});
