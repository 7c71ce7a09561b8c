/**
 * What `npm run test:live` runs on a real site: the contract suite and everything in `test/live`. One file at
 * a time, since all of them share that one site.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'live',
    globalSetup: 'test/live/announce.ts',
    include: ['test/contract/**/*.test.ts', 'test/live/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
