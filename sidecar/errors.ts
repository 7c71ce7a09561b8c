/**
 * The one error of the sidecar: a code, what is safe to say, what to check, and whether trying again can help.
 *
 * Doors throw it, stages let it pass. `work.ts` alone turns it into retry or dead, `http/` alone into an answer.
 */

/**
 * `never`: the same attempt fails the same way. `later`: it may pass; each try counts against the work.
 * `wait`: not the work's fault (the site or the database is away, or refuses everyone): nothing is counted.
 */
export type Retry = 'never' | 'later' | 'wait';

interface ErrorEntry {
  retry: Retry;
  message: string;
  check: string;
}

/** Every code, once: `sidecar/README.md` prints this table. */
export const ERRORS = {
  'site.unreachable': {
    retry: 'wait',
    message: 'Nothing answers at the address of the site.',
    check: 'Is the site up? Is FRAPPE_URL right, with its port? The sidecar goes on by itself.',
  },
  'site.unknown_host': {
    retry: 'wait',
    message: 'The host of the site is not known.',
    check: 'FRAPPE_URL: is the name spelt right, and does this machine resolve it?',
  },
  'site.timeout': {
    retry: 'wait',
    message: 'The site took too long to answer.',
    check: 'Is the site busy (backup, migrate)? The sidecar goes on by itself.',
  },
  'site.busy': {
    retry: 'wait',
    message: 'The site asks to wait: its rate limit or its maintenance mode is on.',
    check: 'Raise rate_limit in site_config, or switch maintenance mode off.',
  },
  'site.unknown': {
    retry: 'wait',
    message: 'The server answers, but it has no such site.',
    check: 'FRAPPE_SITE and the host of FRAPPE_URL: both must name the site as `bench` does.',
  },
  'site.not_frappe': {
    retry: 'wait',
    message: 'Something answers at the address, but it is not a Frappe site.',
    check: 'FRAPPE_URL: the address of the site itself, with its port, without a path.',
  },
  'site.no_app': {
    retry: 'wait',
    message: 'The app Education AI is not installed on the site.',
    check: 'Run `bench --site SITE install-app education_ai`.',
  },
  'site.failed': {
    retry: 'later',
    message: 'The site failed while answering.',
    check: "The site's Error Log has the traceback; the work is tried again by itself.",
  },
  'site.malformed': {
    retry: 'later',
    message: 'The answer of the site was cut short or is not of the agreed shape.',
    check: 'A proxy between sidecar and site, or an app newer than this sidecar: update both.',
  },
  'site.refused': {
    retry: 'never',
    message: 'The site refused the request.',
    check: "The site's Error Log says why.",
  },
  'site.taken': {
    retry: 'wait',
    message: 'Another sidecar is paired with this site.',
    check:
      'Stop the other one; after a minute this one goes on. Start with --take-over to replace it at once.',
  },
  'site.fenced': {
    retry: 'wait',
    message: 'The pairing with the site is no longer current.',
    check: 'Nothing: the sidecar pairs again and loads everything anew.',
  },
  'site.off': {
    retry: 'wait',
    message: 'Collecting is switched off in AI Settings.',
    check: 'Switch "Collect" on in AI Settings when the school wants analysis.',
  },
  'site.copied': {
    retry: 'wait',
    message: 'The site is a copy at another address and refuses the sidecar of the original.',
    check: 'Run `bench --site SITE education-ai connect --out FILE` on the copy, if it is to have a sidecar.',
  },
  'contract.version': {
    retry: 'wait',
    message: 'App and sidecar speak different versions of the contract.',
    check: 'Update the older of the two; versions are one apart at most.',
  },
  'contract.invalid': {
    retry: 'never',
    message: 'The site could not read a request of the sidecar.',
    check: 'App and sidecar are not of the same release: update both.',
  },
  'key.refused': {
    retry: 'wait',
    message: 'The site does not accept the API key.',
    check:
      'FRAPPE_API_KEY and FRAPPE_API_SECRET: run `connect` again with the same FILE, it makes a new key.',
  },
  'key.forbidden': {
    retry: 'wait',
    message: 'The key belongs to a user that may not speak for the sidecar.',
    check: 'Run `connect` again with the same FILE: it sets up the right user.',
  },
  'role.fault': {
    retry: 'wait',
    message: "The sidecar's user or role may do more than it should.",
    check: 'Remove the permissions that `bench --site SITE education-ai status` lists.',
  },
  'socket.refused': {
    retry: 'wait',
    message: 'The realtime server refused the sidecar.',
    check: 'FRAPPE_SOCKET_URL, FRAPPE_SITE and the host of FRAPPE_URL must belong together.',
  },
  'socket.unreachable': {
    retry: 'wait',
    message: 'Nothing answers at the address of the realtime server.',
    check:
      'Is socketio running? Is FRAPPE_SOCKET_URL right, with its port? Changes are still noticed, every 20 s.',
  },
  'store.unreachable': {
    retry: 'wait',
    message: "The sidecar's database does not answer.",
    check: 'DATABASE_URL: is PostgreSQL up, do user, password and database name fit?',
  },
  'store.in_use': {
    retry: 'never',
    message: 'Another process has this database folder open.',
    check: 'DATA_DIR: stop the other sidecar, or give each site its own folder.',
  },
  'store.wrong_key': {
    retry: 'never',
    message: 'SEALING_KEY is not the key that this database was sealed with.',
    check: 'SEALING_KEY: put the old key back, or delete the database and start again (one first load).',
  },
  'store.wrong_site': {
    retry: 'never',
    message: 'This database belongs to another site.',
    check: 'DATA_DIR or DATABASE_URL: each site has its own database.',
  },
  'backup.unreadable': {
    retry: 'never',
    message: 'The backup cannot be opened.',
    check: 'SEALING_KEY: it must be the key of the sidecar that made the backup. Is the file whole?',
  },
  'backup.release': {
    retry: 'never',
    message: 'The backup was made by another release of the sidecar.',
    check:
      'Restore it with that release, or start without it: a first load brings everything but the audit trail.',
  },
  'leader.lost': {
    retry: 'wait',
    message: 'Another process of this site has taken the lead.',
    check: 'Nothing: one process leads, all analyse.',
  },
  'work.unknown_doctype': {
    retry: 'never',
    message: 'The site reported a change of a DocType that this sidecar does not know.',
    check: 'The app is newer than the sidecar: update the sidecar.',
  },
  'work.impossible_name': {
    retry: 'never',
    message: 'A document has a name that cannot be stored.',
    check: 'Rename the document on the site.',
  },
  'work.no_document': {
    retry: 'never',
    message: 'The site has no such document, or keeps it from the sidecar.',
    check: 'Is the name spelt as the site has it? Is the pupil left out of the analysis?',
  },
  'work.failed': {
    retry: 'later',
    message: 'The sidecar failed on this piece of work.',
    check: 'A fault of the sidecar: report the code and the log line.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

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
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|57P0\d|08\d{3}|53300|28\w{3}|3D000)$/;

/** Whatever was thrown, as an AppError. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && 'code' in thrown && DATABASE_AWAY.test(String(thrown.code))) {
    return new AppError('store.unreachable', { detail: String(thrown.code), cause: thrown });
  }
  return new AppError('work.failed', { cause: thrown });
}
