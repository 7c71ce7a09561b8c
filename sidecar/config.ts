/** The configuration of one site's sidecar, read once at start. The only place that reads the environment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';

const CONNECT = 'run `bench --site SITE education-ai connect --out FILE` and start with that FILE';

const address = (schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol));

const sealingKey = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32);

/** What each variable must be, and what to do when it is not. */
const VARIABLES = {
  FRAPPE_URL: {
    schema: address(['http:', 'https:']),
    remedy: 'the address of the site with scheme and port, such as https://school.example.org',
  },
  FRAPPE_SITE: {
    schema: z.string().regex(/^[^\s/:]+$/),
    remedy: "the site's own name, as in the bench's `sites` folder",
  },
  FRAPPE_SOCKET_URL: {
    schema: address(['http:', 'https:', 'ws:', 'wss:']),
    remedy:
      'the address of socketio with its port: the same as FRAPPE_URL behind nginx, port 9000 without it',
  },
  FRAPPE_API_KEY: { schema: z.string().min(1), remedy: CONNECT },
  FRAPPE_API_SECRET: { schema: z.string().min(1), remedy: CONNECT },
  SEALING_KEY: { schema: sealingKey, remedy: `32 bytes in base64; ${CONNECT}` },
  DATABASE_URL: {
    schema: address(['postgres:', 'postgresql:']).optional(),
    remedy: 'postgres://user:password@host/database, or leave it out for the embedded database',
  },
  DATA_DIR: { schema: z.string().min(1).optional(), remedy: 'a folder that only the sidecar writes to' },
  REQUESTS_PER_MINUTE: {
    schema: z.coerce.number().int().min(0).default(300),
    remedy: 'how many requests a minute the site is to bear, such as 300; 0 for no limit',
  },
  WEBHOOK_SECRET: {
    schema: z.string().min(32).optional(),
    remedy: `at least 32 characters; delete the line and ${CONNECT}, or leave it out to refuse webhooks`,
  },
  WEBHOOK_SECRET_PREVIOUS: {
    schema: z.string().min(32).optional(),
    remedy: 'at least 32 characters, the secret before a rotation; or leave it out',
  },
  HOST: { schema: z.string().min(1).default('127.0.0.1'), remedy: 'an address of this machine' },
  PORT: { schema: z.coerce.number().int().min(0).max(65535).default(8787), remedy: 'a free port' },
} as const;

export const STAGES = ['intake', 'sync', 'learning', 'analysis', 'write-back', 'report'] as const;
export type StageName = (typeof STAGES)[number];

export interface Config {
  frappeUrl: string;
  site: string;
  socketUrl: string;
  apiKey: string;
  apiSecret: string;
  sealingKey: Buffer;
  databaseUrl: string | null;
  dataDir: string;
  /** Requests to the site; 0 for no limit. */
  requestsPerMinute: number;
  /** What a delivery of the site's webhooks may be signed with, the present one first; empty where there are none. */
  webhookSecrets: string[];
  host: string;
  port: number;
  /** Tests only: die without warning on entering a stage for the nth time. */
  killAt: { stage: StageName; entry: number } | null;
}

export interface ConfigFault {
  variable: string;
  remedy: string;
}

/** Thrown with every fault at once, so that nobody mends a file line by line. */
export class ConfigError extends Error {
  readonly faults: ConfigFault[];
  constructor(faults: ConfigFault[]) {
    super(faults.map((fault) => `${fault.variable}: ${fault.remedy}`).join('\n'));
    this.faults = faults;
  }
}

type Environment = Record<string, string | undefined>;

/** The environment, filled up from FILE where one is given; what the environment says itself wins. */
export function readConfig(file: string | null, environment: Environment = process.env): Config {
  let fromFile: Environment = {};
  if (file !== null) {
    try {
      fromFile = parseEnv(readFileSync(file, 'utf8'));
    } catch {
      throw new ConfigError([
        { variable: file, remedy: 'this file cannot be read; does it exist, is it yours?' },
      ]);
    }
  }
  return parseConfig({ ...fromFile, ...environment });
}

export function parseConfig(environment: Environment): Config {
  const faults: ConfigFault[] = [];
  function read<T>(variable: keyof typeof VARIABLES, schema: z.ZodType<T>, fallback: T): T {
    const text = environment[variable];
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (parsed.success) return parsed.data;
    const problem = text === undefined || text === '' ? 'is missing' : 'is not usable';
    faults.push({ variable, remedy: `${problem}: ${VARIABLES[variable].remedy}` });
    return fallback;
  }

  const site = read('FRAPPE_SITE', VARIABLES.FRAPPE_SITE.schema, 'site');
  const config: Config = {
    frappeUrl: read('FRAPPE_URL', VARIABLES.FRAPPE_URL.schema, '').replace(/\/+$/, ''),
    site,
    socketUrl: read('FRAPPE_SOCKET_URL', VARIABLES.FRAPPE_SOCKET_URL.schema, '').replace(/\/+$/, ''),
    apiKey: read('FRAPPE_API_KEY', VARIABLES.FRAPPE_API_KEY.schema, ''),
    apiSecret: read('FRAPPE_API_SECRET', VARIABLES.FRAPPE_API_SECRET.schema, ''),
    sealingKey: read('SEALING_KEY', VARIABLES.SEALING_KEY.schema, Buffer.alloc(0)),
    databaseUrl: read('DATABASE_URL', VARIABLES.DATABASE_URL.schema, undefined) ?? null,
    dataDir: read('DATA_DIR', VARIABLES.DATA_DIR.schema, undefined) ?? join('.data', site),
    requestsPerMinute: read('REQUESTS_PER_MINUTE', VARIABLES.REQUESTS_PER_MINUTE.schema, 0),
    webhookSecrets: [
      read('WEBHOOK_SECRET', VARIABLES.WEBHOOK_SECRET.schema, undefined),
      read('WEBHOOK_SECRET_PREVIOUS', VARIABLES.WEBHOOK_SECRET_PREVIOUS.schema, undefined),
    ].filter((secret) => secret !== undefined),
    host: read('HOST', VARIABLES.HOST.schema, ''),
    port: read('PORT', VARIABLES.PORT.schema, 0),
    killAt: readKillAt(environment),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

function readKillAt(environment: Environment): Config['killAt'] {
  if (environment['NODE_ENV'] !== 'test') return null;
  const [name, entry] = (environment['KILL_AT'] ?? '').split(':');
  const stage = STAGES.find((known) => known === name);
  return stage === undefined ? null : { stage, entry: Number(entry ?? 1) };
}
