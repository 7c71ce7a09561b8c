/** The thread that learns: cases in, what was learned out. */
import { parentPort, workerData } from 'node:worker_threads';
import { learn } from './analysis/risk/learn.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(learn(workerData));
