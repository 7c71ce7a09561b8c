/**
 * Looks at each thing the sidecar depends on, one by one, and says for each what to do.
 *
 * `npm run cli -- doctor` prints all of it; start asks the same questions and refuses what can only be wrong
 * (`wrong`), while it waits for what may merely be away (`away`).
 */
import packageJson from '../package.json' with { type: 'json' };
import type { Clock } from './clock.ts';
import type { Config, ConfigFault } from './config.ts';
import type { Site } from './erpnext/client.ts';
import { probeRealtime } from './erpnext/realtime.ts';
import { AppError, asAppError, type ErrorCode } from './errors.ts';
import { greet } from './lead.ts';
import { countMirror } from './store/mirror/documents.ts';
import { openStore, type Store } from './store/open.ts';
import { storePairing } from './store/state.ts';

export interface Finding {
  title: string;
  state: 'ok' | 'wrong' | 'away' | 'not checked';
  says: string;
}

interface Subject {
  config: Config;
  clock: Clock;
  site: Site;
}

/** What no waiting mends, and the variable to look at. */
const WRONG: Partial<Record<ErrorCode, string>> = {
  'site.unknown': 'FRAPPE_SITE',
  'site.unknown_host': 'FRAPPE_URL',
  'site.not_frappe': 'FRAPPE_URL',
  'site.no_app': 'FRAPPE_SITE',
  'site.copied': 'FRAPPE_URL',
  'key.refused': 'FRAPPE_API_KEY',
  'key.forbidden': 'FRAPPE_API_KEY',
  'contract.version': 'FRAPPE_URL',
  'contract.invalid': 'FRAPPE_URL',
  'role.fault': 'FRAPPE_API_KEY',
  'socket.refused': 'FRAPPE_SOCKET_URL',
  'store.wrong_key': 'SEALING_KEY',
  'store.wrong_site': 'DATA_DIR',
  'store.in_use': 'DATA_DIR',
};

const SOCKET_WITHIN_MS = 10_000;
const CLOCK_TOLERANCE_MS = 30_000;
/** PGlite keeps everything in one process; above this a server is the better home. */
const EMBEDDED_ROWS = 500_000;

/** Opens the database and asks all questions at once: every fault in one go. */
export async function checkStart(subject: Subject): Promise<{ store: Store | null; faults: ConfigFault[] }> {
  const asked = await ask(subject);
  // Not a fault of the configuration alone: whoever supervises the process is to start it again.
  if (asked.storeProblem?.code === 'store.unreachable') throw asked.storeProblem;
  const faults = new Map<string, ConfigFault>();
  for (const problem of [asked.storeProblem, asked.answer.problem, asked.socketProblem]) {
    if (problem === null) continue;
    // Without its database the sidecar cannot wait for anything.
    const variable = WRONG[problem.code] ?? (problem === asked.storeProblem ? 'DATABASE_URL' : undefined);
    if (variable === undefined) continue;
    faults.set(problem.code, { variable, remedy: problem.advice.replace(`${variable}: `, '') });
  }
  return { store: asked.store, faults: [...faults.values()] };
}

export async function examine(subject: Subject): Promise<Finding[]> {
  const asked = await ask(subject);
  try {
    return [
      ...siteFindings(subject.config, asked.answer),
      problemFinding('socket', asked.socketProblem, subject.config.socketUrl),
      await databaseFinding(subject.config, asked),
      clockFinding(subject.clock, asked.answer),
    ];
  } finally {
    await asked.store?.close();
  }
}

interface Asked {
  store: Store | null;
  storeProblem: AppError | null;
  socketProblem: AppError | null;
  answer: Answer;
}

async function ask(subject: Subject): Promise<Asked> {
  const { config, clock } = subject;
  const [opened, socketProblem] = await Promise.all([
    openStore(config).catch((thrown: unknown) => asAppError(thrown)),
    probeRealtime(config, clock, SOCKET_WITHIN_MS),
  ]);
  const store = opened instanceof AppError ? null : opened;
  const storeProblem = opened instanceof AppError ? opened : null;
  return { store, storeProblem, socketProblem, answer: await askSite(subject.site, store) };
}

/** `now` is the site's clock; null where it was not asked. */
interface Answer {
  problem: AppError | null;
  now: string | null;
}

/**
 * A real `hello`, kept as the leader would keep it: a probe of its own would end the standing pairing. Without
 * the database (the sidecar is running), a pull with an epoch that never was: the site looks at site, app and
 * key, and then says "fenced".
 */
async function askSite(site: Site, store: Store | null): Promise<Answer> {
  try {
    if (store === null) {
      await site.pull({ epoch: '-', token: '-', ack: [], limit: 1 });
      return { problem: null, now: null };
    }
    const hello = await greet(site, store, packageJson.version, false);
    await store.transaction((tx) => storePairing(tx, hello));
    return { problem: null, now: hello.now };
  } catch (thrown) {
    const error = asAppError(thrown);
    return { problem: error.code === 'site.fenced' ? null : error, now: null };
  }
}

/** One answer of the site settles four questions, in the order in which they can fail. */
function siteFindings(config: Config, answer: Answer): Finding[] {
  const questions: { title: string; ok: string; fails: (code: ErrorCode) => boolean }[] = [
    {
      title: 'address',
      ok: `${config.frappeUrl} is ${config.site}`,
      fails: (code) => /^site\.(unreachable|timeout|busy|unknown|unknown_host|not_frappe)$/.test(code),
    },
    { title: 'app', ok: 'Education AI is installed', fails: (code) => code === 'site.no_app' },
    {
      title: 'key',
      ok: 'accepted, and it may do no more than it should',
      fails: (code) => /^(key|role)\./.test(code),
    },
    { title: 'contract', ok: 'app and sidecar understand each other', fails: () => true },
  ];
  const { problem } = answer;
  if (problem === null) return questions.map(({ title, ok }) => ({ title, state: 'ok', says: ok }));
  const failing = questions.findIndex(({ fails }) => fails(problem.code));
  return questions.map(({ title, ok }, index) => {
    if (index < failing) return { title, state: 'ok', says: ok };
    if (index > failing) return { title, state: 'not checked', says: 'mend the line above first' };
    return problemFinding(title, problem, ok);
  });
}

function problemFinding(title: string, problem: AppError | null, ok: string): Finding {
  if (problem === null) return { title, state: 'ok', says: ok };
  const away = problem.retry === 'wait' && WRONG[problem.code] === undefined;
  return { title, state: away ? 'away' : 'wrong', says: problem.advice };
}

async function databaseFinding(config: Config, asked: Asked): Promise<Finding> {
  const title = 'database';
  if (asked.store === null) {
    if (asked.storeProblem?.code !== 'store.in_use') return problemFinding(title, asked.storeProblem, '');
    const says = `${asked.storeProblem.detail ?? ''}: in use, as it should be while the sidecar runs. Its /health says more.`;
    return { title, state: 'ok', says };
  }
  const rows = await countMirror(asked.store.db);
  const where = config.databaseUrl === null ? `embedded, ${config.dataDir}` : 'PostgreSQL';
  const says = `${where}, ${rows} rows. Losing it or SEALING_KEY costs one first load, no data.`;
  if (config.databaseUrl !== null || rows <= EMBEDDED_ROWS) return { title, state: 'ok', says };
  return {
    title,
    state: 'wrong',
    says: `${says} More than ${EMBEDDED_ROWS} rows: set DATABASE_URL to a PostgreSQL server.`,
  };
}

function clockFinding(clock: Clock, answer: Answer): Finding {
  const title = 'clock';
  if (answer.now === null)
    return { title, state: 'not checked', says: 'needs an answer of the site to `hello`' };
  const apart = Math.abs(clock.now() - Date.parse(answer.now));
  if (apart <= CLOCK_TOLERANCE_MS) return { title, state: 'ok', says: 'both clocks agree' };
  const says = `The clocks of site and sidecar are ${Math.round(apart / 1000)} s apart. Set both by NTP.`;
  return { title, state: 'wrong', says };
}
