import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockFolder } from '../../../sidecar/store/folder-lock.ts';
import { openStore } from '../../../sidecar/store/open.ts';
import { touch, claim } from '../../../sidecar/store/work.ts';
import { SEALING_KEY } from '../databases.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'education-ai-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (sealingKey = SEALING_KEY) => openStore({ databaseUrl: null, dataDir: folder, sealingKey });

describe('the embedded database', () => {
  test('keeps what it holds, and gives back the work that a killed process had claimed', async () => {
    const first = await open();
    await touch(first.db, [{ stage: 'fetch', kind: 'Course', name: 'Maths', dueAt: 0 }]);
    const take = { stage: 'fetch', limit: 1, now: 1, leaseMs: 1_000_000, lease: 'killed' } as const;
    expect(await claim(first.db, take)).toHaveLength(1);
    await first.close();

    const second = await open();
    expect(await claim(second.db, { ...take, lease: 'next' })).toHaveLength(1);
    await second.close();
  }, 60_000);

  test('is not opened with another sealing key, and says what to do', async () => {
    await (await open()).close();
    const wrong = open(Buffer.alloc(32, 9));
    await expect(wrong).rejects.toMatchObject({
      code: 'store.wrong_key',
      check: expect.stringContaining('SEALING_KEY'),
    });
    await (await open()).close();
  }, 60_000);
});

describe('a database folder', () => {
  test('lets one process in', async () => {
    const holder = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)']);
    await once(holder.stdout, 'data');
    writeFileSync(join(folder, 'sidecar.pid'), JSON.stringify({ pid: holder.pid, started: '' }));
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'store.in_use' }));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockFolder(folder).release();
  });

  test('is free again after a kill, also when its number went to another process or its file is torn', () => {
    for (const left of [JSON.stringify({ pid: 1, started: 'long ago' }), '{"pid": 12', '']) {
      writeFileSync(join(folder, 'sidecar.pid'), left);
      lockFolder(folder).release();
    }
  });
});

test('a PostgreSQL server that does not answer is said to be away', async () => {
  const nowhere = { databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataDir: '', sealingKey: SEALING_KEY };
  await expect(openStore(nowhere)).rejects.toMatchObject({ code: 'store.unreachable' });
});
