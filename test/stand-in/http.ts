/**
 * The stand-in over HTTP: who is asking, the contract for the sidecar's user, panels and records for the rest.
 * Routes only; what is answered is decided elsewhere.
 */
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { z } from 'zod';
import { METHOD_PREFIX } from '../../sidecar/erpnext/contract.ts';
import { call, isMethod } from './contract/calls.ts';
import { ContractFault } from './contract/fault.ts';
import { exclude, include } from './exclusion.ts';
import { coursePanel } from './panels/course.ts';
import { decideConflict, showConflict } from './panels/decisions.ts';
import { evidence } from './panels/evidence.ts';
import { groupPanel } from './panels/group.ts';
import { keep } from './panels/keeping.ts';
import { programEnrollmentPanel } from './panels/program-enrollment.ts';
import { ADMINISTRATOR, type Reader } from './panels/readers.ts';
import { instructorPanel } from './panels/instructor.ts';
import { saveSettings } from './panels/settings.ts';
import { act } from './panels/steps.ts';
import { studentPanel } from './panels/student.ts';
import { insertMany, resources, type Environment } from './rest.ts';
import { Refusal } from './school-rules.ts';
import type { Site } from './site.ts';

const CONTRACT = `/api/method/${METHOD_PREFIX}`;
export const SIDECAR_USER = 'education-ai-sidecar@education-ai.invalid';

/** Sessions of people in a browser, by the value of their `sid` cookie. */
export type Sessions = Map<string, Reader>;

/** Whom a request comes from: the sidecar's user, somebody with business here, or a guest. */
export function callerOf(
  site: Site,
  sessions: Sessions,
  authorization: string | undefined,
  sid: string | undefined,
): 'sidecar' | Reader | null {
  if (authorization === `token ${site.keys.sidecar}`) return 'sidecar';
  if (authorization === `token ${site.keys.administrator}`) return ADMINISTRATOR;
  if (authorization !== undefined) return null;
  return (sid === undefined ? undefined : sessions.get(sid)) ?? null;
}

export function siteApi(site: Site, sessions: Sessions): Hono<Environment> {
  const app = new Hono<Environment>();
  app.use('/api/*', async (context, next) => {
    const authorization = context.req.header('authorization');
    const caller = callerOf(site, sessions, authorization, getCookie(context, 'sid'));
    if (caller === null && authorization !== undefined) {
      return context.json({ exc_type: 'AuthenticationError' }, 401);
    }
    const { path } = context.req;
    const isContract = path.startsWith(CONTRACT);
    // Frappe would run `cmd` before it looks at the path
    const named = context.req.query('cmd') === undefined;
    if (caller === 'sidecar' && isContract && named && context.req.method === 'POST') {
      return answer(site, path.slice(CONTRACT.length), await context.req.json());
    }
    // the guard refuses the sidecar's user everything else, and the door refuses the contract to all others
    if (caller === null || caller === 'sidecar' || isContract) {
      return context.json({ exc_type: 'PermissionError' }, 403);
    }
    context.set('reader', caller);
    await next();
    return undefined;
  });
  app.get('/api/method/frappe.auth.get_logged_user', (context) =>
    context.json({ message: context.get('reader').user }),
  );
  app.post('/api/method/frappe.client.insert_many', async (context) =>
    context.json({ message: insertMany(site, await context.req.json()) }),
  );
  for (const [name, panel] of Object.entries(PANELS)) {
    app.post(`/api/method/education_ai.api.panel.${name}`, async (context) => {
      const message = panel(site, context.get('reader'), Arguments.parse(await context.req.json()));
      return message === null
        ? context.json({ exc_type: 'PermissionError' }, 403)
        : context.json({ message });
    });
  }
  for (const [name, tell] of Object.entries({ act, keep })) {
    app.post(`/api/method/education_ai.api.panel.${name}`, async (context) => {
      const message = tell(site, context.get('reader'), await context.req.json());
      return message === null
        ? context.json({ exc_type: 'PermissionError' }, 403)
        : context.json({ message });
    });
  }
  for (const [name, decide] of Object.entries({ exclude, include })) {
    app.post(`/api/method/education_ai.exclusion.${name}`, async (context) => {
      const { student } = z.object({ student: z.string() }).parse(await context.req.json());
      return context.get('reader').decides
        ? context.json({ message: decide(site, student) })
        : context.json({ exc_type: 'PermissionError' }, 403);
    });
  }
  for (const [name, write] of Object.entries(WRITES)) {
    app.post(`/api/method/education_ai.api.settings.${name}`, async (context) => {
      const message = write(site, context.get('reader'), await context.req.json());
      return message === null
        ? context.json({ exc_type: 'PermissionError' }, 403)
        : context.json({ message });
    });
  }
  app.route('/api/resource', resources(site));
  app.onError((error, context) => {
    if (error instanceof Refusal) {
      const { type, message, status } = error;
      const said = JSON.stringify([JSON.stringify({ message })]);
      return context.json(
        { exc_type: type, exception: `${type}: ${message}`, _server_messages: said },
        status,
      );
    }
    console.error(error);
    return context.json({ exc_type: error.name, exception: `${error.name}: ${error.message}` }, 500);
  });
  return app;
}

/** One call of the contract. */
function answer(site: Site, method: string, body: unknown): Response {
  if (!isMethod(method)) return Response.json({ exc_type: 'PermissionError' }, { status: 403 });
  try {
    const message = call(site, method, body);
    site.onCall({ method, status: 200, code: null, asked: body, answered: message });
    return Response.json({ message });
  } catch (error) {
    if (!(error instanceof ContractFault)) throw error;
    site.onCall({ method, status: error.status, code: error.code, asked: body, answered: null });
    const { code, message, status } = error;
    return Response.json({ error: { code, message } }, { status });
  }
}

const Arguments = z.object({
  name: z.string().default(''),
  student_group: z.string().nullish(),
  academic_term: z.string().nullish(),
  insight: z.string().default(''),
  reason: z.coerce.number().default(-1),
});

const Save = z.object({
  doctype: z.string(),
  name: z.string(),
  field: z.string(),
  values: z.record(z.string(), z.unknown()),
  seen: z.string(),
});
const Decide = z.object({
  name: z.string(),
  decision: z.string(),
  value: z.unknown().optional(),
  seen: z.string(),
});

const WRITES: Record<string, (site: Site, reader: Reader, body: unknown) => object | null> = {
  save: (site, reader, body) => {
    const { values, seen, ...place } = Save.parse(body);
    return saveSettings(site, reader, place, values, seen);
  },
  conflict: (site, reader, body) =>
    showConflict(site, reader, z.object({ name: z.string() }).parse(body).name),
  decide: (site, reader, body) => decideConflict(site, reader, Decide.parse(body)),
};

const PANELS: Record<
  string,
  (site: Site, reader: Reader, asked: z.output<typeof Arguments>) => object | null
> = {
  student: (site, reader, asked) => studentPanel(site, reader, asked.name),
  instructor: (site, reader, asked) => instructorPanel(site, reader, asked.name),
  program_enrollment: (site, reader, asked) => programEnrollmentPanel(site, reader, asked.name),
  course: (site, reader, asked) =>
    coursePanel(site, reader, asked.name, asked.student_group ?? '', asked.academic_term ?? ''),
  student_group: (site, reader, asked) => groupPanel(site, reader, asked.name),
  evidence: (site, reader, asked) => evidence(site, reader, asked.insight, asked.reason),
};
