/**
 * `npm test`: every check of the project in order, then one closing line `N passed, N failed, N skipped`.
 *
 * A check that is no test run counts as one. All of them run even after a failure, so that one run shows
 * everything there is to mend. The exit code is 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const scratch = mkdtempSync(join(tmpdir(), 'education-ai-test-'));
const reportFile = join(scratch, 'vitest.json');

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  numFailedTestSuites: z.int(),
});

const total = { passed: 0, failed: 0, skipped: 0 };

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

function check(title: string, command: string, args: string[]): void {
  console.log(`\n# ${title}`);
  if (run(command, args)) total.passed += 1;
  else total.failed += 1;
}

function checkPython(): void {
  const found = spawnSync('ruff', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found) {
    console.log('\n# Python lint: skipped, no `ruff` on the PATH');
    total.skipped += 1;
    return;
  }
  check('Python lint', 'ruff', ['check', 'frappe_app']);
}

function tests(): void {
  console.log('\n# Tests');
  const passed = run('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${reportFile}`,
  ]);
  const report = VitestReport.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  total.skipped += report.numPendingTests + report.numTodoTests;
  // A file that cannot even be loaded, or an error outside a test, leaves no failed test behind.
  if (!passed && report.numFailedTests === 0) total.failed += Math.max(1, report.numFailedTestSuites);
}

check('Types', 'tsc', ['--noEmit']);
check('Lint', 'oxlint', ['--type-aware', '--deny-warnings']);
check('Format', 'prettier', ['--check', '--log-level', 'warn', '.']);
check('Dead code', 'knip', []);
checkPython();
tests();

rmSync(scratch, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
