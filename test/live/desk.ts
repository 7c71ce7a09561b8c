/** The real Desk in Chromium, logged in as a person with a password. */
import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { LiveSite } from './site.ts';

/** Debian's own Chromium where there is one, else the one that npm brought. */
async function executable(): Promise<string> {
  return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : chromium.executablePath();
}

export async function launch(): Promise<Browser> {
  return playwright.launch({
    executablePath: await executable(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser session of `user`, with the cookies of a login over REST. */
export async function login(
  browser: Browser,
  site: LiveSite,
  user: string,
  password: string,
  view: { width: number; height: number } = { width: 1280, height: 900 },
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: site.url, viewport: view });
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
