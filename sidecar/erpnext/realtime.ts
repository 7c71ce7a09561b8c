/**
 * The wake-up over Frappe's realtime server. It carries no data: what is heard means "pull now", or "pull soon".
 *
 * The namespace must be the site's name (the root namespace connects and hears nothing), the Origin must carry
 * the web server's port, and after a refusal socket.io does not try again, so a timer of our own does.
 */
import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { SOON_EVENT, WAKE_EVENT } from './contract.ts';

export interface Realtime {
  close(): void;
}

interface Listeners {
  /** On every wake-up, and on every connect: what was published while away is lost. */
  onWake(): void;
  /** Something changed that may wait a little. */
  onSoon(): void;
  onState(problem: AppError | null): void;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 20_000;

export function openRealtime(config: Config, clock: Clock, listeners: Listeners): Realtime {
  const socket = createSocket(config);
  const closing = new AbortController();
  let retryMs = FIRST_RETRY_MS;

  function retryLater(): void {
    // While socket.io itself keeps trying, a second attempt would only double the connections.
    if (socket.active) return;
    void connectAfter(retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }

  async function connectAfter(ms: number): Promise<void> {
    await clock.sleep(ms, closing.signal);
    if (!closing.signal.aborted) socket.connect();
  }

  socket.on('connect', () => {
    retryMs = FIRST_RETRY_MS;
    listeners.onState(null);
    listeners.onWake();
  });
  socket.on(WAKE_EVENT, () => listeners.onWake());
  socket.on(SOON_EVENT, () => listeners.onSoon());
  socket.on('connect_error', (error) => {
    listeners.onState(socketProblem(error));
    retryLater();
  });
  socket.on('disconnect', () => {
    if (closing.signal.aborted) return;
    listeners.onState(new AppError('socket.unreachable', { detail: 'the connection was closed' }));
    retryLater();
  });
  socket.connect();

  return {
    close() {
      closing.abort();
      socket.disconnect();
    },
  };
}

/** Connects once and says what came of it; for start and `doctor`. */
export async function probeRealtime(
  config: Config,
  clock: Clock,
  withinMs: number,
): Promise<AppError | null> {
  const socket = createSocket(config);
  const answered = new AbortController();
  try {
    return await new Promise<AppError | null>((resolve) => {
      socket.on('connect', () => resolve(null));
      socket.on('connect_error', (error) => resolve(socketProblem(error)));
      socket.connect();
      void clock
        .sleep(withinMs, answered.signal)
        .then(() => resolve(new AppError('socket.unreachable', { detail: 'no answer' })));
    });
  } finally {
    answered.abort();
    socket.disconnect();
  }
}

function createSocket(config: Config): Socket {
  return io(`${config.socketUrl}/${config.site}`, {
    autoConnect: false,
    forceNew: true,
    transports: ['websocket'],
    reconnectionDelay: FIRST_RETRY_MS,
    reconnectionDelayMax: LONGEST_RETRY_MS,
    extraHeaders: {
      Authorization: `token ${config.apiKey}:${config.apiSecret}`,
      Origin: new URL(config.frappeUrl).origin,
      'X-Frappe-Site-Name': config.site,
    },
  });
}

/** The realtime server asks the web server who we are, so its "Unauthorized" may only mean that web is down. */
function socketProblem(error: Error): AppError {
  if (
    /Unauthorized:.*(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|Bad Gateway|Service Unavailable)/.test(
      error.message,
    )
  ) {
    return new AppError('socket.unreachable', { detail: 'the realtime server cannot reach the site' });
  }
  // A refused key is the key's fault wherever it is noticed.
  if (/Unauthorized: Error: (Unauthorized|Forbidden)/.test(error.message)) return new AppError('key.refused');
  if (/Invalid|Unauthorized|Missing|No authentication/.test(error.message)) {
    return new AppError('socket.refused', { detail: error.message });
  }
  return new AppError('socket.unreachable', { detail: error.message });
}
