/** Says once, before the live tests run, what they lack; each of them skips by itself. */
import { benchOfEnvironment, MISSING_BENCH, MISSING_SITE, siteOfEnvironment } from './site.ts';

export default function announce(): void {
  if (siteOfEnvironment() === null) console.log(`skipped: a live test ${MISSING_SITE}`);
  else if (benchOfEnvironment() === null) console.log(`skipped in part: a live test ${MISSING_BENCH}`);
}
