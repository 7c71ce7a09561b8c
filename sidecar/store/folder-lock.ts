/** One process per database folder: PGlite itself would let a second one in and destroy the data. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

export interface FolderLock {
  release(): void;
}

export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'sidecar.pid');
  const mine = JSON.stringify({ pid: process.pid, started: startedAt(process.pid) });

  const holder = readHolder(file);
  if (holder !== null) {
    if (isAlive(holder)) throw new AppError('store.in_use', { detail: `${folder}, process ${holder.pid}` });
    rmSync(file, { force: true });
  }
  try {
    writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Someone else was faster by a hair.
    throw new AppError('store.in_use', { detail: folder, cause: error });
  }
  return { release: () => rmSync(file, { force: true }) };
}

interface Holder {
  pid: number;
  started: string;
}

function readHolder(file: string): Holder | null {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof content !== 'object' || content === null) return null;
    const pid = 'pid' in content ? Number(content.pid) : Number.NaN;
    const started = 'started' in content ? String(content.started) : '';
    return Number.isInteger(pid) ? { pid, started } : { pid: 0, started };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    // A torn file is what a kill during its writing leaves.
    return { pid: 0, started: '' };
  }
}

/** A process number is given out again after a reboot, so the moment it began counts too. */
function isAlive(holder: Holder): boolean {
  if (holder.pid <= 0 || holder.pid === process.pid) return holder.pid === process.pid;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return holder.started === '' || startedAt(holder.pid) === holder.started;
}

/** Field 22 of /proc/<pid>/stat, '' where there is no such file (not Linux). */
function startedAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
