/** What a push runs on an instance is Python, and so are its tests: this runs them. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { logs } from '../../src/fleet/schema-watch.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('what a push does on an instance', async () => {
  const { all, failed } = await execa(
    'python3',
    // What is brought stays open until the program ends.
    [
      '-B',
      '-W',
      'ignore::ResourceWarning',
      '-m',
      'unittest',
      'discover',
      '-s',
      join(ROOT, 'test', 'instances', 'apply'),
    ],
    { all: true, reject: false, env: { BAKE_APPLY: join(ROOT, 'documents', 'push', 'apply') } },
  );
  assert.ok(!failed, all);
  assert.match(all, /^OK$/m);
});

test('every format that a fleet file may give a log is brought by a push', async () => {
  const { stdout } = await execa(
    'python3',
    ['-B', '-c', 'import json, messages; print(json.dumps(sorted(messages.FORMATS)))'],
    { cwd: join(ROOT, 'documents', 'push', 'apply') },
  );
  assert.deepEqual(JSON.parse(stdout), logs.unwrap().element.shape.format.unwrap().options.toSorted());
});
