/** What the first load of the school costs on the embedded database: time, requests and memory. */
import { z } from 'zod';
import { Sidecar, type SidecarOptions } from '../sidecar.ts';
import { printed, type Figure } from './figure.ts';

const LIMIT_MS = 900_000;

/** Starts on an empty folder; the sidecar goes on running for the figures that follow. */
export async function firstLoad(options: SidecarOptions): Promise<{ sidecar: Sidecar; figures: Figure[] }> {
  const start = performance.now();
  const sidecar = Sidecar.start(options);
  let rows = 0;
  await sidecar.ready(LIMIT_MS, ({ load }) => {
    rows = Math.max(rows, load?.rows ?? 0);
  });
  const loaded = (performance.now() - start) / 1000;
  await sidecar.idle(LIMIT_MS);
  const analysed = (performance.now() - start) / 1000;
  const text = await (await fetch(`${sidecar.address}/metrics`)).text();
  const requests = [...text.matchAll(/^education_ai_site_request_seconds_count\{method="(\w+)"\} (\d+)/gm)];
  const { now, peak } = sidecar.memory();
  return {
    sidecar,
    figures: [
      printed('first load on PGlite without a request limit: rows, time', `${rows}, ${loaded.toFixed(1)} s`),
      printed('everything analysed and written back after', `${analysed.toFixed(1)} s`),
      printed(
        'requests to the site',
        requests.map(([, method, count]) => `${method} ${z.string().parse(count)}`).join(', '),
      ),
      printed('resident memory then, and at most', `${now.toFixed(0)}, ${peak.toFixed(0)} MB`),
    ],
  };
}
