/** Vitest's global set-up: a folder that the test files of one run share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    scratch: string;
  }
}

export default function setup(project: TestProject): () => void {
  const scratch = mkdtempSync(join(tmpdir(), 'education-ai-unit-'));
  project.provide('scratch', scratch);
  return () => rmSync(scratch, { recursive: true });
}
