/**
 * `npm run bench:live`: the figures of a real site with a school on it, each beside its bar.
 *
 * Needs FRAPPE_URL, ADMIN_KEY and FRAPPE_BENCH; the saves without the app are skipped, saying so, without
 * PLAIN_SITE. Pairs the site with a sidecar of its own: whichever was connected before has to be connected again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../../chromium.ts';
import { login, makeLogin } from '../desk.ts';
import { connect, Sidecar } from '../sidecar.ts';
import { benchOfEnvironment, MISSING_BENCH, siteOfEnvironment } from '../site.ts';
import { table, type Figure } from './figure.ts';
import { firstLoad } from './first-load.ts';
import { kills } from './kills.ts';
import { outboxFigures, pullFigure } from './outbox.ts';
import { pairs } from './pairs.ts';
import { accessibility, panelMethod } from './panel.ts';
import { absenceLatency, resultLatency } from './results.ts';

const PORT = 8797;

async function main(): Promise<void> {
  const site = siteOfEnvironment();
  const bench = benchOfEnvironment();
  if (site === null || bench === null) {
    console.log(`bench:live skipped: ${MISSING_BENCH}`);
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-bench-'));
  const envFile = join(scratch, 'sidecar.env');
  const options = { envFile, dataDir: join(scratch, 'first'), port: PORT };
  const figures: Figure[] = [];
  const report = (found: Figure[]): void => {
    figures.push(...found);
    console.log(table(found));
  };
  const [student] = await site.list('Student', { limit: 1 });
  if (student === undefined) throw new Error('the site holds no school: run npm run school:load first');
  let running: Sidecar | null = null;
  try {
    // A site shows nothing until someone says so, and a paired one also sends wake-ups.
    await site.update('AI Settings', 'AI Settings', { show: 1 });
    await connect(bench, envFile);
    report(await outboxFigures(bench));
    report(await pullFigure(bench, envFile));
    report(await pairs(site, bench));
    const { sidecar, figures: load } = await firstLoad(options);
    running = sidecar;
    report(load);
    const settled = () => sidecar.idle(120_000);
    report(await absenceLatency(site, settled));
    // The end of a load, when the database is tidied and the past is learned from, is not what a reader meets.
    await settled();
    report(await panelMethod(site));
    const staff = await makeLogin(site, ['Academics User', 'Education Manager']);
    const browser = await launchChromium();
    const context = await login(browser, site, staff);
    report(await resultLatency(site, await context.newPage()));
    report(await accessibility(browser, site, staff));
    await browser.close();
    await site.remove('User', staff.user);
    await sidecar.stop();
    report(await kills(site, options, join(scratch, 'clean')));
  } finally {
    await running?.kill();
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(`\n${table(figures)}`);
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

await main();
