/** The log: codes, counts and keyed hashes of names. Never a document, never a name. */
import { createHmac, hkdfSync } from 'node:crypto';
import { pino, type Logger } from 'pino';

export interface Log {
  info(fields: Record<string, string | number | boolean | null>, message: string): void;
  warn(fields: Record<string, string | number | boolean | null>, message: string): void;
  /** The stack of an unforeseen error is code of ours, not data, and is kept; its message may quote data and is not. */
  error(fields: Record<string, string | number | boolean | null>, message: string, thrown?: unknown): void;
  /** The same document always gets the same short hash, and only the holder of SEALING_KEY can work it out. */
  hash(kind: string, name: string): string;
}

export function createLog(sealingKey: Buffer, logger: Logger = pino({ base: null })): Log {
  const key = Buffer.from(hkdfSync('sha256', sealingKey, '', 'education-ai log names', 32));
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message, thrown) => logger.error({ ...fields, ...whereFrom(thrown) }, message),
    hash: (kind, name) =>
      createHmac('sha256', key)
        .update(JSON.stringify([kind, name]))
        .digest('hex')
        .slice(0, 12),
  };
}

function whereFrom(thrown: unknown): { error?: string; stack?: string } {
  if (!(thrown instanceof Error)) return {};
  const frames = (thrown.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { error: thrown.name, stack: frames.slice(0, 8).join('\n') };
}
