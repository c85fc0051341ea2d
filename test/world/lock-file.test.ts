/** The file beside the fleet file. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Failed } from '../../src/failure.ts';
import type { Lock } from '../../src/ossec/model.ts';
import { lockFileOf, readLock, writeLock } from '../../src/world/lock-file.ts';
import { RULES } from '../support/rules.ts';

const folder = await mkdtemp(join(tmpdir(), 'bake-lock-'));
after(() => rm(folder, { recursive: true }));
const path = lockFileOf(join(folder, 'bake.yaml'));

const LOCK: Lock = {
  ossec: {
    sha256: 'a'.repeat(64),
    version: '4.1.0',
    commit: undefined,
    standIn: true,
    ruleFiles: ['root_rules.xml', 'door_rules.xml'],
    rules: RULES,
    builtTrees: new Map(),
  },
  tools: { packer: '1.16.0', amazonPlugin: '1.8.1' },
};

test('what was written is read, and nothing else is left', async () => {
  assert.equal(await readLock(path), undefined);
  await writeLock(path, { ...LOCK, tools: { ...LOCK.tools, packer: '1.15.0' } });
  await writeLock(path, LOCK);
  assert.deepEqual(await readLock(path), LOCK);
  assert.deepEqual(await readdir(folder), ['bake.lock']);
});

test('what is no lock is a failure that names the file, and so is a folder', async () => {
  await writeFile(path, '{');
  await assert.rejects(readLock(path), (error) => error instanceof Failed && error.exitCode === 2);
  await assert.rejects(readLock(folder), /cannot be read: EISDIR/);
});
