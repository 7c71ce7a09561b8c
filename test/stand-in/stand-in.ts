/** Starts the stand-in site: a school in memory behind real HTTP and a real socket, on one port of this machine. */
import { serve } from '@hono/node-server';
import { once } from 'node:events';
import { Server } from 'node:http';
import { SiteClock } from './clock.ts';
import { siteApi, type Sessions } from './http.ts';
import { deskPage } from './desk-page.ts';
import type { School } from './school/generate.ts';
import { Site } from './site.ts';
import { attachSocket } from './socket.ts';
import { attachWebhooks } from './webhooks.ts';

export interface StandIn {
  site: Site;
  sessions: Sessions;
  url: string;
  /** What a sidecar's environment file holds, but for `SEALING_KEY`. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

export interface StandInOptions {
  school: School;
  /** Whether to serve the Desk-like page too; it takes a moment to compile. */
  page?: boolean;
  /** 0 for any free port. */
  port?: number;
  name?: string;
  clock?: SiteClock;
}

const HOST = '127.0.0.1';

export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { school, port = 0, name = 'greenfield.example' } = options;
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const site = new Site({ name, clock: options.clock ?? new SiteClock(timeZone) });
  site.records.load(school.documents);
  attachWebhooks(site);
  const sessions: Sessions = new Map();
  const api = siteApi(site, sessions);
  if (options.page === true) api.route('/', await deskPage({ site, sessions, ...school }));
  const server = serve({ fetch: api.fetch, hostname: HOST, port });
  if (!(server instanceof Server)) throw new Error('the stand-in speaks plain HTTP/1.1 only');
  await once(server, 'listening');
  const closeSocket = attachSocket(site, sessions, server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  const url = `http://${HOST}:${address.port}`;
  const [key = '', secret = ''] = site.keys.sidecar.split(':');
  return {
    site,
    sessions,
    url,
    environment: {
      FRAPPE_URL: url,
      FRAPPE_SITE: name,
      FRAPPE_SOCKET_URL: url,
      FRAPPE_API_KEY: key,
      FRAPPE_API_SECRET: secret,
      WEBHOOK_SECRET: site.webhookSecret,
      // It is held in memory and serves nobody else.
      REQUESTS_PER_MINUTE: '0',
    },
    async close() {
      // closes the HTTP server with it
      await closeSocket();
    },
  };
}
