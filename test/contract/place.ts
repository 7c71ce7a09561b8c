/**
 * Where the contract suite runs: on the stand-in always, and on a real site that holds the demo school when
 * FRAPPE_URL and ADMIN_KEY are set, and either SIDECAR_ENV (the file that `bench education-ai connect` wrote) or
 * FRAPPE_BENCH, to connect by itself. What the two disagree on is a bug of the stand-in. A sidecar that is
 * connected to the real site is taken over.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import {
  ContractError,
  METHOD_PREFIX,
  METHODS,
  type MethodName,
  type Request,
  type Response,
} from '../../sidecar/erpnext/contract.ts';
import { connect } from '../live/sidecar.ts';
import { benchOfEnvironment, LiveSite, siteOfEnvironment, type Document } from '../live/site.ts';
import { generateSchool } from '../stand-in/school/generate.ts';
import { startStandIn } from '../stand-in/stand-in.ts';

const Answer = z.object({ message: z.unknown().optional(), error: ContractError.optional() });
const STUDENTS = 30;

const PARSE: { [M in MethodName]: (message: unknown) => Response<M> } = {
  hello: (message) => METHODS.hello.response.parse(message),
  pull: (message) => METHODS.pull.response.parse(message),
  snapshot: (message) => METHODS.snapshot.response.parse(message),
  digest: (message) => METHODS.digest.response.parse(message),
  write_back: (message) => METHODS.write_back.response.parse(message),
  report: (message) => METHODS.report.response.parse(message),
};

/** A site under test, with the sidecar's key and an Administrator's. */
export interface Place {
  title: string;
  url: string;
  environment: Record<string, string | undefined>;
  admin: LiveSite;
  /** What a System Manager does in AI Settings; null switches them off. */
  switchWebhooks(sidecarAddress: string | null): Promise<void>;
  close(): Promise<void>;
}

/** What a call came to: an answer in its shape, or the status and code of a refusal. */
export class Sidecar {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The parsed answer; anything but a 200 in the contract's shape fails the test. */
  async call<M extends MethodName>(method: M, request: Request<M>): Promise<Response<M>> {
    const { status, body } = await this.post(method, request);
    if (status !== 200) throw new Error(`${method} answered ${status} ${JSON.stringify(body.error)}`);
    return PARSE[method](body.message);
  }

  async refused(
    method: MethodName,
    request: unknown,
  ): Promise<{ status: number; code: string; message: string }> {
    const { status, body } = await this.post(method, request);
    return { status, code: body.error?.code ?? '', message: body.error?.message ?? '' };
  }

  async post(method: string, request: unknown): Promise<{ status: number; body: z.output<typeof Answer> }> {
    const answer = await fetch(`${this.#place.url}/api/method/${METHOD_PREFIX}${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...this.authorization },
      body: JSON.stringify(request),
    });
    return { status: answer.status, body: Answer.parse(await answer.json()) };
  }

  get authorization(): { authorization: string } {
    const { FRAPPE_API_KEY: key, FRAPPE_API_SECRET: secret } = this.#place.environment;
    return { authorization: `token ${key}:${secret}` };
  }

  /** A new life of the pairing. */
  async begin(): Promise<{ epoch: string; token: string }> {
    const { epoch, token } = await this.call('hello', { ...WHO, epoch: null, token: null, take_over: true });
    return { epoch, token };
  }

  /** Every change that waits, acknowledged as it is read. */
  async drain(epoch: string, first: string): Promise<{ token: string; events: Event[] }> {
    const events: Event[] = [];
    let token = first;
    for (let ack: number[] = []; ;) {
      const pulled = await this.call('pull', { epoch, token, ack, limit: 1000 });
      token = pulled.token;
      if (pulled.events.length === 0) return { token, events };
      events.push(...pulled.events);
      ack = pulled.events.map((event) => event.id);
    }
  }
}

type Event = Response<'pull'>['events'][number];

export const WHO = { sidecar_version: '0.1.0', contract_versions: [1] };

const real = siteOfEnvironment();
const bench = benchOfEnvironment();
const { SIDECAR_ENV: file } = process.env;

export const PLACES: { title: string; open: () => Promise<Place> }[] = [
  { title: 'the stand-in', open: standIn },
  ...(real !== null && (file || bench !== null)
    ? [{ title: real.url, open: () => realPlace(real, file ?? null) }]
    : []),
];

async function standIn(): Promise<Place> {
  const today = new Date().toISOString().slice(0, 10);
  const started = await startStandIn({ school: generateSchool({ students: STUDENTS, seed: 7, today }) });
  return {
    title: 'the stand-in',
    url: started.url,
    environment: started.environment,
    admin: new LiveSite(started.url, started.site.keys.administrator),
    switchWebhooks(address) {
      Object.assign(started.site.settings, { webhooks: address !== null, sidecar_address: address ?? '' });
      return Promise.resolve();
    },
    close: () => started.close(),
  };
}

async function realPlace(admin: LiveSite, given: string | null): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'education-ai-contract-'));
  const made = join(folder, 'sidecar.env');
  if (given === null && bench !== null) await connect(bench, made);
  const environment = parseEnv(await readFile(given ?? made, 'utf8'));
  await rm(folder, { recursive: true });
  return {
    title: admin.url,
    url: admin.url,
    environment,
    admin,
    async switchWebhooks(address) {
      const values = { webhooks: address === null ? 0 : 1, sidecar_address: address };
      await admin.update('AI Settings', 'AI Settings', values);
    },
    close: () => Promise.resolve(),
  };
}

/** The demo school's pupil about whom nothing stands out, and the group of the present term. */
export async function steadyPupil(admin: LiveSite): Promise<{ student: string; group: string }> {
  const [pupil] = await admin.list('Student', { filters: [['student_name', '=', 'Amara Okafor']], limit: 1 });
  if (pupil === undefined) throw new Error('the demo school is not on this site: run npm run school:load');
  return { student: pupil.name, group: '8A Term 2' };
}

/** A class of a term that is over: what is written about it here, the sidecar writes anew when it resyncs. */
export const PAST = { course: 'Mathematics', group: '8A Term 1' };

/** The first test of that class, and its term. */
export async function pastTest(admin: LiveSite): Promise<{ plan: string; term: string }> {
  const [plan] = await admin.list('Assessment Plan', {
    fields: ['name', 'academic_term'],
    filters: [
      ['student_group', '=', PAST.group],
      ['course', '=', PAST.course],
      ['docstatus', '=', 1],
    ],
  });
  if (plan === undefined) throw new Error('the demo school is not on this site: run npm run school:load');
  return { plan: plan.name, term: z.string().parse(plan['academic_term']) };
}

/** Who opened what on the site since this began; nothing of it stays on a real site. */
export class Readings {
  readonly #admin: LiveSite;
  readonly #before: ReadonlySet<string>;

  private constructor(admin: LiveSite, before: ReadonlySet<string>) {
    this.#admin = admin;
    this.#before = before;
  }

  static async begin(admin: LiveSite): Promise<Readings> {
    // a class that this reader opened today already would not be noted again
    for (const { name, student_group: group } of await readLog(admin))
      if (group === PAST.group) await admin.remove('AI Read Log', name);
    return new Readings(admin, new Set((await readLog(admin)).map(({ name }) => name)));
  }

  async since(): Promise<Document[]> {
    return (await readLog(this.#admin)).filter(({ name }) => !this.#before.has(name));
  }

  async forget(): Promise<void> {
    for (const { name } of await this.since()) await this.#admin.remove('AI Read Log', name);
  }
}

function readLog(admin: LiveSite): Promise<Document[]> {
  const fields = ['name', 'reader', 'target_doctype', 'target', 'student_group', 'rows_opened'];
  return admin.list('AI Read Log', { fields });
}
