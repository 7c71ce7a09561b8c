/**
 * What `npm test` runs; nothing here needs more than Node. The live tests have a configuration of their own,
 * `test/live/vitest.config.ts`.
 */
import { defineConfig } from 'vitest/config';

const NOT_UNIT = ['test/contract/**', 'test/live/**', 'test/**/*.browser.test.ts'];

export default defineConfig({
  test: {
    projects: [
      // whole lines from outbox to insight run here, several at once: a busy machine is no failure
      {
        test: {
          name: 'unit',
          // Vitest leaves one core to itself: of two it would use one
          maxWorkers: '100%',
          include: ['test/**/*.test.ts'],
          exclude: NOT_UNIT,
          globalSetup: 'test/sidecar/scratch.ts',
          testTimeout: 30_000,
        },
      },
      {
        // one file at a time: each begins a new epoch, on a real site of the same pairing
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // one page at a time: two Chromiums on a small machine only wait for each other
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          exclude: ['test/live/**'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
