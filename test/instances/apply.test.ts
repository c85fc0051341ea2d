/** What a push runs on an instance is Python, and so are its tests: this runs them. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '..', '..');

test('what a push does on an instance', async () => {
  const { all, failed } = await execa(
    'python3',
    ['-B', '-m', 'unittest', 'discover', '-s', join(ROOT, 'test', 'instances', 'apply')],
    { all: true, reject: false, env: { BAKE_APPLY: join(ROOT, 'documents', 'push', 'apply') } },
  );
  assert.ok(!failed, all);
  assert.match(all, /^OK$/m);
});
