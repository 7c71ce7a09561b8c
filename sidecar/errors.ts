/**
 * The one error of the sidecar: a code, what is safe to say, what to check, and whether trying again can help.
 *
 * Doors throw it, stages let it pass. `work.ts` alone turns it into retry or dead, `http/` alone into an answer.
 */
import { z } from 'zod';
import table from '../fixtures/app/errors.json' with { type: 'json' };

/**
 * `never`: the same attempt fails the same way. `later`: it may pass; each try counts against the work.
 * `wait`: not the work's fault (the site or the database is away, or refuses everyone): nothing is counted.
 */
export type Retry = z.output<typeof ErrorEntry>['retry'];

export type ErrorCode = keyof typeof table;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(table, code);
}

const ErrorEntry = z.object({
  retry: z.enum(['never', 'later', 'wait']),
  message: z.string(),
  check: z.string(),
});

/** Every code, once: the site shows what to check beside dead work, `sidecar/README.md` prints the table. */
export const ERRORS = z.record(z.enum(Object.keys(table).filter(isErrorCode)), ErrorEntry).parse(table);

export class AppError extends Error {
  readonly code: ErrorCode;
  /** For the operator's eyes only (an address, a variable, a count): never a name or a document. */
  readonly detail: string | null;

  constructor(code: ErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(ERRORS[code].message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail ?? null;
  }

  get retry(): Retry {
    return ERRORS[this.code].retry;
  }

  get check(): string {
    return ERRORS[this.code].check;
  }

  /** What happened and what to do, in one line. */
  get advice(): string {
    return `${this.message}${this.detail === null ? '' : ` (${this.detail})`} ${this.check}`;
  }
}

/** Codes by which pg and Node say that the database is gone, not that a statement was wrong. */
const DATABASE_AWAY =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|57P0\d|08\d{3}|53300|25P03|28\w{3}|3D000)$/;

/** What pg says without a code when a connection broke under a statement, and Node of a socket file that is gone. */
const CONNECTION_LOST = /^(Connection terminated|Client has encountered a connection error|connect ENOENT)/;

/** Whatever was thrown, as an AppError. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && CONNECTION_LOST.test(thrown.message)) {
    return new AppError('store.unreachable', { detail: 'the connection broke', cause: thrown });
  }
  if (thrown instanceof Error && 'code' in thrown && DATABASE_AWAY.test(String(thrown.code))) {
    return new AppError('store.unreachable', { detail: String(thrown.code), cause: thrown });
  }
  return new AppError('work.failed', { cause: thrown });
}
