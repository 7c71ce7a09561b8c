/**
 * Turns what goes wrong with the site into one AppError: what frappe-js-sdk throws (plain objects), by the contract's
 * code or the status; an answer of another shape; an item that the site does not take.
 */
import { z } from 'zod';
import { AppError, isErrorCode, type ErrorCode } from '../errors.ts';
import { ContractError } from './contract.ts';

const SdkFailure = z.object({
  httpStatus: z.number(),
  message: z.string().catch(''),
  exception: z.string().catch(''),
  exc_type: z.string().catch(''),
  error: z.unknown().optional(),
});

const BY_STATUS: Record<number, ErrorCode> = {
  401: 'key.refused',
  403: 'key.forbidden',
  404: 'site.unknown',
  408: 'site.timeout',
  429: 'site.busy',
  502: 'site.unreachable',
  503: 'site.busy',
  504: 'site.timeout',
};

export function failureOf(thrown: unknown): AppError {
  const parsed = SdkFailure.safeParse(thrown);
  if (!parsed.success) return new AppError('work.failed', { cause: thrown });
  const failure = parsed.data;

  const typed = ContractError.safeParse(failure.error);
  if (typed.success && isErrorCode(typed.data.code)) {
    return new AppError(typed.data.code, { detail: typed.data.message });
  }
  if (failure.httpStatus === 0) return noAnswer(failure.message);
  if (isMissingApp(failure)) return new AppError('site.no_app');
  const code = BY_STATUS[failure.httpStatus] ?? (failure.httpStatus >= 500 ? 'site.failed' : 'site.refused');
  const kind = failure.exc_type;
  return new AppError(code, { detail: `HTTP ${failure.httpStatus}${kind === '' ? '' : ` ${kind}`}` });
}

/** The value in its shape; the error says only where it is wrong, never what stood there. */
export function parseOf<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.'));
  throw new AppError('site.malformed', { detail: at.join(', ') });
}

/** The target went, or was left out, meanwhile. */
export const TARGET_LEFT: ReadonlySet<string> = new Set(['target.gone', 'target.excluded']);

/** Why the site did not take an item. */
export function refusal(code: string | null): AppError {
  const known = code !== null && isErrorCode(code) ? code : 'site.failed';
  return new AppError(known, { detail: code ?? 'write_back' });
}

function noAnswer(message: string): AppError {
  if (/time[d ]*out/i.test(message)) return new AppError('site.timeout');
  if (message.includes('ENOTFOUND')) return new AppError('site.unknown_host', { detail: message });
  if (message.includes('Parse Error')) return new AppError('site.not_frappe', { detail: message });
  if (/maxContentLength|aborted/i.test(message)) return new AppError('site.malformed');
  return new AppError('site.unreachable', { detail: message });
}

/** Frappe answers 417 for any method it cannot load; the message tells a missing app from a refused value. */
function isMissingApp(failure: z.output<typeof SdkFailure>): boolean {
  return failure.httpStatus === 417 && failure.exception.includes('Failed to get method for command');
}
