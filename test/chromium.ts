/**
 * A Chromium for the tests: the one that comes with npm, so that a test machine needs nothing else, or an
 * installed one where that cannot run here.
 */
import chromium from '@sparticuz/chromium';
import { existsSync } from 'node:fs';
import { type Browser, chromium as playwright } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Not the npm build's own list: it holds `--single-process`, with which closing a page ends the browser. */
const ARGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

export async function launchChromium(): Promise<Browser> {
  try {
    return await playwright.launch({ executablePath: await chromium.executablePath(), args: ARGS });
  } catch (error) {
    const executablePath = INSTALLED.find((path) => existsSync(path));
    if (!executablePath) throw error;
    return playwright.launch({ executablePath, args: ARGS });
  }
}
