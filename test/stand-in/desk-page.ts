/** Serves the Desk-like page: its HTML for every address below `/app`, its own script, and the compiled form scripts. */
import { build } from 'esbuild';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { compileScripts } from '../../client_scripts/build.ts';
import type { Sessions } from './http.ts';
import { readerOf } from './panels/readers.ts';
import type { KnownAnswer } from './school/generate.ts';
import type { Login } from './school/logins.ts';
import type { Site } from './site.ts';

/** Who may be chosen in the page, and who of them enters attendance and results. */
const READERS = [
  { as: 'education_manager', label: 'Education Manager', enters: true },
  { as: 'teacher', label: 'Ada Berg, teaches Mathematics', enters: true },
  { as: 'student', label: 'Lina, a pupil', enters: false },
  { as: 'classmate', label: 'Mei, a classmate', enters: false },
];
const FIRST = 'education_manager';

export interface DeskPage {
  site: Site;
  sessions: Sessions;
  logins: Login[];
  known: KnownAnswer[];
}

export async function deskPage({ site, sessions, logins, known }: DeskPage): Promise<Hono> {
  const scripts = await compileScripts();
  const desk = await compileDesk();
  const css = await readFile(join(import.meta.dirname, 'desk', 'page.css'), 'utf8');
  const chosen = new Map<string, string>();
  const become = (sid: string, as: string): void => {
    const login = logins.find((one) => one.as === as);
    if (login === undefined) return;
    sessions.set(sid, readerOf(site, login));
    chosen.set(sid, as);
  };
  const app = new Hono();
  app.get('/', (context) => context.redirect('/app/student'));
  app.get('/app/*', (context) => {
    const cookie = getCookie(context, 'sid');
    const sid = cookie !== undefined && sessions.has(cookie) ? cookie : randomBytes(16).toString('hex');
    if (!sessions.has(sid)) become(sid, FIRST);
    setCookie(context, 'sid', sid, { httpOnly: true, sameSite: 'Lax', path: '/' });
    const boot = {
      site: site.name,
      readers: READERS.map((reader) => ({ ...reader, chosen: chosen.get(sid) === reader.as })),
      own: sessions.get(sid)?.instructor ?? null,
      suggestions: known.map(({ student, studentName, about }) => ({ student, name: studentName, about })),
    };
    return context.html(page(css, JSON.stringify(boot).replaceAll('<', '\\u003c')));
  });
  app.post('/stand-in/become', async (context) => {
    const { as } = z.object({ as: z.string() }).parse(await context.req.json());
    const sid = getCookie(context, 'sid');
    if (sid !== undefined) become(sid, as);
    return context.json({ message: 'ok' });
  });
  app.get('/assets/desk.js', () => script(desk));
  app.get('/assets/education_ai/js/:file', (context) => {
    const compiled = scripts.get(context.req.param('file'));
    return compiled === undefined ? context.notFound() : script(new TextDecoder().decode(compiled));
  });
  return app;
}

function script(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
}

async function compileDesk(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'desk', 'main.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  });
  return outputFiles[0]?.text ?? '';
}

function page(css: string, boot: string): string {
  return `<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Students</title>
<style>${css}</style>
</head>
<body>
<header></header>
<main></main>
<script type="application/json" id="boot">${boot}</script>
<script src="/assets/desk.js"></script>
</body>
</html>`;
}
