/** The real Desk in Chromium, logged in as a person with a password. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { LiveSite } from './site.ts';

/** A browser session of `user`, with the cookies of a login over REST. */
export async function login(
  browser: Browser,
  site: LiveSite,
  user: string,
  password: string,
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
export async function openInsights(page: Page, doctype: 'Student' | 'Course', name: string): Promise<void> {
  await page.goto(`/app/${doctype.toLowerCase()}/${encodeURIComponent(name)}`, {
    waitUntil: 'domcontentloaded',
  });
  await page.getByRole('tab', { name: 'Insights' }).click();
}
