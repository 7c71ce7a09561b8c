/** What an operator types while a sidecar runs: the product's own command line, on that sidecar's database. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SidecarOptions } from './sidecar.ts';

const execute = promisify(execFile);

/** `npm run cli -- WORDS`; what it prints. Fails where the command does. */
export async function cli(options: SidecarOptions, ...words: string[]): Promise<string> {
  const { envFile, dataDir, port, environment } = options;
  const { stdout } = await execute(process.execPath, ['sidecar/cli.ts', '--env', envFile, ...words], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), ...environment },
  });
  return stdout;
}
