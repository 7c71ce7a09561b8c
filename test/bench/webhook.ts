/**
 * A flood of webhooks on a real sidecar process, which has one core at most, over real HTTP with a connection for
 * each, as Frappe makes them: how many a second it takes, and how many pulls come of it at the stand-in.
 */
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { atLeast, atMost, type Figure } from '../live/bench/figure.ts';
import { beside, type Beside } from './beside.ts';

const SECONDS = 10;
const AT_ONCE = 32;
const LEAST_A_SECOND = 1_000;
const MOST_PULLS_A_SECOND = 2;

export function webhook(): Promise<Figure[]> {
  return beside(10, {}, flood);
}

async function flood({ standIn: { site }, sidecar }: Beside): Promise<Figure[]> {
  let pulls = 0;
  site.onCall = ({ method }) => {
    if (method === 'pull') pulls += 1;
  };
  const [cpuBefore, began] = [await sidecar.cpuSeconds(), performance.now()];
  const end = began + SECONDS * 1000;
  let accepted = 0;
  let refused = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < end) {
        if (await deliver(sidecar.address, site.webhookSecret)) accepted += 1;
        else refused += 1;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const cpu = (await sidecar.cpuSeconds()) - cpuBefore;
  return [
    atLeast('webhooks taken', accepted / seconds, LEAST_A_SECOND, '/s'),
    atMost('webhooks refused', refused, 0, ''),
    atLeast('webhooks for each second of one core', accepted / cpu, LEAST_A_SECOND, '/s'),
    // from one pull to the next: the first of them begins the first interval
    atMost('pulls that resulted', (pulls - 1) / seconds, MOST_PULLS_A_SECOND, '/s'),
  ];
}

/** One delivery on a connection of its own; whether it was answered with 202. */
async function deliver(address: string, secret: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const time = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ doctype: 'Student', name: 'EDU-STU-2026-00001', event: 'on_change', time });
  const head = [
    'POST /webhooks/student-update HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-Frappe-Webhook-Signature: ${createHmac('sha256', secret).update(body).digest('base64')}`,
  ];
  const socket = connect(Number(port), hostname).end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return (await text(socket)).startsWith('HTTP/1.1 202 ');
}
