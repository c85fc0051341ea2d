/** The example's `bake.lock` is of the stand-in that rehearsals install. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { indexRules } from '../../src/ossec/rule-index.ts';
import { readToolchain } from '../../src/packer/toolchain.ts';
import { formatVersion } from '../../src/packer/versions.ts';
import { readLock } from '../../src/world/lock-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const STAND_IN = join(ROOT, 'rehearsal/stand-in');

test('the lock of the example has the rules of the stand-in', async () => {
  const lock = await readLock(join(ROOT, 'bake.lock'));
  const texts = await Promise.all(
    (lock?.ossec.ruleFiles ?? []).map(
      async (file) => [file, await readFile(join(STAND_IN, 'etc/rules', file), 'utf8')] as const,
    ),
  );
  assert.equal(lock?.ossec.standIn, true);
  assert.deepEqual(
    lock.ossec.rules,
    indexRules(new Map(texts)).rules,
    'run: bake ossec freeze, of the stand-in',
  );
});

test('the lock of the example has the tools that bake builds', async () => {
  const lock = await readLock(join(ROOT, 'bake.lock'));
  const { packer, plugin } = await readToolchain();
  assert.deepEqual(lock?.tools, { packer: formatVersion(packer), amazonPlugin: formatVersion(plugin) });
});
