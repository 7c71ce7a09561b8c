/** The outbox's own figures: what it costs inside a save, who waits for whom, and how much one pull takes along. */
import { z } from 'zod';
import { readConfig } from '../../../sidecar/config.ts';
import { CONTRACT_VERSIONS, METHOD_PREFIX, METHODS } from '../../../sidecar/erpnext/contract.ts';
import { LiveSite, type LiveBench } from '../site.ts';
import { atLeast, atMost, printed, type Figure } from './figure.ts';

const WAITING = 1000;
const MODULE = 'education_ai.tests.measure_outbox';

const Measured = z.object({
  outbox_cost_ms: z.number(),
  save_behind_pull_ms: z.number(),
  pull_behind_writer_ms: z.number(),
});

export async function outboxFigures(bench: LiveBench): Promise<Figure[]> {
  const output = await bench.onSite('execute', `${MODULE}.figures`);
  const found = Measured.parse(JSON.parse(output.slice(output.indexOf('{'))));
  return [
    printed('cost of the outbox in one process, median', `${found.outbox_cost_ms.toFixed(2)} ms`),
    atMost('longest wait of a save behind a held pull', found.save_behind_pull_ms, 50, 'ms'),
    atMost('longest wait of a pull behind an open save', found.pull_behind_writer_ms, 50, 'ms'),
  ];
}

/** One pull over HTTP as the sidecar of `envFile`, while no sidecar runs. */
export async function pullFigure(bench: LiveBench, envFile: string): Promise<Figure[]> {
  const { frappeUrl, apiKey, apiSecret } = readConfig(envFile, {});
  const site = new LiveSite(frappeUrl, `${apiKey}:${apiSecret}`);
  const hello = METHODS.hello.response.parse(
    await site.call(`${METHOD_PREFIX}hello`, {
      sidecar_version: '0',
      contract_versions: [...CONTRACT_VERSIONS],
      epoch: null,
      token: null,
      take_over: true,
    }),
  );
  try {
    await bench.onSite('execute', `${MODULE}.fill`, '--args', `[${WAITING}]`);
    const start = performance.now();
    const pulled = METHODS.pull.response.parse(
      await site.call(`${METHOD_PREFIX}pull`, {
        epoch: hello.epoch,
        token: hello.token,
        ack: [],
        limit: WAITING,
      }),
    );
    const time = performance.now() - start;
    return [
      atLeast(`events per pull with ${WAITING} waiting`, pulled.events.length, 500, 'events'),
      printed('the same, time', `${time.toFixed(0)} ms`),
    ];
  } finally {
    await bench.onSite('execute', `${MODULE}.clear`);
  }
}
