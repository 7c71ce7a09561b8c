/** The real Desk in Chromium, logged in as a person with a password. */
import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { LiveSite } from './site.ts';

export interface Login {
  user: string;
  password: string;
}

/** A login of our own with these roles, since a test is given a key and no password. Remove it afterwards. */
export async function makeLogin(site: LiveSite, roles: string[]): Promise<Login> {
  const password = randomBytes(18).toString('base64url');
  const { name: user } = await site.insert('User', {
    email: `panel-test-${Date.now()}@education-ai.invalid`,
    first_name: 'Panel test',
    send_welcome_email: 0,
    new_password: password,
    roles: roles.map((role) => ({ role })),
  });
  return { user, password };
}

/** A browser session of `user`, with the cookies of a login over REST. */
export async function login(
  browser: Browser,
  site: LiveSite,
  { user, password }: Login,
  view: { width: number; height: number } = { width: 1280, height: 900 },
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: site.url,
    viewport: view,
    // Frappe's own bundle throws where the browser names no language.
    locale: 'en-US',
  });
  const answer = await context.request.post('/api/method/login', { form: { usr: user, pwd: password } });
  if (!answer.ok()) throw new Error(`login of ${user} failed: HTTP ${answer.status()}`);
  return context;
}

/** Opens a form and its Insights tab; resolves when the panel shows something that has loaded. */
export async function openInsights(
  page: Page,
  doctype: 'Student' | 'Course' | 'Student Group',
  name: string,
): Promise<void> {
  await page.goto(`/app/${doctype.toLowerCase().replace(' ', '-')}/${encodeURIComponent(name)}`, {
    waitUntil: 'domcontentloaded',
  });
  await page.getByRole('tab', { name: 'Insights' }).click();
}
