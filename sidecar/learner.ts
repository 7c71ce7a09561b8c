/** Where learning happens: in a thread of its own, since half a minute of arithmetic would hold up everything else. */
import { Worker } from 'node:worker_threads';
import type { Learned } from './analysis/risk/learn.ts';
import type { RiskCase } from './analysis/risk/training-days.ts';

export type Learner = (cases: readonly RiskCase[], groupOf: ReadonlyMap<string, string>) => Promise<Learned>;

export const learnInThread: Learner = async (cases, groupOf) =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./learner-thread.ts', import.meta.url), {
      workerData: { cases, groupOf },
    });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the thread ended without an answer')));
  });
