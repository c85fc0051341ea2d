import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { logs } from '../../src/fleet/schema-watch.ts';
import { APPLY, pythonTests } from './python.ts';

test('what a push does on an instance', () => pythonTests('test_*.py'));

test('every format that a fleet file may give a log is brought by a push', async () => {
  const { stdout } = await execa(
    'python3',
    ['-B', '-c', 'import json, messages; print(json.dumps(sorted(messages.FORMATS)))'],
    { cwd: APPLY },
  );
  assert.deepEqual(JSON.parse(stdout), logs.unwrap().element.shape.format.unwrap().options.toSorted());
});
