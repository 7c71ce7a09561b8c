/**
 * What lies between a sidecar and its site: requests that never arrive, answers that never come, a site that is
 * slow, refuses, fails or is cut short. It stands where axios would send, so that the real client meets it.
 */
import { AxiosError, AxiosHeaders, type AxiosAdapter, type AxiosResponse } from 'axios';
import type { Hono } from 'hono';
import { systemClock } from '../../sidecar/clock.ts';
import type { Chance } from './chance.ts';
import type { Life } from './database.ts';

export interface Weather {
  /** Probability that a request meets a fault. */
  fault: number;
}

const FAULTS = [
  'never arrives',
  'answer lost',
  'answered 429',
  'answered 500',
  'answered 502',
  'cut short',
  'slow before',
  'slow after',
] as const;

const LATENCY_MS = 8;
/** Longer than the client waits. */
const SLOWEST_MS = 90_000;

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

export function faultyNetwork<E extends object>(
  api: Hono<E>,
  life: Life,
  chance: Chance,
  weather: Weather,
  tell: (what: string) => void,
): AxiosAdapter {
  return async (config) => {
    await alive(life);
    const path = new URL(`${config.baseURL ?? ''}${config.url ?? ''}`).pathname;
    const method = path.slice(path.lastIndexOf('.') + 1);
    const fault = chance.happens(weather.fault) ? chance.one(FAULTS) : null;
    if (fault !== null) tell(`${method} ${fault}`);
    // Time passes before and after, so that what else is under way comes first, and always in the same order.
    await systemClock.sleep(chance.between(1, LATENCY_MS));
    await alive(life);
    async function ask(): Promise<Answer> {
      const headers = AxiosHeaders.from(config.headers).toJSON();
      const answer = await life.under(
        Promise.resolve(
          api.request(path, {
            method: (config.method ?? 'post').toUpperCase(),
            headers: Object.fromEntries(
              Object.entries(headers).map(([name, value]) => [name, String(value)]),
            ),
            body: String(config.data),
          }),
        ),
      );
      const body = await life.under(answer.text());
      return { status: answer.status, body, headers: Object.fromEntries(answer.headers) };
    }
    const answer = await meet(fault, ask, chance);
    await systemClock.sleep(chance.between(1, LATENCY_MS));
    await alive(life);
    const response: AxiosResponse = {
      data: answer.body,
      status: answer.status,
      statusText: '',
      headers: answer.headers,
      config,
    };
    if (answer.status >= 200 && answer.status < 300) return response;
    throw new AxiosError('refused', AxiosError.ERR_BAD_RESPONSE, config, null, response);
  };
}

async function meet(
  fault: (typeof FAULTS)[number] | null,
  ask: () => Promise<Answer>,
  chance: Chance,
): Promise<Answer> {
  switch (fault) {
    case 'never arrives':
      throw new AxiosError('connect ECONNREFUSED', 'ECONNREFUSED');
    case 'answer lost':
      await ask();
      throw new AxiosError('socket hang up', 'ECONNRESET');
    case 'answered 429':
      return { status: 429, body: '{}', headers: { 'retry-after': '2' } };
    case 'answered 500':
      return { status: 500, body: '<html>Internal Server Error</html>', headers: {} };
    case 'answered 502':
      return { status: 502, body: '<html>Bad Gateway</html>', headers: {} };
    case 'cut short': {
      const answer = await ask();
      return { ...answer, body: answer.body.slice(0, chance.between(0, answer.body.length - 1)) };
    }
    case 'slow before':
      await systemClock.sleep(chance.between(1_000, SLOWEST_MS));
      return ask();
    case 'slow after': {
      const answer = await ask();
      await systemClock.sleep(chance.between(1_000, SLOWEST_MS));
      return answer;
    }
    default:
      return ask();
  }
}

/** What a dead process awaits never comes. */
async function alive(life: Life): Promise<void> {
  if (life.signal.aborted) await new Promise<never>(() => undefined);
}
