/** A bare page in Chromium with Desk-like variables, running the compiled scripts. */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { compileScripts } from '../../client_scripts/build.ts';

export type Theme = 'light' | 'dark';

/** What the site answers, by the last part of the method's name. */
export type Answers = Record<string, { status?: number; message?: unknown; never?: true }>;

const ADDRESS = 'http://desk.test';

/** The Desk's values, of Frappe 15, for the variables we use; everything else is ours to bring. */
const VARIABLES = `
:root { --text-xs: 12px; --text-sm: 13px; --text-lg: 16px; --margin-xs: 5px; --margin-sm: 10px; --margin-md: 15px;
  --margin-lg: 20px; --border-radius-sm: 4px; }
[data-theme='light'] { --text-color: #383838; --heading-color: #171717; --text-muted: #525252; --card-bg: #fff;
  --border-color: #ededed; --dark-border-color: #e2e2e2; --control-bg: #f3f3f3; --subtle-fg: #f3f3f3; }
[data-theme='dark'] { --text-color: #f8f8f8; --heading-color: #f8f8f8; --text-muted: #c7c7c7; --card-bg: #171717;
  --border-color: #232323; --dark-border-color: #525252; --control-bg: #232323; --subtle-fg: #232323; }
body { margin: 0; font: 14px/1.5 system-ui, sans-serif; background: var(--card-bg); color: var(--text-color); }
.form-layout { max-width: 980px; margin: 0 auto; padding: 12px; }
.btn { font: inherit; font-size: 12px; padding: 3px 8px; border: 0; border-radius: 6px; background: var(--control-bg);
  color: var(--text-color); white-space: nowrap; }
.form-control { font: inherit; background: var(--control-bg); color: var(--text-color); border: 0; padding: 3px 8px; }
.tab-pane:not(.active), .hide { display: none; }
.modal { position: fixed; inset: 8% 5%; padding: 16px; background: var(--card-bg); overflow: auto; }
`;

let bundle: Promise<{ desk: string; scripts: string[] }> | null = null;

async function compile(): Promise<{ desk: string; scripts: string[] }> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { FakeDesk } from './fake-desk.ts';
        window.desk = new FakeDesk(); window.frappe = window.desk.frappe; window.__ = window.desk.translate;`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  const scripts = [...(await compileScripts()).values()].map((script) => new TextDecoder().decode(script));
  return { desk: outputFiles[0]?.text ?? '', scripts };
}

/** Opens the form of one document with its Insights tab in front, as soon as the tab is there. */
export async function openForm(
  browser: Browser,
  [doctype, name]: [string, string],
  answers: Answers,
  {
    theme = 'light',
    width = 1100,
    style = VARIABLES,
  }: { theme?: Theme; width?: number; style?: string } = {},
): Promise<Page> {
  bundle ??= compile();
  const { desk, scripts } = await bundle;
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  await page.route(`${ADDRESS}/**`, async (route) => {
    const method = route.request().url().split('.').at(-1) ?? '';
    if (route.request().method() === 'GET') {
      await route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><html lang="en" data-theme="${theme}"><title>Desk</title><style>${style}</style><body>`,
      });
      return;
    }
    const answer = answers[method] ?? { status: 404 };
    if (answer.never) return;
    await route.fulfill({ status: answer.status ?? 200, json: { message: answer.message ?? null } });
  });
  await page.goto(ADDRESS);
  await page.addScriptTag({ content: desk });
  for (const script of scripts) await page.addScriptTag({ content: script });
  await page.evaluate(`desk.open(${JSON.stringify(doctype)}, ${JSON.stringify(name)}); undefined`);
  return page;
}

/** To the panel, by the tab. */
export async function enterPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Insights', exact: true }).click();
}

const Violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), html: z.array(z.string()) }),
);

/** What axe finds serious or critical within our own elements. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: readFileSync(axeScript(), 'utf8') });
  const found = Violations.parse(
    await page.evaluate(`axe.run(document.querySelectorAll('.edai')).then((result) => result.violations.map((one) => ({
      id: one.id, impact: one.impact ?? null, html: one.nodes.map((node) => node.html),
    })))`),
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html }) => `${id}: ${html.join(' | ')}`);
}

function axeScript(): string {
  return join(createRequire(import.meta.url).resolve('axe-core/package.json'), '..', 'axe.min.js');
}
