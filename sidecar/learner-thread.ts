/** The thread that learns: cases and groups of pupils in, what was learned out. */
import { parentPort, workerData } from 'node:worker_threads';
import { learn } from './analysis/risk/learn.ts';

parentPort?.postMessage(learn(workerData.cases, workerData.groupOf), []);
